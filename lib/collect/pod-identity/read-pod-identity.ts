import {
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import * as z from 'zod';
import { inParallel } from '../../kit/in-parallel.ts';
import { type Collected, type Gap, type PodIdentityAssociation, withGaps } from '../../model.ts';
import { pagesOf } from '../pages.ts';
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
    externalId: worldText.nullish(),
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

const listAssociations = (eks: EKSClient, clusterName: string): Promise<Collected<readonly PodIdentityAssociation[]>> =>
  pagesOf(
    {
      operation: listOperation,
      maxPages,
      name: 'Pod Identity associations',
      notPage: 'the answer is not a list of associations',
      tooMany: 'more associations than a cluster can have',
    },
    async nextToken => {
      const command = new ListPodIdentityAssociationsCommand({ clusterName, nextToken, maxResults: pageSize });
      const { data } = listAnswer.safeParse(await eks.send(command));
      const items = data?.associations.map(({ associationId: id, ...rest }) => ({ id, ...rest }));
      return items && { items, next: data?.nextToken };
    },
  );

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
  ...(answer.externalId ? { externalId: answer.externalId } : {}),
  sessionTags: answer.disableSessionTags !== true,
  ...(answer.policy ? { sessionPolicy: answer.policy } : {}),
  ...(answer.createdAt ? { createdAt: answer.createdAt.toISOString() } : {}),
});
