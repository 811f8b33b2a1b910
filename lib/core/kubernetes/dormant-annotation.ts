import type { ClusterSnapshot } from '../model/cluster.ts';
import { valueOr } from '../model/collected.ts';
import type { KubernetesFacts, ServiceAccount } from '../model/kubernetes.ts';
import { hasPodIdentity } from './pod-injection.ts';
import { podsOfAccount } from './pods-of-account.ts';

/**
 * True where an account's IRSA annotations have no effect: a Pod Identity association gives new pods another identity, and
 * every pod of the account that runs has that already (docs/facts.md §D.4). What the annotation names harms nobody then.
 */
export const isDormant = (
  { namespace, name }: ServiceAccount,
  kubernetes: KubernetesFacts,
  podIdentity: ClusterSnapshot['podIdentity'],
): boolean => {
  const isAssociated = valueOr(podIdentity, []).some(one => one.namespace === namespace && one.serviceAccount === name);
  return (
    isAssociated &&
    kubernetes.pods.status === 'complete' &&
    podsOfAccount(kubernetes, namespace, name).every(hasPodIdentity)
  );
};
