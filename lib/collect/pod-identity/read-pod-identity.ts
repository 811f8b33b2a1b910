import {
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { z } from 'zod';
import { inParallel } from '../../audit/in-parallel.ts';
import type { PodIdentityAssociation } from '../../core/model/cluster.ts';
import { type Collected, type Gap, unavailable, withGaps } from '../../core/model/collected.ts';
import { invalidAnswer, unreadFromError } from '../unread-from-error.ts';

const listOperation = 'eks:ListPodIdentityAssociations';
const describeOperation = 'eks:DescribePodIdentityAssociation';
const pageSize = 100;
/** A cluster has at most 5,000 associations (Amazon EKS service quotas). */
const maxPages = 51;
const concurrency = 4;

const listAnswer = z.object({
  associations: z
    .array(z.object({ associationId: z.string(), namespace: z.string(), serviceAccount: z.string() }))
    .nullish(),
  nextToken: z.string().nullish(),
});
const describeAnswer = z.object({ association: z.object({ roleArn: z.string() }) });

/**
 * The Pod Identity associations of one cluster. The list has no role ARNs, so each is described; one that cannot be is
 * kept without its role and makes a gap. `describe: false` spares these calls.
 */
export const readPodIdentity = async (
  eks: EKSClient,
  clusterName: string,
  { describe }: { readonly describe: boolean } = { describe: true },
): Promise<Collected<readonly PodIdentityAssociation[]>> => {
  const found: PodIdentityAssociation[] = [];
  const gaps: Gap[] = [];
  let nextToken: string | undefined;
  for (let pages = 1; pages <= maxPages; pages++) {
    try {
      const command = new ListPodIdentityAssociationsCommand({ clusterName, nextToken, maxResults: pageSize });
      const answer = listAnswer.safeParse(await eks.send(command));
      if (!answer.success) return unavailable(invalidAnswer(listOperation, 'the answer is not a list of associations'));
      for (const { associationId, ...rest } of answer.data.associations ?? [])
        found.push({ id: associationId, ...rest });
      nextToken = answer.data.nextToken ?? undefined;
    } catch (error) {
      const reason = unreadFromError(error, listOperation);
      if (pages === 1) return unavailable(reason);
      gaps.push({ what: `page ${pages} of Pod Identity associations`, reason });
      break;
    }
    if (!nextToken) break;
  }
  if (nextToken && gaps.length === 0)
    gaps.push({
      what: `Pod Identity associations after page ${maxPages}`,
      reason: { kind: 'too-large', operation: listOperation, message: 'more associations than a cluster can have' },
    });
  if (!describe) return withGaps(found, gaps);
  const described = await inParallel(found, concurrency, association => withRole(eks, clusterName, association, gaps));
  return withGaps(described, gaps);
};

const withRole = async (
  eks: EKSClient,
  clusterName: string,
  association: PodIdentityAssociation,
  gaps: Gap[],
): Promise<PodIdentityAssociation> => {
  try {
    const command = new DescribePodIdentityAssociationCommand({ clusterName, associationId: association.id });
    const answer = describeAnswer.safeParse(await eks.send(command));
    if (answer.success) return { ...association, roleArn: answer.data.association.roleArn };
    gaps.push({ what: association.id, reason: invalidAnswer(describeOperation, 'the answer has no role ARN') });
  } catch (error) {
    gaps.push({ what: association.id, reason: unreadFromError(error, describeOperation) });
  }
  return association;
};
