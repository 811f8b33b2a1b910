import type { ClusterSnapshot } from '../../model/cluster.ts';

/**
 * True while it is open whether tokens of a cluster carry the dual-stack issuer. AWS's pages contradict each other for
 * IPv6 clusters (docs/facts.md §B.7); what the API server itself announces decides. A cluster that is not known here,
 * being another account's, is open too.
 */
export const aliasMayBeRight = (snapshot: ClusterSnapshot | undefined): boolean => {
  if (snapshot === undefined) return true;
  const { cluster, kubernetes } = snapshot;
  if (cluster.ipFamily !== 'ipv6') return false;
  const announced = kubernetes.status === 'unavailable' ? undefined : kubernetes.value.issuer;
  return announced?.status !== 'complete' || announced.value !== cluster.issuer;
};
