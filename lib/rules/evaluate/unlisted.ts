import type { Facts } from '../../facts/facts.ts';
import type { SubjectKind } from '../../facts/subjects.ts';
import { clustersOf } from '../../facts/subjects-of.ts';
import { type ClusterSnapshot, canBeReadInside } from '../../model/cluster.ts';
import type { Collected, ReadFailure } from '../../model/collected.ts';

/** Subjects of one kind that could not be listed: where they would be, and why nothing is known of them. */
export interface Unlisted {
  /** A cluster's ARN or the id of the account. */
  readonly where: string;
  readonly reason: ReadFailure;
}

/** Where a rule has no subject to be asked about because the list of them was refused or failed: it is undecided there, and
 *  not passed. What nobody asked for is no list that failed. */
export const unlistedSubjects = (kind: SubjectKind, facts: Facts): readonly Unlisted[] => {
  const { snapshot } = facts;
  switch (kind) {
    case 'role':
    case 'statement':
      return failed(snapshot.accountId, [snapshot.roles]);
    case 'provider':
      return failed(snapshot.accountId, [snapshot.providers]);
    case 'service-account':
    case 'pod':
    case 'webhook':
      return clustersOf(snapshot)
        .filter(({ cluster }) => canBeReadInside(cluster))
        .flatMap(one => failed(one.cluster.arn, listsInside(kind, one)));
    default:
      return [];
  }
};

const listsInside = (
  kind: 'service-account' | 'pod' | 'webhook',
  { kubernetes }: ClusterSnapshot,
): readonly Collected<unknown>[] => {
  if (kubernetes.status === 'unavailable') return [kubernetes];
  const { serviceAccounts, pods } = kubernetes.value;
  if (kind === 'webhook') return [];
  return kind === 'pod' ? [serviceAccounts, pods] : [serviceAccounts];
};

const failed = (where: string, lists: readonly Collected<unknown>[]): readonly Unlisted[] =>
  lists
    .flatMap(list => (list.status === 'unavailable' && list.reason.kind !== 'not-asked-for' ? [list.reason] : []))
    .slice(0, 1)
    .map(reason => ({ where, reason }));
