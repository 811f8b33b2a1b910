import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { Pod, ServiceAccount } from '../../lib/model/kubernetes.ts';
import { renderWhy } from '../../lib/why/render-why.ts';
import { type WhyChain, type WhyStep, whyChain, withLiveSteps } from '../../lib/why/why-chain.ts';
import type { WhyTarget } from '../../lib/why/why-subject.ts';
import { aContainer, aPod, aServiceAccount, aWebhook } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, someFacts } from '../support/example-world.ts';
import { account, aWhyWorld, chainOf, deployment, pod, whole, wholeChainOf } from './why-worlds.ts';

/** Links of the chain that are rarely met: the whole answer to each. */

const roleKey = 'eks.amazonaws.com/role-arn';
const other = '444455556666';
const farArn = `arn:aws:iam::${other}:role/checkout-cart`;
const denied = (operation: string) =>
  unavailable<never>({ kind: 'denied', operation, message: 'AccessDenied', permission: operation });
const bare = { containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] };
const podIdentity = {
  containers: [aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} })],
  volumes: [],
};
const plain = (over: Partial<ServiceAccount> = {}) => aServiceAccount({ annotations: {}, ...over });
const far = aServiceAccount({ annotations: { [roleKey]: farArn } });
const asking = (audience: string) =>
  aServiceAccount({ annotations: { ...aServiceAccount().annotations, 'eks.amazonaws.com/audience': audience } });
const pods = (...some: readonly Partial<Pod>[]) => complete(some.map(one => aPod(one)));
const accounts = (...some: readonly ServiceAccount[]) => complete(some);
const { issuer: _none, ...withoutIssuer } = aCluster();

/** The facts of an account in a fleet with roles and providers of another one. */
const beside = (facts: Facts, over: Parameters<typeof someFacts>[0]): Facts => ({
  ...facts,
  fleet: indexOf([facts.snapshot, someFacts({ accountId: other, clusters: complete([]), ...over }).snapshot]),
});
const farWorld = aWhyWorld({ inside: { serviceAccounts: accounts(far) } });
const farTrust = aTrustPolicy({ accountId: other });

