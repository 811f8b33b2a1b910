/** The access entries of a cluster with their policies: read where `rbac` asks (EKS, "Grant IAM users access to Kubernetes"). */
import {
  DescribeAccessEntryCommand,
  type EKSClient,
  ListAccessEntriesCommand,
  ListAssociatedAccessPoliciesCommand,
} from '@aws-sdk/client-eks';
import * as z from 'zod';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  type AccessEntry,
  type AccessPolicy,
  type Cluster,
  type Collected,
  complete,
  unavailable,
  withGaps,
} from '../../model.ts';
import { type ListPage, type PagedList, pagesOf } from '../pages.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { requiredText, worldText } from '../world-text.ts';

const listOperation = 'eks:ListAccessEntries';
const describeOperation = 'eks:DescribeAccessEntry';
const policiesOperation = 'eks:ListAssociatedAccessPolicies';
const pageSize = 100;
/** A cluster has at most 3,000 entries ("View Amazon EKS service quotas"). */
const maxPages = 40;
const concurrency = 4;
/** Entries of nodes, to which no access policy can be associated (EKS, "Associate access policies with access entries"). */
const nodeTypes = new Set(['EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX', 'EC2', 'HYBRID_LINUX', 'HYPERPOD_LINUX']);

const listAnswer = z.object({ accessEntries: z.array(requiredText).max(pageSize), nextToken: z.string().nullish() });
const describeAnswer = z.object({
  accessEntry: z.object({
    type: worldText.nullish(),
    username: worldText.nullish(),
    kubernetesGroups: z.array(worldText).max(1000).nullish(),
  }),
});
const policiesAnswer = z.object({
  associatedAccessPolicies: z
    .array(
      z.object({
        policyArn: requiredText,
        // A scope of another type is not taken for one that gives nothing: the page is then not as documented.
        accessScope: z.discriminatedUnion('type', [
          z.object({ type: z.literal('cluster') }),
          z.object({ type: z.literal('namespace'), namespaces: z.array(worldText).min(1).max(1000) }),
        ]),
      }),
    )
    .max(pageSize),
  nextToken: z.string().nullish(),
});

/**
 * The entries of one cluster: pages of their names, then two calls for each entry, one for those of nodes, whose groups EKS
 * gives. None is asked for where the cluster does not use them. An entry that cannot be read makes a gap.
 */
export const readAccessEntries = async (
  eks: EKSClient,
  { name, authenticationMode }: Pick<Cluster, 'name' | 'authenticationMode'>,
): Promise<Collected<readonly AccessEntry[]>> => {
  if (authenticationMode === 'CONFIG_MAP') return complete([]);
  const arns = await pagesOf(listOf(listOperation), async nextToken => {
    const answer = await eks.send(new ListAccessEntriesCommand({ clusterName: name, nextToken, maxResults: pageSize }));
    const parsed = listAnswer.safeParse(answer);
    return parsed.success ? { items: parsed.data.accessEntries, next: parsed.data.nextToken } : undefined;
  });
  if (arns.status === 'unavailable') return arns;
  const read = await inParallel(arns.value, concurrency, async principalArn => ({
    principalArn,
    entry: await describe(eks, name, principalArn),
  }));
  return withGaps(
    read.flatMap(({ entry }) => (entry.status === 'unavailable' ? [] : [entry.value])),
    [...(arns.status === 'partial' ? arns.gaps : []), ...read.flatMap(gapsOf)],
  );
};

/** One that was deleted since it was listed is no entry, and no gap. */
const gapsOf = ({ principalArn, entry }: { readonly principalArn: string; readonly entry: Collected<AccessEntry> }) => {
  if (entry.status !== 'unavailable') return entry.status === 'partial' ? entry.gaps : [];
  const { reason } = entry;
  return reason.kind === 'not-found' ? [] : [{ what: `access entry ${principalArn}`, reason }];
};

const describe = async (eks: EKSClient, clusterName: string, principalArn: string): Promise<Collected<AccessEntry>> => {
  try {
    const answer = await eks.send(new DescribeAccessEntryCommand({ clusterName, principalArn }));
    const parsed = describeAnswer.safeParse(answer);
    if (!parsed.success)
      return unavailable(invalidAnswer(describeOperation, `the answer for ${principalArn} is no entry`));
    const { type, username, kubernetesGroups } = parsed.data.accessEntry;
    const entry = {
      principalArn,
      type: type || 'STANDARD',
      username: username || principalArn,
      groups: kubernetesGroups ?? [],
    };
    if (nodeTypes.has(entry.type)) return complete({ ...entry, policies: [] });
    const policies = await policiesOf(eks, clusterName, principalArn);
    if (policies.status === 'complete') return complete({ ...entry, policies: policies.value });
    const gaps =
      policies.status === 'partial'
        ? policies.gaps
        : [{ what: `access policies of ${principalArn}`, reason: policies.reason }];
    return withGaps({ ...entry, policies: policies.status === 'partial' ? policies.value : [] }, gaps);
  } catch (error) {
    return unavailable(readFailureFromError(error, describeOperation));
  }
};

const policiesOf = (eks: EKSClient, clusterName: string, principalArn: string) =>
  pagesOf(listOf(policiesOperation), async (nextToken): Promise<ListPage<AccessPolicy> | undefined> => {
    const command = new ListAssociatedAccessPoliciesCommand({
      clusterName,
      principalArn,
      nextToken,
      maxResults: pageSize,
    });
    const parsed = policiesAnswer.safeParse(await eks.send(command));
    if (!parsed.success) return undefined;
    const items = parsed.data.associatedAccessPolicies.map(({ policyArn, accessScope }) => ({
      arn: policyArn,
      ...(accessScope.type === 'namespace' && { namespaces: accessScope.namespaces }),
    }));
    return { items, next: parsed.data.nextToken };
  });

const listOf = (operation: string): PagedList => ({
  operation,
  maxPages,
  name: operation,
  rest: `pages of ${operation}`,
});
