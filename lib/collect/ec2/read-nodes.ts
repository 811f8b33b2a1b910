/** The metadata options of the nodes of a cluster (docs/facts.md §K). */

import * as z from 'zod';
import { type Collected, complete, type NodeMetadata, type NodePlace, unavailable } from '../../model.ts';
import { compareText, given } from '../../text.ts';
import { readFailureFromError } from '../unread-from-error.ts';
import { requiredText } from '../world-text.ts';
import { type Ec2Call, listOf, setOf } from './ec2-query.ts';

const operation = 'ec2:DescribeInstances';
const pageSize = '1000';
/** A cluster of EKS has at most some ten thousand nodes. */
const maxPages = 20;

const groups = listOf(z.object({ groupId: requiredText }));
const instance = z.object({
  instanceId: requiredText,
  metadataOptions: z.object({
    httpTokens: z.enum(['optional', 'required']),
    httpPutResponseHopLimit: z.coerce.number().int().min(1).max(64),
    httpEndpoint: z.enum(['enabled', 'disabled']),
  }),
  iamInstanceProfile: z.object({ arn: requiredText }).optional(),
  vpcId: requiredText,
  subnetId: requiredText,
  privateIpAddress: requiredText,
  groupSet: groups,
  networkInterfaceSet: listOf(z.object({ subnetId: requiredText, groupSet: groups })),
  tagSet: listOf(z.object({ key: z.string(), value: z.string().optional().default('') })),
});
const answerShape = z.object({
  DescribeInstancesResponse: z.object({
    reservationSet: setOf(z.object({ instancesSet: setOf(instance) })),
    nextToken: z.string().optional(),
  }),
});
/** A running instance of a cluster. */
type Instance = z.output<typeof instance>;

/**
 * The running instances with the tag of the cluster (`kubernetes.io/cluster/<name>`, which EKS, Karpenter and nodes of one's
 * own have). Optional: a refusal is as if nobody had asked.
 */
export const readInstances = async (ec2: Ec2Call, clusterName: string): Promise<Collected<readonly Instance[]>> => {
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
          ...given({ NextToken: token }),
        }),
      );
      instances.push(...answer.reservationSet.flatMap(({ instancesSet }) => instancesSet));
      if (answer.nextToken === undefined || answer.nextToken === '') return complete(instances);
      token = answer.nextToken;
    }
    return unavailable({ kind: 'too-large', operation, message: `more than ${maxPages} pages` });
  } catch (error) {
    return unavailable(readFailureFromError(error, operation));
  }
};

/** Where instances stand: one entry for each subnet and set of security groups. */
export const nodePlacesOf = (instances: readonly Instance[]): readonly NodePlace[] => {
  const places = new Map<string, NodePlace>();
  for (const one of instances) {
    const { vpcId, subnetId, privateIpAddress: address } = one;
    const key = placeKey(one);
    const known = places.get(key);
    const isMixed = known?.isMixed === true || one.networkInterfaceSet.some(other => placeKey(other) !== key);
    const securityGroupIds = groupIdsOf(one);
    places.set(key, { vpcId, subnetId, securityGroupIds, address, isMixed, nodes: (known?.nodes ?? 0) + 1 });
  }
  return [...places.values()];
};

type Place = Pick<Instance, 'subnetId' | 'groupSet'>;

const groupIdsOf = ({ groupSet }: Pick<Place, 'groupSet'>): readonly string[] =>
  groupSet.map(({ groupId }) => groupId).sort(compareText);

const placeKey = (place: Place): string => [place.subnetId, ...groupIdsOf(place)].join(' ');

/** The metadata options of instances: one entry for each kind of node and each set of options, the most numerous first. */
export const optionsOf = (instances: readonly Instance[]): readonly NodeMetadata[] => {
  const groups = new Map<string, NodeMetadata>();
  for (const one of instances) {
    const { httpTokens, httpPutResponseHopLimit: hopLimit, httpEndpoint } = one.metadataOptions;
    const kind = kindOf(one);
    const key = [kind, hopLimit, httpTokens, httpEndpoint].join(' ');
    const known = groups.get(key);
    const own = one.iamInstanceProfile === undefined ? [] : [one.iamInstanceProfile.arn];
    groups.set(key, {
      ...{ kind, hopLimit, tokensRequired: httpTokens === 'required', enabled: httpEndpoint === 'enabled' },
      nodes: (known?.nodes ?? 0) + 1,
      profiles: [...new Set([...(known?.profiles ?? []), ...own])].sort(compareText),
    });
  }
  return [...groups.values()].sort((a, b) => b.nodes - a.nodes || compareText(a.kind, b.kind));
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
