import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import type { ImpactKind } from '../../lib/impact/impact.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { Workload } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import { bare, impactIn, used, wholeImpact } from '../support/impact-world.ts';

/** Two accounts, where what is told lies in the other one, in the other cluster, or beside what is meant. */
const other = '444455556666';
const otherArn = `arn:aws:iam::${other}:role/far`;
const path = exampleIssuer.replace('https://', '');
const denied = unavailable<never>({ kind: 'denied', operation: 'iam:ListRoles', message: 'AccessDenied' });
const far = (trustPolicy: string, over: object = {}) =>
  aRole({ ...used(), arn: otherArn, name: 'far', trustPolicy, ...over });
const trusts = (subject = 'system:serviceaccount:checkout:cart', issuer = exampleIssuer): string =>
  aTrustPolicy({ accountId: other, subject, issuer });
const call = {
  ...{ roleArn: otherArn, providerArn: aProvider({ accountId: other }).arn, region: 'eu-west-1', successes: 2 },
  ...{ failures: [], userAgents: [], verificationMethods: [], lastAt: '2026-10-30T00:00:00.000Z' },
};
const calls = (over: object) =>
  complete({ from: '2026-10-30T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', events: [{ ...call, ...over }] });
const workload = (name: string, over: Partial<Workload> = {}): Workload => ({
  ...{ kind: 'CronJob', namespace: 'checkout', name, serviceAccount: 'cart', roleArns: [] },
  ...over,
});

type Inside = Parameters<typeof aReadCluster>[0];
type Cluster = Parameters<typeof aReadCluster>[1];
const shop = (inside: Inside = {}, over: Cluster = {}) =>
  aReadCluster({ serviceAccounts: complete([bare()]), pods: complete([]), workloads: complete([]), ...inside }, over);
const elsewhere = (inside: Inside = {}, over: Cluster = {}) =>
  shop(
    { serviceAccounts: complete([]), ...inside },
    {
      cluster: aCluster({
        ...{ accountId: other, name: 'pay', arn: `arn:aws:eks:eu-west-1:${other}:cluster/pay` },
        issuer: `https://${path.replace(/.{8}$/, '00000000')}`,
      }),
      ...over,
    },
  );

type Account = Parameters<typeof someFacts>[0];
/** The account that is asked, and the other one, which by itself has nothing. */
const fleet = (here: Account, there: Account): readonly Facts[] => {
  const each = [
    someFacts({ roles: complete([]), clusters: complete([shop()]), ...here }),
    someFacts({ accountId: other, roles: complete([]), providers: complete([]), clusters: complete([]), ...there }),
  ];
  const index = indexOf(each.map(({ snapshot }) => snapshot));
  return each.map(facts => ({ ...facts, fleet: index }));
};
const theirs = { providers: complete([aProvider({ accountId: other })]) };
const anyone = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' },
    { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' },
  ],
});
const own = { roles: complete([aRole(used())]) };
const cart = aServiceAccount();
const inside = ['cluster', 'service-account'] as const;

