/**
 * The world of `npm start`: every fault of AWS's troubleshooting article, on AWS's side and inside the clusters, beside
 * a healthy cluster (shop), its provider, its pods and its roles, which must stay silent. Names are made up. The
 * purpose of each part stands beside it.
 */
import { anAccount, aWorldCluster, aWorldProvider, aWorldRole, exactly, trust } from '../build.ts';
import { aNamespaceDocument, anAccountDocument, aWebhookDocument } from '../kubernetes-documents.ts';
import type { KubernetesWorld } from '../kubernetes-world.ts';
import type { World, WorldAccount, WorldIssuer, WorldRole } from '../world.ts';
import {
  associationsOfFaulty,
  eventsOfFaulty,
  faultyInside,
  healthyInside,
  type IssuerScope,
  onOldKubernetes,
  rolesOfBrokenWebhook,
  rolesOfFaulty,
  withBrokenWebhook,
  withoutWebhook,
} from './in-cluster.ts';
import { awsPolicies, withPermissions } from './role-policies.ts';
import { accessEntryOfDevelopers, insideWithWay, rolesOfWay } from './way-to-administrator.ts';

/** The account that the auditor runs in, and a member account with data that pods of the first one read. */
export const workloads = '111122223333';
export const data = '444455556666';

/** Regions that are audited: one for each kind of chain, since a host serves all issuers of its region. */
export const regions = ['eu-west-1', 'eu-central-1', 'eu-north-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'] as const;

const issuerOf = (region: string, id: string): string =>
  `https://oidc.eks.${region}.amazonaws.com/id/${id.repeat(32).slice(0, 32)}`;

/** Issuers by the cluster they belong to. `old` had a cluster once. */
export const issuers = {
  shop: issuerOf('eu-west-1', '5C'),
  store: issuerOf('eu-west-1', '7A'),
  depot: issuerOf('eu-west-1', '8C'),
  payments: issuerOf('eu-west-1', '9B'),
  search: issuerOf('eu-west-1', 'A1'),
  old: issuerOf('eu-west-1', '0D'),
  media: issuerOf('eu-central-1', 'B2'),
  stock: issuerOf('eu-north-1', 'C3'),
  ledger: issuerOf('us-east-1', 'D4'),
  games: issuerOf('us-west-2', 'E5'),
  factory: issuerOf('ap-southeast-1', 'F6'),
} as const;

/** The issuers' servers. Those of one region share a host and therefore a chain. */
export const issuerServers = (): WorldIssuer[] => [
  { url: issuers.shop, chain: 'public', discovery: 'valid' },
  { url: issuers.store, chain: 'public', discovery: 'valid' },
  { url: issuers.depot, chain: 'public', discovery: 'valid' },
  { url: issuers.payments, chain: 'public', discovery: 'valid' },
  { url: issuers.search, chain: 'public', discovery: 'valid' },
  { url: issuers.media, chain: 'root-not-sent', discovery: 'valid' },
  // The intermediate authority of this host ends in 20 days.
  { url: issuers.stock, chain: 'expiring', discovery: 'valid' },
  // This host's authority changed: what the provider pinned is not sent any more.
  { url: issuers.ledger, chain: 'rotated', discovery: 'valid' },
  // The discovery document names another issuer.
  { url: issuers.games, chain: 'root-sent', discovery: 'wrong-issuer' },
  // A TLS-inspecting proxy answers in place of this host.
  { url: issuers.factory, chain: 'intercepted', discovery: 'valid' },
];

/** SHA-1 of the certificates that a host sends, as `startIssuers` made them. */
export type ThumbprintsOf = (issuer: string) => { readonly leaf: string; readonly root: string };

/** The world before the first run, which begins at `now` (ISO 8601): CloudTrail's events lie shortly before. */
export const firstAudit = async (thumbprints: ThumbprintsOf, now: string): Promise<World> => ({
  accounts: [workloadsAccount(thumbprints, now), dataAccount(thumbprints, now)],
  issuers: issuerServers(),
  kubernetes: await insides(),
  faults: [],
  awsPolicies,
});

const place = (issuer: string): IssuerScope => ({ accountId: workloads, issuer });