const rows: readonly (readonly [string, Facts, WhyTarget?])[] = [
  ['the inside of the cluster was not read', aWhyWorld({ cluster: { kubernetes: denied('sts:GetCallerIdentity') } })],
  [
    'the inside of the cluster was not read, for a service account',
    aWhyWorld({ cluster: { kubernetes: denied('list pods') } }),
    account,
  ],
  [
    'the issuer is known to nobody',
    aWhyWorld({ inside: { issuer: denied('GET /.well-known') }, cluster: { cluster: withoutIssuer } }),
  ],
  [
    'the issuer is known to nobody, and the inside was not read',
    aWhyWorld({ cluster: { cluster: withoutIssuer, kubernetes: denied('list pods') } }),
  ],
  ['of an issuer that EKS does not tell the API server is asked', aWhyWorld({ cluster: { cluster: withoutIssuer } })],
  [
    'an issuer that is not of EKS',
    aWhyWorld({
      providers: complete([aProvider({ issuer: 'https://login.example.com/shop' })]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: 'https://login.example.com/shop' }) })]),
      cluster: { cluster: aCluster({ issuer: 'https://login.example.com/shop' }) },
    }),
  ],
  ['a role of another account that was not read', farWorld],
  [
    'such a role, where the provider is there',
    beside(farWorld, { providers: complete([aProvider({ accountId: other })]) }),
  ],
  [
    'such a role, all of it read',
    beside(farWorld, {
      providers: complete([aProvider({ accountId: other })]),
      roles: complete([aRole({ arn: farArn, trustPolicy: farTrust })]),
    }),
  ],
  [
    'such a role, whose account has no provider',
    beside(farWorld, { providers: complete([]), roles: complete([aRole({ arn: farArn, trustPolicy: farTrust })]) }),
  ],
  [
    'such a role, and no role of its name here',
    aWhyWorld({ roles: complete([]), inside: { serviceAccounts: accounts(far) } }),
  ],
  ['providers were not read', aWhyWorld({ providers: denied('iam:ListOpenIDConnectProviders') })],
  [
    'one provider was not read',
    aWhyWorld({ providers: complete([aProvider({ detail: denied('iam:GetOpenIDConnectProvider') })]) }),
  ],
  ['a provider that takes no audience', aWhyWorld({ providers: complete([aProvider({ audiences: [] })]) })],
  [
    'another audience, which the provider takes',
    aWhyWorld({
      providers: complete([aProvider({ audiences: ['vault'] })]),
      inside: { serviceAccounts: accounts(asking('vault')) },
    }),
  ],
  [
    'another audience, which the provider does not take',
    aWhyWorld({ inside: { serviceAccounts: accounts(asking('vault')) } }),
  ],
  ['an empty audience', aWhyWorld({ inside: { serviceAccounts: accounts(asking('')) } })],
  ['roles were not read', aWhyWorld({ roles: denied('iam:ListRoles') })],
  ['the role is not there', aWhyWorld({ roles: complete([]) })],
  ['a trust policy that cannot be read', aWhyWorld({ roles: complete([aRole({ trustPolicy: '{' })]) })],
  [
    'a trust policy with an audience that no token has',
    aWhyWorld({ roles: complete([aRole({ trustPolicy: aTrustPolicy().replace('sts.amazonaws.com', 'x') })]) }),
  ],
  [
    'a service account of no role, with pods of another owner',
    aWhyWorld({
      inside: {
        serviceAccounts: accounts(plain({ name: 'default' }), aServiceAccount({ name: 'pay' })),
        pods: pods({ ...bare, serviceAccount: 'default', owner: { kind: 'CronJob', name: 'nightly' } }),
      },
    }),
  ],
  [
    'default, whose pod nobody owns',
    aWhyWorld({
      inside: {
        serviceAccounts: accounts(plain({ name: 'default' }), plain({ name: 'default', namespace: 'old' })),
        pods: complete([(({ owner: _, ...one }) => ({ ...one, ...bare, serviceAccount: 'default' }))(aPod())]),
      },
    }),
  ],
  [
    'a namesake of default that has a role is no namesake that was meant',
    aWhyWorld({
      inside: {
        serviceAccounts: accounts(plain({ name: 'default' }), aServiceAccount({ name: 'default', namespace: 'old' })),
        pods: pods({ ...bare, serviceAccount: 'default' }),
      },
    }),
  ],
  [
    'one account of another namespace has a role and no pods',
    aWhyWorld({
      roles: complete([]),
      inside: {
        serviceAccounts: accounts(plain(), aServiceAccount({ name: 'pay', namespace: 'old' })),
        pods: pods(bare),
      },
    }),
  ],
  [
    'a service account without a role and without pods',
    aWhyWorld({ roles: complete([]), inside: { serviceAccounts: accounts(plain()), pods: complete([]) } }),
    account,
  ],
  [
    'a webhook whose selectors leave the pod out',
    aWhyWorld({
      inside: {
        pods: pods(bare),
        webhook: complete(aWebhook({ objectSelector: { matchLabels: { irsa: 'on' }, matchExpressions: [] } })),
      },
    }),
  ],
  [
    'a label of the pod that is empty',
    aWhyWorld({ inside: { pods: pods({ ...bare, labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' } }) } }),
  ],
  ['a static pod', aWhyWorld({ inside: { pods: pods({ ...bare, isMirror: true }) } })],
  [
    'Pod Identity, and associations that were not read',
    aWhyWorld({
      inside: { serviceAccounts: accounts(plain()), pods: pods(podIdentity) },
      cluster: { podIdentity: denied('eks:ListPodIdentityAssociations') },
    }),
  ],
  [
    'Pod Identity, and an association that was not described',
    aWhyWorld({
      inside: { serviceAccounts: accounts(plain()), pods: pods(podIdentity) },
      cluster: { podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]) },
    }),
  ],
  [
    'Pod Identity beside an annotation',
    aWhyWorld({
      inside: { pods: pods(podIdentity) },
      cluster: {
        podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn }]),
      },
    }),
  ],
  [
    'an association, and pods of before',
    aWhyWorld({
      inside: { serviceAccounts: accounts(plain()), pods: pods(bare) },
      cluster: {
        podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn }]),
      },
    }),
  ],
  [
    'several pods, of which the newest has another service account',
    aWhyWorld({
      inside: {
        serviceAccounts: accounts(aServiceAccount(), plain({ name: 'old' }), plain({ name: 'older' })),
        pods: pods(
          { name: 'cart-old', serviceAccount: 'old', createdAt: '2026-09-01T00:00:00.000Z' },
          { name: 'cart-new', createdAt: '2026-10-02T00:00:00.000Z' },
          { name: 'cart-older', serviceAccount: 'older', createdAt: '2026-08-01T00:00:00.000Z' },
          { name: 'other', serviceAccount: 'third', owner: { kind: 'StatefulSet', name: 'cart' } },
        ),
      },
    }),
    deployment,
  ],
  [
    'a service account without a role beside one with an association and one of another namespace',
    aWhyWorld({
      roles: complete([]),
      inside: {
        serviceAccounts: accounts(
          plain(),
          plain({ name: 'pay' }),
          plain({ name: 'old', namespace: 'old' }),
          plain({ name: 'none' }),
        ),
        pods: pods(bare, { ...bare, name: 'pay-1', serviceAccount: 'pay', owner: { kind: 'Deployment', name: 'pay' } }),
      },
      cluster: {
        podIdentity: complete(
          [
            ['checkout', 'pay'],
            ['old', 'old'],
          ].map(([namespace = '', serviceAccount = '']) => ({
            ...{ id: `a-${serviceAccount}`, namespace, serviceAccount, roleArn: aRole().arn },
          })),
        ),
      },
    }),
  ],
  ['an owner that is not there', aWhyWorld(), { kind: 'StatefulSet', namespace: 'checkout', name: 'cart' }],
  ['a pod that is not there', aWhyWorld(), { ...pod, name: 'cart-7d9f6c5b8-aaaaa' }],
  ['a service account that is not there', aWhyWorld(), { ...account, name: 'carts' }],
  [
    'a service account that is not there, and not all of them were read',
    aWhyWorld({
      inside: {
        serviceAccounts: withGaps(
          [],
          [{ what: 'a page', reason: { kind: 'throttled', operation: 'list serviceaccounts', message: 'slow' } }],
        ),
      },
    }),
    { ...account, name: 'carts' },
  ],
  ['a pod whose service account is gone', aWhyWorld({ inside: { serviceAccounts: accounts() } })],
];

