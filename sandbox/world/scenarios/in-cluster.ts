/**
 * The insides of clusters for the sandbox: a healthy one, and others that together have every in-cluster fault, each at
 * least once. The IAM and EKS that they presuppose are given beside them (`roles…`, `associations…`, `events…`), so
 * that a scenario of accounts can take them in. Names are made up.
 */
import { makeAuthority } from '../../kubernetes/authority.ts';
import { assumeEvent } from '../assume-event.ts';
import { aWorldRole, exactly, podIdentityTrust, trust } from '../build.ts';
import { aNamespaceDocument, anAccountDocument, aWebhookDocument, podDocuments } from '../kubernetes-documents.ts';
import type { KubernetesWorld } from '../kubernetes-world.ts';
import { workloadDocuments } from '../workload-documents.ts';
import type { WorldCluster, WorldEvent, WorldRole } from '../world.ts';

/** Where a cluster lies. `issuer` is its own, with scheme; it must have a provider in the account. */
export interface IssuerScope {
  readonly accountId: string;
  readonly issuer: string;
}

const roleArn = (accountId: string, name: string): string => `arn:aws:iam::${accountId}:role/${name}`;

const namespaces = (...names: readonly string[]): unknown[] =>
  ['default', 'kube-system', ...names].map(name => aNamespaceDocument(name));

const inside = (
  place: IssuerScope,
  over: Pick<KubernetesWorld, 'namespaces' | 'serviceAccounts' | 'pods'> & Partial<KubernetesWorld>,
): KubernetesWorld => ({
  version: 'v1.34.9',
  issuer: place.issuer,
  webhooks: [aWebhookDocument()],
  others: workloadDocuments(over.pods),
  ...over,
});

/** Healthy: IRSA by Deployment, in another account, without pods; Pod Identity alone; accounts without any role.
 *  Presupposes the roles `shop-cart` (checkout/cart) and, in `otherAccountId`, `lake-reader` (checkout/exporter), which
 *  has a provider for the issuer. */
export const healthyInside = (place: IssuerScope, otherAccountId: string): KubernetesWorld =>
  inside(place, {
    namespaces: namespaces('checkout'),
    serviceAccounts: [
      anAccountDocument('checkout', 'default'),
      anAccountDocument('checkout', 'cart', { role: roleArn(place.accountId, 'shop-cart') }),
      anAccountDocument('checkout', 'exporter', { role: roleArn(otherAccountId, 'lake-reader') }),
      anAccountDocument('checkout', 'images'),
    ],
    pods: [
      ...podDocuments({
        namespace: 'checkout',
        account: 'cart',
        owner: ['Deployment', 'cart'],
        count: 3,
        injected: roleArn(place.accountId, 'shop-cart'),
      }),
      ...podDocuments({
        namespace: 'checkout',
        account: 'images',
        owner: ['Deployment', 'images'],
        injected: 'pod-identity',
      }),
      ...podDocuments({ namespace: 'checkout', account: 'default', owner: ['DaemonSet', 'logs'], count: 2 }),
    ],
  });

/** Every fault of service accounts and pods. Presupposes `rolesOfFaulty` and `associationsOfFaulty`; `otherAccountId` has
 *  no provider for this issuer. */