/** The insides of all clusters, by ARN. */
const insides = async (): Promise<Map<string, KubernetesWorld>> => {
  const arn = (region: string, name: string): string => `arn:aws:eks:${region}:${workloads}:cluster/${name}`;
  return new Map([
    [arn('eu-west-1', 'shop'), healthyInside(place(issuers.shop), data)],
    [arn('eu-west-1', 'store'), faultyInside(place(issuers.store), data)],
    [arn('eu-west-1', 'depot'), plainInside(issuers.depot, ['depot', 'shelf', 'depot-shelf'])],
    [arn('eu-west-1', 'payments'), plainInside(issuers.payments, ['payments', 'charge', 'payments-charge'])],
    [arn('eu-west-1', 'search'), withoutWebhook(place(issuers.search))],
    [arn('eu-central-1', 'media'), withBrokenWebhook(place(issuers.media))],
    [arn('eu-north-1', 'stock'), await onOldKubernetes(place(issuers.stock))],
    [arn('us-east-1', 'ledger'), plainInside(issuers.ledger, ['books', 'keeper', 'ledger-keeper'])],
    [arn('us-east-1', 'outpost'), plainInside('https://kubernetes.default.svc')],
    [arn('us-west-2', 'games'), plainInside(issuers.games)],
    [arn('ap-southeast-1', 'factory'), insideWithWay(place(issuers.factory))],
  ]);
};

/** A cluster with nothing remarkable inside, and at most one annotated service account. */
const plainInside = (
  issuer: string,
  account?: readonly [namespace: string, name: string, role: string],
): KubernetesWorld => ({
  version: 'v1.34.9',
  issuer,
  namespaces: ['default', 'kube-system', ...(account ? [account[0]] : [])].map(name => aNamespaceDocument(name)),
  serviceAccounts: account
    ? [anAccountDocument(account[0], account[1], { role: `arn:aws:iam::${workloads}:role/${account[2]}` })]
    : [],
  pods: [],
  webhooks: [aWebhookDocument()],
});