// Jest takes an argument that no row has for its callback.
test.each(rows.map(([of, facts, target = pod]) => ({ of, facts, target })))('$of', ({ facts, target }) => {
  expect(wholeChainOf(facts, target).steps.length).toBeGreaterThan(0);
});

const call = {
  ...{ roleArn: aRole().arn, subject: 'system:serviceaccount:checkout:cart', region: 'eu-west-1', userAgents: [] },
  ...{ verificationMethods: [], successes: 0, lastAt: '2026-10-31T20:00:00.000Z' },
};
const refusedFor = (errorMessage: string) => [
  { ...call, region: 'us-east-1', successes: 1, failures: [], lastAt: '2026-10-31T10:00:00.000Z' },
  { ...call, failures: [{ errorCode: 'AccessDenied', errorMessage, count: 1, lastAt: call.lastAt }] },
];
const window = { from: '2026-10-31T06:00:00.000Z', to: '2026-11-01T06:00:00.000Z' };
const slow = [{ what: 'us-east-1', reason: { kind: 'throttled', operation: 'lookup', message: 'slow' } as const }];
test.each([
  ['refused, with a message', complete({ ...window, events: refusedFor('Not authorized') })],
  ['refused, without one', complete({ ...window, events: refusedFor('') })],
  ['none, and a part was not read', withGaps({ ...window, events: [] }, slow)],
  ['none, all of it read', complete({ ...window, events: [] })],
])('calls: %s', (_, runtime) => {
  // Of this role the audit reports no failing calls: who looks at the pod is told the call itself.
  const facts = aWhyWorld({ runtime });
  expect(wholeChainOf(facts).steps.at(-1)?.step).toBe('last-call');
});

