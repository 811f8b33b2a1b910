/** The service account that a Pod Identity association was most likely made for, where it names one that does not exist. */
import {
  type ClusterSnapshot,
  type KubernetesFacts,
  type PodIdentityAssociation,
  type ServiceAccount,
  valueOr,
} from '../model.ts';
import { nearest } from '../text.ts';
import { associationOf, associationsUnread } from './dormant-annotation.ts';
import { bearsOnIrsa, hasOtherCredentials, hasPodIdentity, isRoleKey } from './pod-injection.ts';
import { podsOfServiceAccount } from './pods-of-service-account.ts';

/** The one service account of the same name in another namespace, or of a name like it, whose pods run without a role, and which
 *  has neither an annotation nor an association. Undefined where there are several, while associations were not read, and for
 *  `default`, which every namespace has. */
export const accountMeantBy = (
  { namespace, serviceAccount }: PodIdentityAssociation,
  kubernetes: KubernetesFacts,
  snapshot: Pick<ClusterSnapshot, 'podIdentity'>,
): ServiceAccount | undefined => {
  if (serviceAccount === 'default' || associationsUnread(snapshot.podIdentity).length > 0) return undefined;
  const all = valueOr(kubernetes.serviceAccounts, []);
  const here = all.filter(one => one.namespace === namespace).map(({ name }) => name);
  const alike = nearest(serviceAccount, here);
  const [meant, ...others] = all.filter(
    one =>
      (one.namespace === namespace ? one.name === alike : one.name === serviceAccount) &&
      associationOf(snapshot, one.namespace, one.name) === undefined &&
      isWithoutRole(one, kubernetes),
  );
  return others.length > 0 ? undefined : meant;
};

/** The association that was most likely made for a service account without one. */
export const associationMeantFor = (
  { namespace, name }: Pick<ServiceAccount, 'namespace' | 'name'>,
  kubernetes: KubernetesFacts,
  snapshot: Pick<ClusterSnapshot, 'podIdentity'>,
): PodIdentityAssociation | undefined => {
  const exists = (one: PodIdentityAssociation): boolean =>
    valueOr(kubernetes.serviceAccounts, []).some(
      account => account.namespace === one.namespace && account.name === one.serviceAccount,
    );
  return valueOr(snapshot.podIdentity, []).find(one => {
    const meant = exists(one) ? undefined : accountMeantBy(one, kubernetes, snapshot);
    return meant?.namespace === namespace && meant.name === name;
  });
};

const isWithoutRole = (
  { namespace, name, annotations, labels }: ServiceAccount,
  kubernetes: KubernetesFacts,
): boolean =>
  ![annotations, labels].some(keys => Object.keys(keys).some(isRoleKey)) &&
  podsOfServiceAccount(kubernetes, namespace, name).some(
    pod => !pod.isMirror && !bearsOnIrsa(pod) && !hasPodIdentity(pod) && !hasOtherCredentials(pod),
  );