const workloadsAccount = (thumbprints: ThumbprintsOf, now: string): WorldAccount => {
  const root = (issuer: string) => [thumbprints(issuer).root];
  const shortlyBefore = new Date(Date.parse(now) - 10 * 60_000).toISOString();
  return anAccount(workloads, 'workloads', {
    events: eventsOfFaulty(place(issuers.store), 'eu-west-1', shortlyBefore),
    clusters: [
      aWorldCluster('shop', 'eu-west-1', issuers.shop),
      aWorldCluster('store', 'eu-west-1', issuers.store, { associations: associationsOfFaulty(place(issuers.store)) }),
      aWorldCluster('depot', 'eu-west-1', issuers.depot),
      aWorldCluster('payments', 'eu-west-1', issuers.payments, { tags: { Owner: 'team-payments' } }),
      aWorldCluster('search', 'eu-west-1', issuers.search),
      aWorldCluster('media', 'eu-central-1', issuers.media),
      aWorldCluster('stock', 'eu-north-1', issuers.stock),
      aWorldCluster('ledger', 'us-east-1', issuers.ledger),
      aWorldCluster('games', 'us-west-2', issuers.games),
      aWorldCluster('factory', 'ap-southeast-1', issuers.factory, {
        accessEntries: [accessEntryOfDevelopers(workloads)],
      }),
      // A local cluster on Outposts has no issuer at all.
      aWorldCluster('outpost', 'us-east-1', undefined),
    ],
    providers: [
      // Healthy. In upper case, as CDK stores thumbprints.
      aWorldProvider(
        issuers.shop,
        root(issuers.shop).map(text => text.toUpperCase()),
      ),
      aWorldProvider(issuers.store, root(issuers.store)),
      aWorldProvider(issuers.depot, root(issuers.depot)),
      // payments has none: cluster-provider-missing.
      // The audience is what tools once set for China.
      aWorldProvider(issuers.search, root(issuers.search), { audiences: ['sts.amazonaws.com.cn'] }),
      // Its cluster is gone.
      aWorldProvider(issuers.old, root(issuers.shop)),
      // The leaf is pinned: good until it is renewed.
      aWorldProvider(issuers.media, [thumbprints(issuers.media).leaf]),
      aWorldProvider(issuers.stock, root(issuers.stock)),
      // Pinned before the authority changed.
      aWorldProvider(issuers.ledger, root(issuers.shop)),
      aWorldProvider(issuers.games, root(issuers.games)),
      aWorldProvider(issuers.factory, root(issuers.factory)),
      // Not EKS: no rule looks at it.
      {
        ...aWorldProvider('https://token.actions.githubusercontent.com', ['6938fd4d98bab03faadb97b34396831e3780aea1']),
      },
    ],
    roles: usedLately(
      [
        aWorldRole('shop-cart', trust(workloads, issuers.shop, exactly('checkout', 'cart'))),
        aWorldRole('depot-shelf', trust(workloads, issuers.depot, exactly('depot', 'shelf'))),
        aWorldRole('ledger-keeper', trust(workloads, issuers.ledger, exactly('books', 'keeper'))),
        aWorldRole('store-catalog', trust(workloads, issuers.store, exactly('catalog', 'catalog'))),
        aWorldRole('store-orders', trust(workloads, issuers.store, exactly('orders', 'orders'))),
        // Names an issuer that this account has no provider of.
        aWorldRole('payments-charge', trust(workloads, issuers.payments, exactly('payments', 'charge'))),
        aWorldRole('search-indexer', trust(workloads, issuers.search, exactly('search', 'indexer'))),
        aWorldRole('stock-sync', trust(workloads, issuers.stock, exactly('stock', 'sync'))),
        // Still trusts the cluster that is gone.
        aWorldRole('old-batch', trust(workloads, issuers.old, exactly('batch', 'runner')), {
          lastUsedAt: daysBefore(now, 270),
        }),
        // The provider was mistyped: one digit of the id.
        aWorldRole('store-mailer', trust(workloads, issuers.store.replace(/7A$/, '7B'), exactly('mail', 'mailer'))),
        // No test on the subject: every service account of the cluster.
        aWorldRole('shop-everyone', trust(workloads, issuers.shop, { StringEquals: { aud: 'sts.amazonaws.com' } })),
        // A star under StringEquals is a star.
        aWorldRole(
          'shop-literal-star',
          trust(workloads, issuers.shop, {
            StringEquals: { aud: 'sts.amazonaws.com', sub: 'system:serviceaccount:reports:*' },
          }),
        ),
        // The condition kept the issuer of the cluster that is gone.
        aWorldRole(
          'shop-old-key',
          trust(workloads, issuers.shop, exactly('reports', 'writer'), {
            keyIssuer: issuers.old.replace('https://', ''),
          }),
        ),
        // Asks for an action that web identity does not use.
        aWorldRole(
          'shop-wrong-action',
          trust(workloads, issuers.shop, exactly('reports', 'reader'), { action: 'sts:AssumeRole' }),
        ),
        // A namespace that does not exist, and an account that does not exist in one that does.
        aWorldRole('shop-ghost-namespace', trust(workloads, issuers.shop, exactly('ghosts', 'app'))),
        aWorldRole('shop-ghost-account', trust(workloads, issuers.shop, exactly('checkout', 'carts'))),
        // The roles that the service accounts of store and media name.
        ...rolesOfFaulty(place(issuers.store), ['store-catalog', 'store-orders']),
        ...rolesOfBrokenWebhook(place(issuers.media)),
        // Developers, and the administrator that they can become.
        ...rolesOfWay(place(issuers.factory)),
        // Not IRSA.
        aWorldRole('deploy', {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: `arn:aws:iam::${workloads}:oidc-provider/token.actions.githubusercontent.com` },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
                StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:example/shop:*' },
              },
            },
          ],
        }),
        aWorldRole('node', {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        }),
      ],
      shortlyBefore,
      workloads,
    ),
  });
};

/** All roles have permissions and were used shortly before, except those that say otherwise and `store-feed`, which nobody
 *  ever assumed: IAM can tell so of the last 400 days alone (docs/facts.md §G), so that it is younger. */
const usedLately = (roles: readonly WorldRole[], at: string, accountId: string): WorldRole[] =>
  withPermissions(roles, accountId).map(role =>
    role.name === 'store-feed' ? { ...role, createdAt: daysBefore(at, 300) } : { lastUsedAt: at, ...role },
  );

const daysBefore = (instant: string, days: number): string =>
  new Date(Date.parse(instant) - days * 86_400_000).toISOString();

const dataAccount = (thumbprints: ThumbprintsOf, now: string): WorldAccount =>
  anAccount(data, 'data', {
    // Healthy: the provider of another account's cluster, in the account of the role.
    providers: [aWorldProvider(issuers.shop, [thumbprints(issuers.shop).root])],
    roles: usedLately(
      [
        aWorldRole('lake-reader', trust(data, issuers.shop, exactly('checkout', 'exporter'))),
        // The provider named is in the cluster's account, not in the role's.
        aWorldRole('lake-writer', trust(workloads, issuers.shop, exactly('checkout', 'importer'))),
        aWorldRole('irsa-auditor-read', {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: `arn:aws:iam::${workloads}:root` },
              Action: 'sts:AssumeRole',
              Condition: { StringEquals: { 'sts:ExternalId': 'irsa-auditor' } },
            },
          ],
        }),
      ],
      now,
      data,
    ),
  });