const old = '2026-10-01T10:00:00.000Z';
const young = '2026-11-01T05:00:00.000Z';
test.each([
  ['used', complete('2026-10-20T10:00:00.000Z'), old, {}],
  ['never used, an old pod', complete(undefined), old, {}],
  ['never used, a young pod', complete(undefined), young, {}],
  ['used, by Pod Identity', complete('2026-10-20T10:00:00.000Z'), old, podIdentity],
  ['never used, an old pod with Pod Identity', complete(undefined), old, podIdentity],
  ['never used, a young pod with Pod Identity', complete(undefined), young, podIdentity],
  ['not read', denied('iam:GetRole'), old, {}],
] as const)('the last use by IAM: %s', (_, lastUse, createdAt, over) => {
  const facts = aWhyWorld({ inside: { pods: pods({ createdAt, ...over }) } });
  const { steps } = whyChain({ target: pod, facts, clusterArn: aCluster().arn, lastUse });
  whole('last call', steps.slice(-1));
  expect(steps.at(-1)?.step).toBe('last-call');
});

/** Each line as a terminal gets it, colours as their codes. */
const shown = (chain: WhyChain, colour: boolean): readonly string[] =>
  renderWhy(
    chain,
    { subject: 'pod checkout/cart', place: 'cluster shop' },
    { colour, width: 60 },
    { ...{ ok: '+', failed: 'x', unread: '?' } },
  )
    .replaceAll('\u001b', '^')
    .split('\n');
const live = (...results: readonly WhyStep['result'][]): readonly WhyStep[] =>
  results.map((result, at) => ({ step: at === 0 ? 'live-token' : 'live-call', result, seen: `seen ${at}` }));
const healthy = chainOf(aWhyWorld());
test.each([
  ['fine', healthy],
  ['a token alone', withLiveSteps(healthy, live('ok'))],
  ['a call that got the role', withLiveSteps(healthy, live('ok', 'ok'))],
  ['a call that was not made', withLiveSteps(healthy, live('ok', 'unread'))],
  ['a call that was refused', withLiveSteps(healthy, live('ok', 'failed'))],
  ['resource control policies that were asked for', { ...healthy, controlPoliciesAsked: true }],
  ['roles that were not read', chainOf(aWhyWorld({ roles: denied('iam:ListRoles') }))],
  [
    'roles that were not read, and a token',
    withLiveSteps(chainOf(aWhyWorld({ roles: denied('iam:ListRoles') })), live('ok')),
  ],
  ['a cause with commands', chainOf(aWhyWorld({ providers: complete([]) }))],
  [
    'a role that trusts somebody else',
    chainOf(aWhyWorld({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'x' }) })]) })),
  ],
  [
    'keys of a person beside the role',
    chainOf(
      aWhyWorld({
        inside: {
          pods: pods({
            containers: [
              aContainer({ awsVariables: ['AWS_ACCESS_KEY_ID', 'AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE'] }),
            ],
          }),
        },
      }),
    ),
  ],
] satisfies readonly (readonly [string, WhyChain])[])('lines with and without colour: %s', (_, chain) => {
  const [plainly, coloured] = [shown(chain, false), shown(chain, true)];
  whole('plain', plainly);
  whole('coloured', coloured);
  // Colours are the only difference.
  expect(coloured.map(line => line.replaceAll(/\^\[[\d;]*m/g, ''))).toEqual(plainly);
});
