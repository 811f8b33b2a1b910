/** The whole reading of the inside of a cluster of the world. */
import type { ClusterInside } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod, PodContainer, WebhookConfiguration } from '../../../lib/model/kubernetes.ts';
import { audience, clusterAuthority, issuerUrls, roleArn } from './names.ts';
import { accountOf, type PodState, type WebhookState, type World, type WorldCluster } from './world.ts';

const annotated = 'eks.amazonaws.com/role-arn';

/** Clusters whose API answers. */
export const readableInside = ({ status }: { readonly status: string }): boolean =>
  status === 'ACTIVE' || status === 'UPDATING';

const everything = { matchLabels: {}, matchExpressions: [] };
const marked = { matchLabels: { irsa: 'on' }, matchExpressions: [] };

const webhookOf = (state: WebhookState): WebhookConfiguration | undefined => {
  if (state === 'absent') return undefined;
  const operations = [state === 'service' ? 'UPDATE' : 'CREATE'];
  const sha256 = state === 'badCa' ? 'd'.repeat(64) : clusterAuthority.sha256;
  const entry = {
    name: 'iam-for-pods.amazonaws.com',
    url: 'https://127.0.0.1:23443/mutate',
    caBundle: 'LS0t',
    caCertificates: complete([{ ...clusterAuthority, sha256 }]),
    failurePolicy: state === 'fail' ? 'Fail' : 'Ignore',
    admissionReviewVersions: ['v1beta1'],
    rules: [{ operations, apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' }],
    namespaceSelector: state === 'selective' ? marked : everything,
    objectSelector: state === 'objects' ? marked : everything,
    matchConditions: [],
  };
  return { name: 'pod-identity-webhook', webhooks: [entry] };
};

const tokenFolder = '/var/run/secrets/eks.amazonaws.com/serviceaccount';

const injected = (role: string, name = 'app'): PodContainer => ({
  name,
  init: false,
  awsVariables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  irsaEnvironment: { AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: `${tokenFolder}/token` },
  hasEnvFrom: false,
  mounts: { 'aws-iam-token': tokenFolder },
});

const bare = (name: string): PodContainer => ({
  name,
  init: false,
  awsVariables: [],
  irsaEnvironment: {},
  hasEnvFrom: false,
  mounts: {},
});

const byPodIdentity: PodContainer = {
  ...bare('app'),
  awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'],
  irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials' },
};

const podsOf = (accountId: string, cluster: WorldCluster, serviceAccount: string, state: PodState): readonly Pod[] => {
  const role = cluster.accounts[serviceAccount]?.[annotated] ?? roleArn(accountId, 'cart');
  const pod = (number: number, over: Partial<Pod> = {}): Pod => ({
    namespace: 'checkout',
    name: `${serviceAccount}-${number}`,
    createdAt: '2026-10-01T00:00:00.000Z',
    phase: 'Running',
    serviceAccount,
    owner: { kind: 'Deployment', name: serviceAccount },
    ...{ hostNetwork: false, isMirror: false, isWindows: false, labels: {}, annotations: {} },
    containers: [injected(role)],
    volumes: [{ name: 'aws-iam-token', audience, expirationSeconds: 86_400, path: 'token' }],
    ...over,
  });
  const uninjected = { containers: [bare('app')], volumes: [] };
  switch (state) {
    case 'bare':
      return [pod(0, uninjected)];
    case 'stale':
      return [pod(0, { containers: [injected(roleArn(accountId, 'former'))] })];
    case 'half':
      return [pod(0, { containers: [injected(role), bare('late')] }), pod(1)];
    case 'keys': {
      const container = injected(role);
      const awsVariables = ['AWS_ACCESS_KEY_ID', ...container.awsVariables];
      return [pod(0, { containers: [{ ...container, awsVariables }] })];
    }
    case 'podIdentity':
      return [pod(0, { containers: [byPodIdentity], volumes: [] })];
    case 'two':
      return [pod(0), pod(1, uninjected)];
    default:
      return [pod(0)];
  }
};

const factsOf = (accountId: string, cluster: WorldCluster): KubernetesFacts => ({
  version: complete('v1.34.9'),
  namespaces: complete(
    ['checkout', 'kube-system', ...(cluster.extraNs ? ['old-shop'] : [])].map(name => ({
      name,
      labels: {},
      terminating: false,
    })),
  ),
  serviceAccounts: complete(
    Object.entries(cluster.accounts).map(([name, annotations]) => ({
      namespace: 'checkout',
      name,
      createdAt: '2026-01-10T00:00:00.000Z',
      annotations,
      labels: {},
    })),
  ),
  pods: complete(Object.entries(cluster.pods).flatMap(([name, state]) => podsOf(accountId, cluster, name, state))),
  webhook: complete(webhookOf(cluster.webhook)),
  issuer: complete(issuerUrls[cluster.issuer]),
});

/** The inside of a cluster. Throws for one that the world does not have. */
export const readInside = (world: World, accountId: string, name: string): ClusterInside => {
  const cluster = accountOf(world, accountId).clusters[name];
  if (cluster === undefined) throw new Error(`the world has no cluster ${name}`);
  return {
    kubernetes: complete(factsOf(accountId, cluster)),
    podIdentity: complete(
      cluster.associated.map((serviceAccount, index) => ({
        id: `a-${index}`,
        namespace: 'checkout',
        serviceAccount,
        roleArn: roleArn(accountId, 'pod-identity'),
      })),
    ),
    addons: complete([]),
  };
};
