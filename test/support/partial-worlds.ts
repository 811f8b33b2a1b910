/** Random accounts of few to many faults, wholly read. */

import type { Provider, Role } from '../../lib/model/account.ts';
import type { Cluster, ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { IssuerFacts } from '../../lib/model/issuer.ts';
import type { RuntimeFacts } from '../../lib/model/runtime.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount, aWebhook } from './example-cluster.ts';
import {
  aCertificate,
  aCluster,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  exampleIssuer,
} from './example-world.ts';
import { aud, dead, elsewhere, otherAccount, policies, roleArn, second } from './faulty-policies.ts';
import { fc } from './properties.ts';

const lastUsed = [undefined, '2026-10-30T00:00:00.000Z', '2026-01-20T00:00:00.000Z'] as const;

const roles: fc.Arbitrary<readonly Role[]> = fc
  .subarray(Object.keys(policies), { minLength: 1, maxLength: 7 })
  .chain(names =>
    fc.tuple(
      ...names.map(name =>
        fc
          .record({ admin: fc.boolean(), used: fc.constantFrom(...lastUsed), details: fc.boolean() })
          .map(
            ({ admin, used, details }): Role =>
              aRole({
                name,
                arn: roleArn(name),
                trustPolicy: policies[name] ?? '',
                ...(details
                  ? {
                      detail: complete({
                        attachedPolicyArns: [],
                        isAdministrator: admin,
                        tags: name === 'dead' ? { 'alpha.eksctl.io/cluster-name': 'shop' } : {},
                        ...(used === undefined ? {} : { lastUsedAt: used }),
                      }),
                    }
                  : {}),
              }),
          ),
      ),
    ),
  );

const audiences = fc.constantFrom<readonly string[]>([aud], [aud, 'vault'], ['vault'], [aud, 'left-over'], []);
const thumbprints = fc.constantFrom<readonly string[]>(
  ['06b25927c42a721631c1efd9431e648fa62e1e39'],
  ['ab'.repeat(20)],
  ['1'.repeat(40)],
  ['06b25927c42a721631c1efd9431e648fa62e1e39', 'ab'.repeat(20)],
);
const providers: fc.Arbitrary<readonly Provider[]> = fc
  .subarray([exampleIssuer, second, dead, elsewhere, `${second.slice(0, -1)}3`, `${exampleIssuer}/`])
  .chain(issuers =>
    fc.tuple(
      ...issuers.map(issuer => fc.record({ audiences, thumbprints }).map(detail => aProvider({ issuer, ...detail }))),
    ),
  );

const annotated = (name: string, role: string, more: Readonly<Record<string, string>> = {}) =>
  aServiceAccount({ name, annotations: { 'eks.amazonaws.com/role-arn': role, ...more } });
const accounts = [
  aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': roleArn('cart') } }),
  annotated('wide', roleArn('wide')),
  annotated('lost', roleArn('no-such-role')),
  annotated('refused', roleArn('refuses')),
  annotated('by-missing', roleArn('missing')),
  annotated('by-dead', roleArn('dead')),
  annotated('by-second', roleArn('wide-second')),
  annotated('bad', 'arn:aws:iam:111122223333:role/x'),
  annotated('ear', roleArn('cart'), { 'eks.amazonaws.com/audience': 'vault' }),
  annotated('default', roleArn('wide')),
  annotated('options', roleArn('cart'), { 'eks.amazonaws.com/token-expiration': '10' }),
  annotated('far', `arn:aws:iam::${otherAccount}:role/far`),
  aServiceAccount({ name: 'typo', annotations: { 'eks.amazonaws.com/role_arn': roleArn('cart') } }),
];
const bare = { containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] };
const keys = aContainer({ awsVariables: ['AWS_ACCESS_KEY_ID', ...aContainer().awsVariables] });
const pods = [
  aPod(),
  aPod({ name: 'cart-2', ...bare }),
  aPod({ name: 'wide-1', serviceAccount: 'wide', owner: { kind: 'Deployment', name: 'wide' } }),
  aPod({
    name: 'half',
    containers: [aContainer(), aContainer({ name: 'late', awsVariables: [], irsaEnvironment: {}, mounts: {} })],
    owner: { kind: 'Deployment', name: 'half' },
  }),
  aPod({ name: 'keys', containers: [keys], owner: { kind: 'Deployment', name: 'keys' } }),
  aPod({ name: 'old', serviceAccount: 'refused', owner: { kind: 'Deployment', name: 'old' } }),
  aPod({ name: 'gone', serviceAccount: 'ghost', owner: { kind: 'Deployment', name: 'gone' } }),
];
const namespaces = ['checkout', 'kube-system'].map(name => ({ name, labels: {}, terminating: false }));
const hooks = [
  aWebhook(),
  undefined,
  aWebhook({ namespaceSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } }),
  aWebhook({ objectSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } }),
  aWebhook({ caCertificates: unavailable({ kind: 'invalid', operation: 'caBundle', message: 'no certificate' }) }),
];