export const faultyInside = (place: IssuerScope, otherAccountId: string): KubernetesWorld => {
  const role = (name: string): string => roleArn(place.accountId, name);
  return inside(place, {
    // A team of its own has one of them: its label routes what is found there.
    namespaces: [...namespaces('catalog', 'batch'), aNamespaceDocument('orders', { owner: 'team-orders' })],
    serviceAccounts: [
      // service-account-role-arn-malformed: one colon too many.
      anAccountDocument('catalog', 'importer', { role: `arn:aws:iam:::${place.accountId}:role/store-importer` }),
      // service-account-annotation-mistyped: eks.amazon.com.
      anAccountDocument('catalog', 'mailer', { annotations: { 'eks.amazon.com/role-arn': role('store-mailer') } }),
      // service-account-role-missing.
      anAccountDocument('orders', 'invoice', { role: role('store-invoices') }),
      // service-account-role-account-lacks-provider.
      anAccountDocument('orders', 'archive', { role: roleArn(otherAccountId, 'lake-archive') }),
      // service-account-role-not-trusting: the role trusts orders/orders.
      anAccountDocument('orders', 'refund', { role: role('store-orders') }),
      // service-account-audience-refused.
      anAccountDocument('catalog', 'search', {
        role: role('store-search'),
        annotations: { 'eks.amazonaws.com/audience': 'store' },
      }),
      // service-account-pod-identity-overrides.
      anAccountDocument('catalog', 'thumbs', { role: role('store-thumbs') }),
      // service-account-on-default.
      anAccountDocument('batch', 'default', { role: role('store-batch') }),
      // service-account-option-ignored, and the account of pod-role-stale.
      anAccountDocument('orders', 'orders', {
        role: role('store-orders'),
        annotations: { 'eks.amazonaws.com/token-expiration': '1h' },
      }),
      // The accounts of the pods below.
      anAccountDocument('catalog', 'catalog', { role: role('store-catalog') }),
      anAccountDocument('catalog', 'feed', { role: role('store-feed') }),
      anAccountDocument('orders', 'report', { role: role('store-report') }),
    ],
    pods: [
      // pod-not-injected: older than the annotation.
      ...podDocuments({
        namespace: 'catalog',
        account: 'catalog',
        owner: ['Deployment', 'catalog'],
        count: 4,
        createdAt: '2026-01-20T08:00:00Z',
      }),
      // pod-role-stale.
      ...podDocuments({
        namespace: 'orders',
        account: 'orders',
        owner: ['StatefulSet', 'orders'],
        count: 2,
        injected: role('store-orders-old'),
      }),
      // pod-container-uncovered; the role was never assumed: runtime-role-never-assumed.
      ...podDocuments({
        namespace: 'catalog',
        account: 'feed',
        owner: ['Deployment', 'feed'],
        count: 2,
        injected: role('store-feed'),
        bare: ['exporter'],
        annotations: { 'eks.amazonaws.com/skip-containers': 'exporter' },
      }),
      // pod-static-credentials.
      ...podDocuments({
        namespace: 'orders',
        account: 'report',
        owner: ['CronJob', 'report'],
        injected: role('store-report'),
        environment: [{ name: 'AWS_ACCESS_KEY_ID', value: 'AKIAIOSFODNN7EXAMPLE' }],
      }),
      // pod-service-account-gone.
      ...podDocuments({
        namespace: 'catalog',
        account: 'cleanup',
        owner: ['Job', 'cleanup'],
        injected: role('store-cleanup'),
      }),
      ...podDocuments({
        namespace: 'catalog',
        account: 'thumbs',
        owner: ['Deployment', 'thumbs'],
        injected: 'pod-identity',
      }),
    ],
  });
};

/** The roles that `faultyInside` names. `store-catalog` and `store-orders` trust exactly catalog/catalog and orders/orders:
 *  left out with `except` where the scenario has them. */
export const rolesOfFaulty = (place: IssuerScope, except: readonly string[] = []): WorldRole[] => [
  aWorldRole('store-thumbs-by-pod-identity', podIdentityTrust),
  ...(
    [
      ['store-catalog', 'catalog', 'catalog'],
      ['store-orders', 'orders', 'orders'],
      ['store-search', 'catalog', 'search'],
      ['store-thumbs', 'catalog', 'thumbs'],
      ['store-batch', 'batch', 'default'],
      ['store-feed', 'catalog', 'feed'],
      ['store-report', 'orders', 'report'],
    ] as const
  )
    .filter(([name]) => !except.includes(name))
    .map(([name, namespace, account]) =>
      aWorldRole(name, trust(place.accountId, place.issuer, exactly(namespace, account))),
    ),
];

