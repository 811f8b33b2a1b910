/** The metadata options of the nodes of a cluster (docs/facts.md §K). */
import * as z from 'zod';
import { type Collected, complete, notAskedFor, unavailable } from '../../model/collected.ts';
import type { NodeMetadata } from '../../model/network.ts';
import { readFailureFromError } from '../unread-from-error.ts';
import { requiredText } from '../world-text.ts';
import { type Ec2Call, listOf } from './ec2-query.ts';

const operation = 'ec2:DescribeInstances';
const pageSize = '1000';
/** A cluster of EKS has at most some ten thousand nodes. */
const maxPages = 20;

const instance = z.object({
  instanceId: requiredText,
  metadataOptions: z.object({
    httpTokens: z.enum(['optional', 'required']),
    httpPutResponseHopLimit: z.coerce.number().int().min(1).max(64),
    httpEndpoint: z.enum(['enabled', 'disabled']),
  }),
  tagSet: listOf(z.object({ key: z.string(), value: z.string().optional().default('') })),
});
const answerShape = z.object({
  DescribeInstancesResponse: z.object({
    reservationSet: listOf(z.object({ instancesSet: listOf(instance) })),
    nextToken: z.string().optional(),
  }),
});
type Instance = z.output<typeof instance>;

/**
 * The running instances with the tag of the cluster (`kubernetes.io/cluster/<name>`, which EKS, Karpenter and nodes of one's
 * own have), by their metadata options. Optional: a refusal is as if nobody had asked.
 */
export const readNodes = async (ec2: Ec2Call, clusterName: string): Promise<Collected<readonly NodeMetadata[]>> => {
  const instances: Instance[] = [];
  let token: string | undefined;
  try {
    for (let page = 1; page <= maxPages; page++) {
      const { DescribeInstancesResponse: answer } = answerShape.parse(
        await ec2('DescribeInstances', {
          'Filter.1.Name': 'tag-key',
          'Filter.1.Value.1': `kubernetes.io/cluster/${clusterName}`,
          'Filter.2.Name': 'instance-state-name',
          'Filter.2.Value.1': 'running',
          MaxResults: pageSize,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      instances.push(...answer.reservationSet.flatMap(({ instancesSet }) => instancesSet));
      if (answer.nextToken === undefined || answer.nextToken === '') return complete(byOptions(instances));
      token = answer.nextToken;
    }
    return unavailable({ kind: 'too-large', operation, message: `more than ${maxPages} pages` });
  } catch (error) {
    const reason = readFailureFromError(error, operation);
    return reason.kind === 'denied'
      ? notAskedFor(operation, `refused, and optional: ${reason.message}`)
      : unavailable(reason);
  }
};

/** One entry for each kind of node and each set of options, the most numerous first. */
const byOptions = (instances: readonly Instance[]): readonly NodeMetadata[] => {
  const groups = new Map<string, NodeMetadata>();
  for (const one of instances) {
    const { httpTokens, httpPutResponseHopLimit: hopLimit, httpEndpoint } = one.metadataOptions;
    const kind = kindOf(one);
    const key = [kind, hopLimit, httpTokens, httpEndpoint].join(' ');
    const nodes = (groups.get(key)?.nodes ?? 0) + 1;
    const enabled = httpEndpoint === 'enabled';
    groups.set(key, { kind, hopLimit, tokensRequired: httpTokens === 'required', enabled, nodes });
  }
  return [...groups.values()].sort((a, b) => b.nodes - a.nodes || (a.kind < b.kind ? -1 : 1));
};

/** The place where a person changes the options, by the tags that its maker gives. */
const places = [
  ['karpenter.k8s.aws/ec2nodeclass', 'EC2NodeClass'],
  ['eks:nodegroup-name', 'node group'],
  ['aws:autoscaling:groupName', 'Auto Scaling group'],
] as const;

const kindOf = ({ instanceId, tagSet }: Instance): string => {
  for (const [tag, name] of places) {
    const value = tagSet.find(({ key }) => key === tag)?.value;
    if (value) return `${name} ${value}`;
  }
  return `instance ${instanceId}`;
};