const otherCa = aReadCluster().cluster.caCertificates.map(one => ({ ...one, sha256: 'd'.repeat(64) }));

const cluster = (over: Partial<Cluster>): fc.Arbitrary<ClusterSnapshot> =>
  fc
    .record({
      accounts: fc.subarray(accounts),
      pods: fc.subarray(pods),
      hook: fc.constantFrom(...hooks),
      associated: fc.boolean(),
      isOtherCa: fc.boolean(),
    })
    .map(one =>
      aReadCluster(
        {
          namespaces: complete(namespaces),
          serviceAccounts: complete(one.accounts),
          pods: complete(one.pods),
          webhook: complete(one.hook),
          issuer: complete(over.issuer ?? exampleIssuer),
        },
        {
          cluster: {
            ...aCluster(over),
            caCertificates: one.isOtherCa ? otherCa : aReadCluster().cluster.caCertificates,
          },
          podIdentity: complete(
            one.associated
              ? [{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: roleArn('other') }]
              : [],
          ),
        },
      ),
    );

const events: fc.Arbitrary<RuntimeFacts['events']> = fc.subarray([
  {
    roleArn: roleArn('cart'),
    subject: 'system:serviceaccount:checkout:cart',
    providerArn: aProvider().arn,
    region: 'eu-west-1',
    successes: 5,
    failures: [],
    userAgents: ['aws-sdk-java/1.11.600'],
    verificationMethods: ['Thumbprint'],
    lastAt: '2026-11-01T05:00:00.000Z',
  },
  {
    roleArn: roleArn('refuses'),
    subject: 'system:serviceaccount:checkout:refused',
    region: 'eu-west-1',
    successes: 0,
    failures: [
      { errorCode: 'AccessDenied', errorMessage: 'Not authorized', count: 3, lastAt: '2026-11-01T05:00:00.000Z' },
    ],
    userAgents: ['aws-sdk-go-v2/1.30'],
    verificationMethods: ['IAMTrustStore'],
    lastAt: '2026-11-01T05:00:00.000Z',
  },
  {
    roleArn: roleArn('dead'),
    providerArn: aProvider({ issuer: dead }).arn,
    region: 'eu-west-1',
    successes: 1,
    failures: [],
    userAgents: [],
    verificationMethods: [],
    lastAt: '2026-11-01T05:00:00.000Z',
  },
]);

const hosts = [
  aHost(),
  aHost({ trust: { verdict: 'untrusted', why: 'a private authority' } }),
  aHost({ chain: [...aHost().chain.slice(0, 2), aCertificate({ notAfter: '2026-11-20T00:00:00.000Z' })] }),
];

/** One whole account, with the account beside it and what issuers serve. */
export interface World {
  readonly snapshot: AccountSnapshot;
  readonly neighbour: AccountSnapshot;
  readonly issuers: readonly IssuerFacts[];
}

const nothing = unavailable<never>({ kind: 'not-found', operation: 'GET discovery', message: '404' });
const documents: readonly Partial<IssuerFacts>[] = [
  {},
  { discovery: complete({ issuer: exampleIssuer, jwksUri: 'https://elsewhere.example/keys' }) },
  { discovery: nothing, keys: nothing },
];

const issuersOf = (host: (typeof hosts)[number], served: Partial<IssuerFacts>): readonly IssuerFacts[] => [
  anIssuer({ host: complete(host), ...served }),
  anIssuer({ url: second }),
  anIssuer({ url: dead, discovery: nothing, keys: nothing }),
];

const neighbour = aSnapshot({
  accountId: otherAccount,
  providers: complete([aProvider({ accountId: otherAccount })]),
  roles: complete([]),
  clusters: complete([
    aReadCluster({}, { cluster: aCluster({ accountId: otherAccount, name: 'far', issuer: elsewhere }) }),
  ]),
});

/** A random account: few to many faults. */
export const aWorld: fc.Arbitrary<World> = fc
  .record({
    roles,
    providers,
    clusters: fc.tuple(
      fc.option(cluster({}), { nil: undefined, freq: 6 }),
      fc.option(cluster({ name: 'second', region: 'us-east-1', issuer: second }), { nil: undefined }),
    ),
    events,
    host: fc.constantFrom(...hosts),
    served: fc.constantFrom(...documents),
    quotas: fc.constantFrom(
      { oidcProviders: 100, trustPolicyLength: 2048 },
      { oidcProviders: 700, trustPolicyLength: 8192 },
    ),
    optional: fc.boolean(),
  })
  .map(({ clusters: [one, two], ...random }) => ({
    snapshot: aSnapshot({
      providers: complete(random.providers),
      roles: complete(random.roles),
      ...(random.optional
        ? {
            quotas: complete(random.quotas),
            runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: random.events }),
          }
        : {}),
      regions: [
        { region: 'eu-west-1', clusters: complete(one ? [one] : []) },
        { region: 'us-east-1', clusters: complete(two ? [two] : []) },
      ],
    }),
    neighbour,
    issuers: issuersOf(random.host, random.served),
  }));