/** The Pod Identity association that overrides an annotation of `faultyInside`. */
export const associationsOfFaulty = ({ accountId }: IssuerScope): WorldCluster['associations'] => [
  {
    id: 'a-thumbs0123456789',
    namespace: 'catalog',
    serviceAccount: 'thumbs',
    roleArn: roleArn(accountId, 'store-thumbs-by-pod-identity'),
  },
];

/** webhook-missing. Presupposes the role `search-indexer` (search/indexer). */
export const withoutWebhook = (place: IssuerScope): KubernetesWorld =>
  inside(place, {
    namespaces: namespaces('search'),
    serviceAccounts: [anAccountDocument('search', 'indexer', { role: roleArn(place.accountId, 'search-indexer') })],
    pods: podDocuments({ namespace: 'search', account: 'indexer', owner: ['Deployment', 'indexer'], count: 2 }),
    webhooks: [],
  });

/** webhook-invalid: no rule covers pods, and a selector leaves the namespace out. Presupposes `rolesOfBrokenWebhook`. */
export const withBrokenWebhook = (place: IssuerScope): KubernetesWorld =>
  inside(place, {
    namespaces: namespaces('media'),
    serviceAccounts: [anAccountDocument('media', 'encoder', { role: roleArn(place.accountId, 'media-encoder') })],
    pods: podDocuments({ namespace: 'media', account: 'encoder', owner: ['DaemonSet', 'encoder'], count: 2 }),
    webhooks: [
      aWebhookDocument({
        rules: [{ operations: ['UPDATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] }],
        namespaceSelector: { matchLabels: { 'pod-identity': 'on' } },
      }),
    ],
  });

/** The role that `withBrokenWebhook` names. */
export const rolesOfBrokenWebhook = (place: IssuerScope): WorldRole[] => [
  aWorldRole('media-encoder', trust(place.accountId, place.issuer, exactly('media', 'encoder'))),
];

/** pod-token-unreadable and webhook-ca-mismatch. Presupposes the role `stock-sync` (stock/sync). */
export const onOldKubernetes = async (place: IssuerScope): Promise<KubernetesWorld> => {
  const { caPem } = await makeAuthority();
  const role = roleArn(place.accountId, 'stock-sync');
  const clientConfig = { url: 'https://127.0.0.1:23443/mutate', caBundle: Buffer.from(caPem).toString('base64') };
  return inside(place, {
    version: 'v1.18.20-eks-8c579e',
    namespaces: namespaces('stock'),
    serviceAccounts: [anAccountDocument('stock', 'sync', { role })],
    pods: podDocuments({
      namespace: 'stock',
      account: 'sync',
      owner: ['Deployment', 'sync'],
      injected: role,
      runAsUser: 1000,
    }),
    webhooks: [aWebhookDocument({ clientConfig })],
  });
};

/** CloudTrail events of `faultyInside`: runtime-assume-failing, runtime-sdk-unsupported, runtime-thumbprint-consulted.
 *  `at` is shortly before the run, ISO 8601. */
export const eventsOfFaulty = (place: IssuerScope, region: string, at: string): WorldEvent[] => [
  assumeEvent(place, region, at, {
    role: 'store-orders',
    subject: 'orders:refund',
    agent: 'Boto3/1.43.47 md/Botocore#1.43.47',
    error: 'AccessDenied',
  }),
  assumeEvent(place, region, at, {
    role: 'store-catalog',
    subject: 'catalog:catalog',
    agent: 'aws-sdk-java/1.11.700 Linux/5.10 OpenJDK_64-Bit_Server_VM',
    error: 'ExpiredTokenException',
  }),
  assumeEvent(place, region, at, {
    role: 'store-report',
    subject: 'orders:report',
    agent: 'aws-sdk-go-v2/1.36.3 ua/2.1',
    verifiedBy: 'Thumbprint',
  }),
];