const rows: readonly (readonly [string, readonly ImpactKind[], readonly Facts[]])[] = [
  ['roles of the other account were not read', inside, fleet({}, { roles: denied })],
  ['a trust policy of the other account cannot be read', inside, fleet({}, { roles: complete([far('{}')]) })],
  ['a role of the other account is for anyone', inside, fleet({}, { roles: complete([far(anyone)]) })],
  [
    'a Deny for everyone alone is no role for anyone',
    inside,
    fleet({}, { roles: complete([far(anyone.replace('"Allow"', '"Deny"'))]) }),
  ],
  [
    'a role of the other account names the provider in another form',
    inside,
    fleet({}, { ...theirs, roles: complete([far(trusts().replaceAll(path, path.toLowerCase()))]) }),
  ],
  ['calls in the other account', inside, fleet({}, { ...theirs, runtime: calls({}) })],
  [
    'calls in the other account, none of which got the role',
    inside,
    fleet({}, { ...theirs, runtime: calls({ successes: 0 }) }),
  ],
  [
    'a role of the other account trusts a service account',
    inside,
    fleet({}, { ...theirs, roles: complete([far(trusts())]) }),
  ],
  [
    'a role of the other account trusts another service account, and was used yesterday',
    ['cluster'],
    fleet(
      {},
      { ...theirs, roles: complete([far(trusts('system:serviceaccount:a:b'), used('2026-10-31T00:00:00.000Z'))]) },
    ),
  ],
  [
    'a role of the other account denies all that it allows, and was used yesterday',
    ['cluster'],
    fleet(
      {},
      {
        ...theirs,
        roles: complete([
          far(
            JSON.stringify({
              Statement: ['Allow', 'Deny'].map(Effect => ({ ...JSON.parse(trusts()).Statement[0], Effect })),
            }),
            used('2026-10-31T00:00:00.000Z'),
          ),
        ]),
      },
    ),
  ],
  [
    'the cluster of the other account has an issuer that differs in letter case alone',
    ['provider'],
    fleet(
      {},
      {
        clusters: complete([
          elsewhere({}, { cluster: aCluster({ name: 'pay', accountId: other, issuer: exampleIssuer.toLowerCase() }) }),
        ]),
      },
    ),
  ],
  [
    'associations and add-ons of the other account were not read: of the role it is no matter',
    ['role'],
    fleet(own, { clusters: complete([elsewhere({}, { podIdentity: denied, addons: denied })]) }),
  ],
  [
    'one service account of two clusters names the role: one gets it',
    ['role'],
    fleet(
      { ...own, clusters: complete([shop({ serviceAccounts: complete([cart]) })]) },
      { clusters: complete([elsewhere({ serviceAccounts: complete([cart]) })]) },
    ),
  ],
  [
    'of two containers one names the role itself',
    ['role', 'provider'],
    fleet(
      {
        ...own,
        clusters: complete([
          shop({
            pods: complete([
              aPod({
                serviceAccount: 'x',
                containers: [aContainer({ awsVariables: [], irsaEnvironment: {} }), aContainer()],
              }),
            ]),
          }),
        ]),
      },
      {},
    ),
  ],
  [
    'what is beside the service account: another one of the namespace, and its name in another namespace',
    ['service-account', 'role', 'cluster'],
    fleet(
      {
        ...own,
        clusters: complete([
          shop(
            {
              serviceAccounts: complete([cart, bare({ name: 'pay' }), bare({ namespace: 'pay' })]),
              pods: complete([
                aPod({ createdAt: '2026-09-03T00:00:00.000Z' }),
                aPod({ name: 'cart-old', createdAt: '2026-09-01T00:00:00.000Z', owner: { kind: 'Job', name: 'once' } }),
                aPod({ name: 'pay-1', serviceAccount: 'pay', owner: { kind: 'Deployment', name: 'pay' } }),
                aPod({ name: 'cart-2', namespace: 'pay', owner: { kind: 'Deployment', name: 'far' } }),
              ]),
              workloads: complete([
                workload('cart', { kind: 'Deployment' }),
                workload('other', { kind: 'Deployment' }),
                workload('pay-nightly', { serviceAccount: 'pay' }),
                workload('far-nightly', { namespace: 'pay' }),
              ]),
            },
            {
              podIdentity: complete([
                { id: 'a-1', namespace: 'checkout', serviceAccount: 'pay', roleArn: aRole().arn },
                { id: 'a-2', namespace: 'pay', serviceAccount: 'cart', roleArn: aRole().arn },
              ]),
            },
          ),
        ]),
      },
      {},
    ),
  ],
  [
    'an annotation that is older than its pods, and five workloads without a pod',
    ['role', 'cluster', 'service-account'],
    fleet(
      {
        ...own,
        clusters: complete([
          shop({
            serviceAccounts: complete([{ ...cart, annotatedAt: '2026-02-01T00:00:00.000Z' }]),
            pods: complete([aPod()]),
            workloads: complete(['a', 'b', 'c', 'd', 'e'].map(name => workload(name, { roleArns: [aRole().arn] }))),
          }),
        ]),
      },
      {},
    ),
  ],
  [
    'a role that trusts two clusters is lost by the tokens of one alone',
    ['provider', 'cluster', 'service-account'],
    fleet(
      {
        roles: complete([
          aRole({
            ...used('2026-10-31T00:00:00.000Z'),
            trustPolicy: JSON.stringify({
              Statement: [exampleIssuer, elsewhere().cluster.issuer ?? ''].flatMap(
                issuer => JSON.parse(aTrustPolicy({ issuer })).Statement,
              ),
            }),
          }),
        ]),
        providers: complete([aProvider(), aProvider({ issuer: elsewhere().cluster.issuer ?? '' })]),
      },
      { clusters: complete([elsewhere()]) },
    ),
  ],
  [
    'a call that the role and the cluster show is told once',
    ['cluster', 'service-account', 'provider', 'role'],
    fleet(
      {
        ...own,
        runtime: calls({
          ...{ roleArn: aRole().arn, providerArn: aProvider().arn },
          subject: 'system:serviceaccount:checkout:cart',
        }),
      },
      {},
    ),
  ],
  [
    'the cluster of the issuer lives in the other account',
    ['provider'],
    fleet(
      {
        clusters: complete([]),
        roles: complete([
          aRole({
            ...used('2026-10-31T00:00:00.000Z'),
            trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }),
          }),
        ]),
      },
      { clusters: complete([elsewhere({}, { cluster: aCluster({ accountId: other }) })]) },
    ),
  ],
  [
    'calls through the provider for a role that is gone, none of which got it',
    ['provider'],
    fleet({ runtime: calls({ providerArn: aProvider().arn, successes: 0 }) }, {}),
  ],
  [
    'a provider for STS and for something else',
    ['provider'],
    fleet({ providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]) }, {}),
  ],
  [
    'a second role of a program, and an add-on with the role',
    ['role'],
    fleet(
      {
        ...own,
        clusters: complete([
          shop(
            { pods: complete([aPod({ serviceAccount: 'x', containers: [aContainer({ assumesRole: aRole().arn })] })]) },
            {
              addons: complete([
                {
                  name: 'vpc-cni',
                  detail: {
                    status: 'ACTIVE',
                    roleArn: aRole().arn,
                    hasPodIdentity: false,
                    configuresServiceAccount: false,
                  },
                },
              ]),
            },
          ),
        ]),
      },
      {},
    ),
  ],
];

test('of each the whole answer', () =>
  golden(
    'impact/fleet.txt',
    rows
      .flatMap(([of, kinds, all]) => kinds.map(kind => wholeImpact(`${of}, ${kind}`, impactIn(kind, all))))
      .join('\n'),
  ));

test('a provider of an issuer that is not of EKS, for STS alone: an identity pool may take it', () => {
  const issuer = 'https://login.example.com';
  const [here] = fleet({ providers: complete([aProvider({ issuer })]) }, {});
  if (here === undefined) throw new Error('there is an account');
  expect(impactIn('provider', here, issuer).doubts.map(({ what }) => what)).toEqual([
    'whether an Amazon Cognito identity pool names the provider is not read',
  ]);
});
