import type { ClusterSnapshot } from '../model/cluster.ts';
import { unreadOf, valueOr } from '../model/collected.ts';
import type { KubernetesFacts, ServiceAccount } from '../model/kubernetes.ts';
import { hasPodIdentity } from './pod-injection.ts';
import { podsOfAccount } from './pods-of-account.ts';

/**
 * Whether an account's IRSA annotations have no effect: a Pod Identity association gives new pods another identity, and
 * every pod of the account that runs has that already (docs/facts.md §D.4). What the annotation names harms nobody then.
 * A sentence where it is open for want of a read.
 */
export const dormancyOf = (
  { namespace, name }: ServiceAccount,
  kubernetes: KubernetesFacts,
  podIdentity: ClusterSnapshot['podIdentity'],
): boolean | string => {
  if (!podsOfAccount(kubernetes, namespace, name).every(hasPodIdentity)) return false;
  const isAssociated = valueOr(podIdentity, []).some(one => one.namespace === namespace && one.serviceAccount === name);
  const [gap] = unreadOf(isAssociated ? kubernetes.pods : podIdentity).filter(({ kind }) => kind !== 'not-asked-for');
  return gap
    ? `whether ${namespace}/${name} has Pod Identity in its place: ${gap.operation}: ${gap.message}`
    : isAssociated;
};
