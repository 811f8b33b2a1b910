/**
 * Builders with defaults for the inside of the example cluster: one annotated service account with one injected pod.
 * Every name is made up. Nothing here is read by an audit.
 */
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type {
  KubernetesFacts,
  Pod,
  PodContainer,
  ServiceAccount,
  WebhookConfiguration,
} from '../../lib/model/kubernetes.ts';
import { aCluster, exampleAccountId, exampleIssuer, someFacts } from './example-world.ts';

export const aServiceAccount = (over: Partial<ServiceAccount> = {}): ServiceAccount => ({
  namespace: 'checkout',
  name: 'cart',
  createdAt: '2026-01-10T10:00:00.000Z',
  annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::${exampleAccountId}:role/checkout-cart` },
  labels: {},
  ...over,
});

export const aContainer = (over: Partial<PodContainer> = {}): PodContainer => ({
  name: 'app',
  init: false,
  awsVariables: ['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  irsaEnvironment: {
    AWS_ROLE_ARN: `arn:aws:iam::${exampleAccountId}:role/checkout-cart`,
    AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
  },
  hasEnvFrom: false,
  mounts: { 'aws-iam-token': '/var/run/secrets/eks.amazonaws.com/serviceaccount' },
  ...over,
});

export const aPod = (over: Partial<Pod> = {}): Pod => ({
  namespace: 'checkout',
  name: 'cart-7d9f6c5b8-x2x4z',
  createdAt: '2026-10-01T10:00:00.000Z',
  phase: 'Running',
  serviceAccount: 'cart',
  owner: { kind: 'Deployment', name: 'cart' },
  hostNetwork: false,
  isMirror: false,
  isWindows: false,
  labels: {},
  annotations: {},
  containers: [aContainer()],
  volumes: [{ name: 'aws-iam-token', audience: 'sts.amazonaws.com', expirationSeconds: 86400, path: 'token' }],
  ...over,
});

/** The webhook configuration in the form that managed EKS has (docs/facts.md §D.5). */
export const aWebhook = (over: Partial<WebhookConfiguration['webhooks'][number]> = {}): WebhookConfiguration => ({
  name: 'pod-identity-webhook',
  webhooks: [
    {
      name: 'iam-for-pods.amazonaws.com',
      url: 'https://127.0.0.1:23443/mutate',
      caBundle: 'LS0t',
      caCertificates: complete([
        {
          subject: 'CN=kubernetes',
          sha256: 'c'.repeat(64),
          notBefore: '2026-01-10T09:00:00.000Z',
          notAfter: '2036-01-08T09:00:00.000Z',
        },
      ]),
      failurePolicy: 'Ignore',
      admissionReviewVersions: ['v1beta1'],
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' }],
      namespaceSelector: { matchLabels: {}, matchExpressions: [] },
      objectSelector: { matchLabels: {}, matchExpressions: [] },
      matchConditions: [],
      ...over,
    },
  ],
});

export const someKubernetes = (over: Partial<KubernetesFacts> = {}): KubernetesFacts => ({
  version: complete('v1.34.9'),
  namespaces: complete([
    { name: 'checkout', labels: {}, terminating: false },
    { name: 'kube-system', labels: {}, terminating: false },
  ]),
  serviceAccounts: complete([aServiceAccount()]),
  pods: complete([aPod()]),
  webhook: complete(aWebhook()),
  issuer: complete(exampleIssuer),
  podNetwork: complete({ policies: [], groups: [] }),
  ...over,
});

/** The cluster `shop` with its inside read. */
export const aReadCluster = (
  kubernetes: Partial<KubernetesFacts> = {},
  over: Partial<ClusterSnapshot> = {},
): ClusterSnapshot => ({
  cluster: aCluster({
    caCertificates: [
      {
        subject: 'CN=kubernetes',
        sha256: 'c'.repeat(64),
        notBefore: '2026-01-10T09:00:00.000Z',
        notAfter: '2036-01-08T09:00:00.000Z',
      },
    ],
  }),
  kubernetes: complete(someKubernetes(kubernetes)),
  podIdentity: complete([]),
  addons: complete([]),
  nodes: complete([]),
  network: complete({ places: [], routeTables: [], stsEndpoints: [], securityGroups: [] }),
  ...over,
});

/** `aReadCluster`, of which roles and bindings, aws-auth and access entries were asked for, too, and there are none. */
export const aWhollyReadCluster = (
  kubernetes: Partial<KubernetesFacts> = {},
  over: Partial<ClusterSnapshot> = {},
): ClusterSnapshot => {
  const none = complete([]);
  const rbac = complete({ roles: none, clusterRoles: none, roleBindings: none, clusterRoleBindings: none });
  return aReadCluster({ rbac, awsAuth: none, ...kubernetes }, { accessEntries: none, ...over });
};

/** The cluster `shop`, whose pods were read and whose service accounts may not be listed. */
export const withoutServiceAccounts = () =>
  someFacts({
    clusters: complete([
      aReadCluster({
        serviceAccounts: {
          status: 'unavailable',
          reason: { kind: 'denied', operation: 'list serviceaccounts', message: '403: forbidden' },
        },
      }),
    ]),
  });
