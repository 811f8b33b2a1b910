import type { ClusterSnapshot } from '../../../model/cluster.ts';
import { type Collected, type ReadFailure, readFailuresOf, valueOr } from '../../../model/collected.ts';
import type { KubernetesFacts } from '../../../model/kubernetes.ts';

/** Everything inside a cluster that was asked for and refused or each once. */
export const failedReads = ({ kubernetes, podIdentity }: ClusterSnapshot): readonly ReadFailure[] => {
  const inside =
    kubernetes.status === 'unavailable' ? [] : [...Object.values(kubernetes.value), ...endpointsOf(kubernetes.value)];
  const failed = [kubernetes, podIdentity, ...inside]
    .flatMap(readFailuresOf)
    .filter(({ kind }) => kind !== 'not-asked-for');
  return [...new Map(failed.map(unread => [keyOf(unread), unread])).values()];
};

/** The endpoints of the services that the webhook's configuration names: read apart from it. */
const endpointsOf = ({ webhook }: KubernetesFacts): readonly Collected<number>[] =>
  (valueOr(webhook, undefined)?.webhooks ?? []).flatMap(({ service }) => (service ? [service.ready] : []));

/** What tells one failed read from another: the permission that is missing, else the operation. */
export const keyOf = ({ permission, operation }: ReadFailure): string => permission ?? operation;
