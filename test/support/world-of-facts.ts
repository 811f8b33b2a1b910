/** A world of the sandbox in which an audit reads what facts say: for tests that carry a fix out. */
import type { Facts } from '../../lib/facts/facts.ts';
import type { Provider, Role } from '../../lib/model/account.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { type Collected, valueOr } from '../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, PodContainer, WebhookEntry } from '../../lib/model/kubernetes.ts';
import type { Thumbprints } from '../../sandbox/issuers/start-issuers.ts';
import { podIdentityTrust } from '../../sandbox/world/build.ts';
import { type KubernetesWorld, ownAuthority } from '../../sandbox/world/kubernetes-world.ts';
import type { World, WorldCluster, WorldProvider, WorldRole } from '../../sandbox/world/world.ts';
import { exampleRootThumbprint } from './example-world.ts';

const known = <T>(section: Collected<readonly T[]>): readonly T[] => valueOr(section, []);
const created = '2026-01-10T09:00:00.000Z';

/** The world of the account of the facts. `sent` are the certificates that the issuers' servers of the sandbox send: they
 *  take the places of those that the examples name. `strangePem` is an authority that is not the cluster's. */
export const worldOfFacts = ({ snapshot }: Facts, sent: Thumbprints, strangePem: string): World => {
  const clusters = snapshot.regions.flatMap(({ clusters: list }) => known(list));
  return {
    accounts: [
      {
        accountId: snapshot.accountId,
        name: 'example',
        partition: snapshot.partition,
        providers: known(snapshot.providers).map(one => providerOf(one, sent)),
        roles: [...known(snapshot.roles).map(roleOf), ...associatedRoles(clusters, known(snapshot.roles))],
        clusters: clusters.map(clusterOf),
        events: [],
        ...(snapshot.quotas.status === 'complete' ? { quotas: quotasOf(snapshot.quotas.value) } : {}),
      },
    ],
    issuers: [],
    kubernetes: new Map(
      clusters
        .filter(({ cluster, kubernetes }) => cluster.status === 'ACTIVE' && wasAsked(kubernetes))
        .map(one => [one.cluster.arn, insideOf(one, strangePem)] as const),
    ),
    faults: [],
    fetchThumbprint: () => sent.root,
  };
};

/** True where the inside of a cluster was asked for, whatever came of it. */
const wasAsked = (kubernetes: ClusterSnapshot['kubernetes']): boolean =>
  kubernetes.status !== 'unavailable' || kubernetes.reason.kind !== 'not-asked-for';

/** Examples of Pod Identity name roles that they do not describe. */
const associatedRoles = (clusters: readonly ClusterSnapshot[], roles: readonly Role[]): readonly WorldRole[] =>
  clusters
    .flatMap(({ podIdentity }) => known(podIdentity).flatMap(({ roleArn }) => roleArn ?? []))
    .filter(arn => !roles.some(one => one.arn === arn))
    .map(arn => ({
      name: arn.split('/').at(-1) ?? '',
      path: '/',
      trustPolicy: JSON.stringify(podIdentityTrust),
      attachedPolicyArns: [],
      createdAt: created,
    }));

const quotasOf = (value: { readonly oidcProviders?: number; readonly trustPolicyLength?: number }) => ({
  oidcProviders: value.oidcProviders ?? 100,
  trustPolicyLength: value.trustPolicyLength ?? 2048,
});

const providerOf = ({ arn, detail }: Provider, sent: Thumbprints): WorldProvider => {
  const is = valueOr(detail, undefined);
  const served: Readonly<Record<string, string>> = {
    [exampleRootThumbprint]: sent.root,
    ['2'.repeat(40)]: sent.intermediate,
    ['1'.repeat(40)]: sent.leaf,
  };
  return {
    url: is?.url ?? arn.split(':oidc-provider/')[1] ?? '',
    audiences: [...(is?.audiences ?? ['sts.amazonaws.com'])],
    thumbprints: (is?.thumbprints ?? [exampleRootThumbprint]).map(one => served[one] ?? one),
    createdAt: is?.createdAt ?? created,
    tags: { ...is?.tags },
  };
};

const roleOf = ({ name, path, trustPolicy, detail, createdAt }: Role): WorldRole => {
  const is = valueOr(detail, undefined);
  return {
    name,
    path,
    trustPolicy,
    attachedPolicyArns: [...(is?.attachedPolicyArns ?? [])],
    createdAt: createdAt ?? created,
    ...(is?.lastUsedAt === undefined ? {} : { lastUsedAt: is.lastUsedAt }),
    ...(is === undefined ? {} : { tags: { ...is.tags } }),
  };
};

const clusterOf = ({ cluster, podIdentity, addons }: ClusterSnapshot): WorldCluster => ({
  name: cluster.name,
  region: cluster.region,
  ...(cluster.issuer === undefined ? {} : { issuer: cluster.issuer }),
  status: cluster.status,
  version: cluster.version ?? '1.34',
  createdAt: cluster.createdAt ?? created,
  authenticationMode: cluster.authenticationMode ?? 'API_AND_CONFIG_MAP',
  ipFamily: cluster.ipFamily ?? 'ipv4',
  associations: known(podIdentity).map(({ id, namespace, serviceAccount, roleArn = '', targetRoleArn, createdAt }) => ({
    id,
    namespace,
    serviceAccount,
    roleArn,
    ...(targetRoleArn === undefined ? {} : { targetRoleArn }),
    ...(createdAt === undefined ? {} : { createdAt }),
  })),
  addons: known(addons).map(({ name, detail }) => ({
    name,
    status: detail?.status ?? 'ACTIVE',
    ...(detail?.roleArn === undefined ? {} : { serviceAccountRoleArn: detail.roleArn }),
  })),
  tags: { ...cluster.tags },
});

