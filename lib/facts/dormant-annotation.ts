import {
  type ClusterSnapshot,
  type KubernetesFacts,
  type PodIdentityAssociation,
  type ReadFailure,
  readFailuresOf,
  type ServiceAccount,
  valueOr,
} from '../model.ts';
import { hasPodIdentityAlone } from './pod-injection.ts';
import { podsOfServiceAccount } from './pods-of-service-account.ts';

/** The Pod Identity association of a service account, as far as the associations were read. */
export const associationOf = (
  { podIdentity }: Pick<ClusterSnapshot, 'podIdentity'>,
  namespace: string,
  serviceAccount: string | undefined,
): PodIdentityAssociation | undefined =>
  valueOr(podIdentity, []).find(one => one.namespace === namespace && one.serviceAccount === serviceAccount);

/** The reason why it is open which accounts have an association. One whose role could not be read is in the list all
 *  the same. */
export const associationsUnread = (podIdentity: ClusterSnapshot['podIdentity']): readonly ReadFailure[] =>
  readFailuresOf(podIdentity).filter(({ operation }) => operation !== 'eks:DescribePodIdentityAssociation');

/**
 * Whether an account's IRSA annotations have no effect: a Pod Identity association gives new pods another identity, and
 * every pod of the account that runs has that already (docs/facts.md §D.4). The annotation harms no pod then.
 * A sentence where it is open for want of a read.
 */
export const dormancyOf = (
  { namespace, name }: ServiceAccount,
  kubernetes: KubernetesFacts,
  podIdentity: ClusterSnapshot['podIdentity'],
): boolean | string => {
  if (!podsOfServiceAccount(kubernetes, namespace, name).every(hasPodIdentityAlone)) return false;
  const isAssociated = associationOf({ podIdentity }, namespace, name) !== undefined;
  const unread = isAssociated ? readFailuresOf(kubernetes.pods) : associationsUnread(podIdentity);
  const gap = unread.find(({ kind }) => kind !== 'not-asked-for');
  return gap
    ? `whether ${namespace}/${name} has Pod Identity in its place: ${gap.operation}: ${gap.message}`
    : isAssociated;
};
