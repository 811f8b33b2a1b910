import {
  type AccountSnapshot,
  type ClusterSnapshot,
  type FindingLocation,
  type KubernetesFacts,
  ownerOrPod,
  type Pod,
  roleArnKey,
  type ServiceAccount,
  valueOr,
} from '../model.ts';
import { subjectOf } from '../policy.ts';
import { given } from '../text.ts';
import { associationOf, associationsUnread } from './dormant-annotation.ts';
import { bearsOnIrsa, hasPodIdentity } from './pod-injection.ts';
import { isNamedByRole } from './roles-made-for.ts';
import { secondRolesOf } from './second-roles.ts';
import { waitsForSecrets } from './secrets-store.ts';
import { associationSubjectId, podSubjectId, serviceAccountSubjectId, webhookSubjectId } from './subject-ids.ts';
import type { AssociationSubject, PodSubject, ServiceAccountSubject, WebhookSubject } from './subjects.ts';

/** The subjects of the rules inside one cluster; nothing where its inside was not read. `account` has the roles that may name
 *  its service accounts. */
export const inClusterSubjects = (
  snapshot: ClusterSnapshot,
  account: Pick<AccountSnapshot, 'roles'>,
): {
  readonly serviceAccounts: readonly ServiceAccountSubject[];
  readonly webhooks: readonly WebhookSubject[];
  readonly pods: readonly PodSubject[];
} => {
  const { cluster } = snapshot;
  if (snapshot.kubernetes.status === 'unavailable') return { serviceAccounts: [], webhooks: [], pods: [] };
  const kubernetes = snapshot.kubernetes.value;
  const place = placeOfCluster(snapshot);
  return {
    serviceAccounts: valueOr(kubernetes.serviceAccounts, [])
      .filter(
        one =>
          isMarked(one) ||
          isNamedByRole(subjectOf(one.namespace, one.name), account) ||
          waitsForSecrets(kubernetes, one).length > 0 ||
          secondRolesOf(kubernetes, one.namespace, one.name).length > 0 ||
          (one.name === 'default' && mayBeAssociated(snapshot, one)),
      )
      .map(serviceAccount => serviceAccountSubject(snapshot, kubernetes, serviceAccount, place)),
    webhooks: [{ id: webhookSubjectId(cluster.arn), place, cluster, snapshot, kubernetes }],
    pods: podSubjects(snapshot, kubernetes, place),
  };
};

/** The Pod Identity associations of one cluster, as far as they were read. */
export const associationSubjects = (snapshot: ClusterSnapshot): readonly AssociationSubject[] =>
  valueOr(snapshot.podIdentity, []).map(association => {
    const { namespace, serviceAccount, roleArn } = association;
    return {
      id: associationSubjectId(snapshot.cluster.arn, namespace, serviceAccount),
      place: { ...placeOfCluster(snapshot), namespace, serviceAccount, ...given({ roleArn }) },
      cluster: snapshot.cluster,
      snapshot,
      association,
    };
  });

/** Where a cluster lies. */
export const placeOfCluster = ({ cluster }: ClusterSnapshot): FindingLocation => ({
  accountId: cluster.accountId,
  region: cluster.region,
  clusterName: cluster.name,
  clusterArn: cluster.arn,
  ...given({ issuer: cluster.issuer }),
});

/** Has a Pod Identity association, or may have one that was not read. */
const mayBeAssociated = (snapshot: ClusterSnapshot, { namespace, name }: ServiceAccount): boolean =>
  associationOf(snapshot, namespace, name) !== undefined || associationsUnread(snapshot.podIdentity).length > 0;

/** Carries an IRSA annotation or a near miss: collectors keep no other annotation or label. */
const isMarked = (serviceAccount: ServiceAccount): boolean =>
  Object.keys(serviceAccount.annotations).length > 0 || Object.keys(serviceAccount.labels).length > 0;

const serviceAccountSubject = (
  snapshot: ClusterSnapshot,
  kubernetes: KubernetesFacts,
  serviceAccount: ServiceAccount,
  place: ServiceAccountSubject['place'],
): ServiceAccountSubject => {
  const roleArn = serviceAccount.annotations[roleArnKey];
  return {
    id: serviceAccountSubjectId(snapshot.cluster.arn, serviceAccount.namespace, serviceAccount.name),
    place: {
      ...place,
      namespace: serviceAccount.namespace,
      serviceAccount: serviceAccount.name,
      ...(roleArn ? { roleArn } : {}),
    },
    cluster: snapshot.cluster,
    snapshot,
    kubernetes,
    serviceAccount,
    ...given({ roleArn }),
  };
};

/** Running and pending pods by owner and service serviceAccount; only those of annotated service accounts, of none that
 *  exists, and those that have a role by themselves or by Pod Identity. */
const podSubjects = (
  snapshot: ClusterSnapshot,
  kubernetes: KubernetesFacts,
  place: PodSubject['place'],
): PodSubject[] => {
  if (kubernetes.serviceAccounts.status === 'unavailable') return [];
  const accounts = new Map(
    kubernetes.serviceAccounts.value.map(serviceAccount => [
      `${serviceAccount.namespace}/${serviceAccount.name}`,
      serviceAccount,
    ]),
  );
  const allRead = kubernetes.serviceAccounts.status === 'complete';
  const groups = new Map<
    string,
    { readonly serviceAccount: ServiceAccount | undefined; readonly pods: [Pod, ...Pod[]] }
  >();
  for (const pod of valueOr(kubernetes.pods, [])) {
    if (pod.phase !== 'Running' && pod.phase !== 'Pending') continue;
    const serviceAccount = accounts.get(`${pod.namespace}/${pod.serviceAccount}`);
    const hasRole = serviceAccount?.annotations[roleArnKey] !== undefined;
    if (serviceAccount ? !hasRole && !bearsOnIrsa(pod) && !hasPodIdentity(pod) : !allRead) continue;
    const key = JSON.stringify([pod.namespace, ownerOrPod(pod), pod.serviceAccount]);
    const group = groups.get(key);
    if (group) group.pods.push(pod);
    else groups.set(key, { serviceAccount, pods: [pod] });
  }
  return [...groups.values()].map(({ serviceAccount, pods }) =>
    podSubject(snapshot, kubernetes, serviceAccount, pods, place),
  );
};

const podSubject = (
  snapshot: ClusterSnapshot,
  kubernetes: KubernetesFacts,
  serviceAccount: ServiceAccount | undefined,
  pods: [Pod, ...Pod[]],
  place: PodSubject['place'],
): PodSubject => {
  const [pod] = pods;
  const { kind: ownerKind, name: ownerName } = ownerOrPod(pod);
  const roleArn = serviceAccount?.annotations[roleArnKey];
  return {
    id: podSubjectId(snapshot.cluster.arn, {
      namespace: pod.namespace,
      ownerKind,
      ownerName,
      serviceAccount: pod.serviceAccount,
    }),
    place: { ...place, namespace: pod.namespace, serviceAccount: pod.serviceAccount, ...(roleArn ? { roleArn } : {}) },
    cluster: snapshot.cluster,
    snapshot,
    kubernetes,
    ownerKind,
    ownerName,
    pods,
    ...given({ serviceAccount }),
  };
};