/** A cluster whose inside was refused has RBAC that gives the auditor nothing yet. */
const insideOf = ({ cluster, kubernetes }: ClusterSnapshot, strangePem: string): KubernetesWorld => {
  const issuer = cluster.issuer === undefined ? {} : { issuer: cluster.issuer };
  const base = { version: 'v1.34.9', ...issuer, namespaces: [], serviceAccounts: [], pods: [], webhooks: [] };
  if (kubernetes.status === 'unavailable') return { ...base, groups: ['irsa-auditor'], others: [] };
  const facts = kubernetes.value;
  const pods = known(facts.pods);
  return {
    ...base,
    namespaces: known(facts.namespaces).map(({ name, labels }) => ({
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
    })),
    serviceAccounts: known(facts.serviceAccounts).map(({ createdAt, ...metadata }) => ({
      metadata: { ...structuredClone(metadata), creationTimestamp: createdAt ?? created },
    })),
    pods: pods.map(podDocument),
    webhooks: webhooksOf(facts, cluster.caCertificates[0]?.sha256, strangePem),
    others: [...new Map(pods.flatMap(workloadOf)).values()],
  };
};

const webhooksOf = ({ webhook }: KubernetesFacts, authority: string | undefined, strangePem: string): unknown[] => {
  const found = webhook.status === 'complete' ? webhook.value : undefined;
  if (found === undefined) return [];
  const entryOf = ({ service, url, caBundle, caCertificates, ...entry }: WebhookEntry) => {
    const isOwn = known(caCertificates).some(({ sha256 }) => sha256 === authority);
    const isOther = !isOwn && known(caCertificates).length > 0;
    return {
      ...structuredClone(entry),
      clientConfig: {
        ...(url === undefined ? {} : { url }),
        ...(service === undefined ? {} : { service: { namespace: service.namespace, name: service.name } }),
        ...(isOwn ? { caBundle: ownAuthority } : isOther ? { caBundle: base64(strangePem) } : {}),
        ...(isOwn || isOther || caBundle === undefined ? {} : { caBundle }),
      },
      matchPolicy: 'Equivalent',
      reinvocationPolicy: 'IfNeeded',
      sideEffects: 'None',
      timeoutSeconds: 10,
    };
  };
  return [
    {
      kind: 'MutatingWebhookConfiguration',
      apiVersion: 'admissionregistration.k8s.io/v1',
      metadata: { name: found.name },
      webhooks: found.webhooks.map(entryOf),
    },
  ];
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const hash = '7d9f6c5b8';

const podDocument = (pod: Pod): unknown => {
  const { owner } = pod;
  const minutes = Math.floor(Date.parse(pod.createdAt ?? created) / 60_000);
  const controller =
    owner?.kind === 'Deployment'
      ? { kind: 'ReplicaSet', name: `${owner.name}-${hash}` }
      : owner?.kind === 'CronJob'
        ? { kind: 'Job', name: `${owner.name}-${minutes}` }
        : owner;
  return {
    metadata: {
      namespace: pod.namespace,
      name: pod.name,
      creationTimestamp: pod.createdAt ?? created,
      labels: { ...pod.labels, ...(owner?.kind === 'Deployment' ? { 'pod-template-hash': hash } : {}) },
      annotations: { ...pod.annotations },
      ...(controller === undefined ? {} : { ownerReferences: [{ ...controller, controller: true }] }),
    },
    spec: {
      serviceAccountName: pod.serviceAccount,
      securityContext: only({ runAsUser: pod.runAsUser, runAsNonRoot: pod.runAsNonRoot, fsGroup: pod.fsGroup }),
      containers: pod.containers.filter(({ init }) => !init).map(containerOf),
      initContainers: pod.containers.filter(({ init }) => init).map(containerOf),
      volumes: pod.volumes.map(({ name, ...token }) => ({
        name,
        projected: { sources: [{ serviceAccountToken: token }] },
      })),
    },
    status: { phase: pod.phase },
  };
};

const only = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const containerOf = ({ name, awsVariables, irsaEnvironment, mounts, runAsUser, runAsNonRoot }: PodContainer) => ({
  name,
  image: 'registry.example/app:1',
  env: [...new Set([...awsVariables, ...Object.keys(irsaEnvironment)])].map(variable => ({
    name: variable,
    value: irsaEnvironment[variable] ?? 'x',
  })),
  volumeMounts: Object.entries(mounts).map(([volume, mountPath]) => ({ name: volume, mountPath })),
  securityContext: only({ runAsUser, runAsNonRoot }),
});

const apiOf: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
};

/** The workload of a pod, by name: its template has what nobody injected. */
const workloadOf = (pod: Pod): readonly (readonly [string, unknown])[] => {
  const minutes = Math.floor(Date.parse(pod.createdAt ?? created) / 60_000);
  const owner = pod.owner?.kind === 'CronJob' ? { kind: 'Job', name: `${pod.owner.name}-${minutes}` } : pod.owner;
  const apiVersion = owner === undefined ? undefined : apiOf[owner.kind];
  if (owner === undefined || apiVersion === undefined) return [];
  const labels = { app: owner.name };
  const containers = pod.containers
    .filter(({ init }) => !init)
    .map(({ name }) => ({ name, image: 'registry.example/app:1' }));
  const document = {
    kind: owner.kind,
    apiVersion,
    metadata: { namespace: pod.namespace, name: owner.name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { serviceAccountName: pod.serviceAccount, containers } },
    },
  };
  return [[JSON.stringify([owner, pod.namespace]), document]];
};
