import type { ClusterSnapshot } from '../model/cluster.ts';
import { valueOr } from '../model/collected.ts';
import type { Place } from '../model/finding.ts';
import { roleArnKey } from '../model/irsa-annotation.ts';
import type { KubernetesFacts, Pod, ServiceAccount } from '../model/kubernetes.ts';
import { accountSubjectId, podSubjectId, webhookSubjectId } from './subject-ids.ts';
import type { AccountSubject, PodSubject, WebhookSubject } from './subjects.ts';

/** What the rules are asked about inside one cluster; nothing where its inside was not read. */
export const inClusterSubjects = (
  snapshot: ClusterSnapshot,
): {
  readonly accounts: readonly AccountSubject[];
  readonly webhooks: readonly WebhookSubject[];
  readonly pods: readonly PodSubject[];
} => {
  const { cluster } = snapshot;
  if (snapshot.kubernetes.status === 'unavailable') return { accounts: [], webhooks: [], pods: [] };
  const kubernetes = snapshot.kubernetes.value;
  const place = placeOfCluster(snapshot);
  return {
    accounts: valueOr(kubernetes.serviceAccounts, [])
      .filter(isMarked)
      .map(account => accountSubject(snapshot, kubernetes, account, place)),
    webhooks: [{ id: webhookSubjectId(cluster.arn), place, cluster, kubernetes }],
    pods: podSubjects(snapshot, kubernetes, place),
  };
};

/** Where a cluster lies. */
export const placeOfCluster = ({ cluster }: ClusterSnapshot): Place => ({
  accountId: cluster.accountId,
  region: cluster.region,
  clusterName: cluster.name,
  clusterArn: cluster.arn,
  ...(cluster.issuer === undefined ? {} : { issuer: cluster.issuer }),
});

/** Carries an IRSA annotation or a near miss: collectors keep no other annotation or label. */
const isMarked = (account: ServiceAccount): boolean =>
  Object.keys(account.annotations).length > 0 || Object.keys(account.labels).length > 0;

const accountSubject = (
  snapshot: ClusterSnapshot,
  kubernetes: KubernetesFacts,
  account: ServiceAccount,
  place: AccountSubject['place'],
): AccountSubject => {
  const roleArn = account.annotations[roleArnKey];
  return {
    id: accountSubjectId(snapshot.cluster.arn, account.namespace, account.name),
    place: { ...place, namespace: account.namespace, serviceAccount: account.name, ...(roleArn ? { roleArn } : {}) },
    cluster: snapshot.cluster,
    snapshot,
    kubernetes,
    account,
    ...(roleArn === undefined ? {} : { roleArn }),
  };
};

/** Running and pending pods by owner and service account; only those of annotated accounts, or of none that exists. */
const podSubjects = (
  snapshot: ClusterSnapshot,
  kubernetes: KubernetesFacts,
  place: PodSubject['place'],
): PodSubject[] => {
  if (kubernetes.serviceAccounts.status === 'unavailable') return [];
  const accounts = new Map(
    kubernetes.serviceAccounts.value.map(account => [`${account.namespace}/${account.name}`, account]),
  );
  const allRead = kubernetes.serviceAccounts.status === 'complete';
  const groups = new Map<string, { readonly account: ServiceAccount | undefined; readonly pods: [Pod, ...Pod[]] }>();
  for (const pod of valueOr(kubernetes.pods, [])) {
    if (pod.phase !== 'Running' && pod.phase !== 'Pending') continue;
    const account = accounts.get(`${pod.namespace}/${pod.serviceAccount}`);
    if (account ? account.annotations[roleArnKey] === undefined : !allRead) continue;
    const key = JSON.stringify([
      pod.namespace,
      pod.owner?.kind ?? 'Pod',
      pod.owner?.name ?? pod.name,
      pod.serviceAccount,
    ]);
    const group = groups.get(key);
    if (group) group.pods.push(pod);
    else groups.set(key, { account, pods: [pod] });
  }
  return [...groups.values()].map(({ account, pods }) => podSubject(snapshot, kubernetes, account, pods, place));
};

const podSubject = (
  snapshot: ClusterSnapshot,
  kubernetes: KubernetesFacts,
  account: ServiceAccount | undefined,
  pods: [Pod, ...Pod[]],
  place: PodSubject['place'],
): PodSubject => {
  const [pod] = pods;
  const ownerKind = pod.owner?.kind ?? 'Pod';
  const ownerName = pod.owner?.name ?? pod.name;
  const roleArn = account?.annotations[roleArnKey];
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
    ...(account === undefined ? {} : { account }),
  };
};
