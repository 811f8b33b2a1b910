import {
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import * as z from 'zod';
import { inParallel } from '../../kit/in-parallel.ts';
import type { PodIdentityAssociation } from '../../model/cluster.ts';
import { type Collected, complete, type Gap, unavailable, withGaps } from '../../model/collected.ts';
import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { worldName, worldText } from '../world-text.ts';

const listOperation = 'eks:ListPodIdentityAssociations';
const describeOperation = 'eks:DescribePodIdentityAssociation';
const pageSize = 100;
/** A cluster has at most 5,000 associations (Amazon EKS service quotas). */
const maxPages = 51;
const concurrency = 4;

const listAnswer = z.object({
  associations: z.array(z.object({ associationId: worldName, namespace: worldName, serviceAccount: worldName })),
  nextToken: z.string().nullish(),
});
const describeAnswer = z.object({
  association: z.object({
    roleArn: worldText,
    targetRoleArn: worldText.nullish(),
    disableSessionTags: z.boolean().nullish(),
    policy: z.string().max(100_000).nullish(),
    createdAt: z.date().nullish(),
  }),
});

/**
 * The Pod Identity associations of one cluster. The list has neither roles nor times, so each is described; one that
 * cannot be is kept as it was listed and makes a gap.
 */
export const readPodIdentity = async (
  eks: EKSClient,
  clusterName: string,
): Promise<Collected<readonly PodIdentityAssociation[]>> => {
  const listed = await listAssociations(eks, clusterName);
  if (listed.status === 'unavailable') return listed;
  const gaps: Gap[] = listed.status === 'partial' ? [...listed.gaps] : [];
  const described = await inParallel(listed.value, concurrency, one => describe(eks, clusterName, one, gaps));
  return withGaps(described, gaps);
};

const listAssociations = async (
  eks: EKSClient,
  clusterName: string,
): Promise<Collected<readonly PodIdentityAssociation[]>> => {
  const found: PodIdentityAssociation[] = [];
  let token: string | undefined;
  for (let page = 1; page <= maxPages; page++) {
    const read = await readPage(eks, clusterName, token);
    if (!read.ok && page === 1) return unavailable(read.reason);
    if (!read.ok) return withGaps(found, [{ what: `page ${page} of Pod Identity associations`, reason: read.reason }]);
    for (const { associationId, ...rest } of read.page.associations) found.push({ id: associationId, ...rest });
    const next = read.page.nextToken;
    if (!next) return complete(found);
    if (next === token) {
      const reason = invalidAnswer(listOperation, 'the same page token came twice');
      return withGaps(found, [{ what: `Pod Identity associations after page ${page}`, reason }]);
    }
    token = next;
  }
  const reason = {
    kind: 'too-large',
    operation: listOperation,
    message: 'more associations than a cluster can have',
  } as const;
  return withGaps(found, [{ what: `Pod Identity associations after page ${maxPages}`, reason }]);
};

const readPage = async (eks: EKSClient, clusterName: string, token: string | undefined) => {
  try {
    const command = new ListPodIdentityAssociationsCommand({ clusterName, nextToken: token, maxResults: pageSize });
    const answer = listAnswer.safeParse(await eks.send(command));
    if (answer.success) return { ok: true, page: answer.data } as const;
    return { ok: false, reason: invalidAnswer(listOperation, 'the answer is not a list of associations') } as const;
  } catch (error) {
    return { ok: false, reason: readFailureFromError(error, listOperation) } as const;
  }
};

const describe = async (
  eks: EKSClient,
  clusterName: string,
  association: PodIdentityAssociation,
  gaps: Gap[],
): Promise<PodIdentityAssociation> => {
  try {
    const command = new DescribePodIdentityAssociationCommand({ clusterName, associationId: association.id });
    const answer = describeAnswer.safeParse(await eks.send(command));
    if (answer.success) return { ...association, ...detailOf(answer.data.association) };
    gaps.push({ what: association.id, reason: invalidAnswer(describeOperation, 'the answer has no role ARN') });
  } catch (error) {
    gaps.push({ what: association.id, reason: readFailureFromError(error, describeOperation) });
  }
  return association;
};

const detailOf = (answer: z.output<typeof describeAnswer>['association']): Partial<PodIdentityAssociation> => ({
  roleArn: answer.roleArn,
  ...(answer.targetRoleArn ? { targetRoleArn: answer.targetRoleArn } : {}),
  sessionTags: answer.disableSessionTags !== true,
  ...(answer.policy ? { sessionPolicy: answer.policy } : {}),
  ...(answer.createdAt ? { createdAt: answer.createdAt.toISOString() } : {}),
});
