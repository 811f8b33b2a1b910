import type { ClusterSnapshot } from '../../../model/cluster.ts';
import { type ReadFailure, readFailuresOf } from '../../../model/collected.ts';

/** Everything inside a cluster that was asked for and refused or failed, each once. */
export const failedReads = ({ kubernetes, podIdentity }: ClusterSnapshot): readonly ReadFailure[] => {
  const inside = kubernetes.status === 'unavailable' ? [] : Object.values(kubernetes.value);
  const failed = [kubernetes, podIdentity, ...inside]
    .flatMap(readFailuresOf)
    .filter(({ kind }) => kind !== 'not-asked-for');
  return [...new Map(failed.map(unread => [keyOf(unread), unread])).values()];
};

/** What tells one failed read from another: the permission that is missing, else the operation. */
export const keyOf = ({ permission, operation }: ReadFailure): string => permission ?? operation;
