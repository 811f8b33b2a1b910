import { describe, expect, test } from '@jest/globals';
import { impactOf } from '../../lib/cli/impact/impact-named.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import type { ImpactKind, SafeToDelete } from '../../lib/impact/impact.ts';
import type { Role } from '../../lib/model/account.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { KubernetesFacts, ServiceAccount, Workload } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCluster,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import { wholeImpact } from '../support/impact-world.ts';

/** Worlds that are unlike the usual one. Each says what the answer must be, or that it must not be yes. */
const path = exampleIssuer.replace('https://', '');
const sub = `${path}:sub`;
const aud = `${path}:aud`;
const cart = 'system:serviceaccount:checkout:cart';
const roleKey = 'eks.amazonaws.com/role-arn';
const unused: Role['detail'] = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
const role = (trustPolicy: string, over: Partial<Role> = {}): Role => aRole({ detail: unused, trustPolicy, ...over });
const trusting = (...statements: readonly object[]): Role =>
  role(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
const allow = (condition: object, over: object = {}) => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: condition,
  ...over,
});
const bare = (over: Partial<ServiceAccount> = {}) => aServiceAccount({ annotations: {}, ...over });
const clusters = (
  accounts: readonly ServiceAccount[],
  pods: readonly ReturnType<typeof aPod>[] = [],
  over: Parameters<typeof aReadCluster>[1] = {},
  workloads: Pick<KubernetesFacts, 'workloads'> = { workloads: complete([]) },
) => complete([aReadCluster({ serviceAccounts: complete(accounts), pods: complete(pods), ...workloads }, over)]);
const world = (over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({ clusters: clusters([]), roles: complete([role(aTrustPolicy())]), ...over });
const names: Readonly<Record<ImpactKind, string>> = {
  provider: aProvider().arn,
  cluster: 'shop',
  role: 'checkout-cart',
  'service-account': 'checkout/cart',
};
const answer = (kind: ImpactKind, facts: Facts | readonly Facts[]) =>
  impactOf({ kind, name: names[kind] }, [facts].flat(), { allRegions: true });

const nightly = (over: Partial<Workload> = {}): Workload => ({
  ...{ kind: 'CronJob', namespace: 'checkout', name: 'nightly', serviceAccount: 'cart', roleArns: [] },
  ...over,
});
const refused = { kind: 'denied', operation: 'list cronjobs', message: '403' } as const;
const gone = anIssuer({ discovery: unavailable({ kind: 'not-found', operation: 'GET', message: '404' }) });
const bills = bare({ namespace: 'pay', name: 'bill' });
const only = (condition: object, over: object = {}) => complete([trusting(allow(condition, over))]);

/** `kinds`: those that are asked about, all with one answer; `no` stands for no or not known. */
type Row = readonly [string, readonly ImpactKind[], Facts | readonly Facts[], SafeToDelete | 'not yes'];

const bySubject: readonly Row[] = [
  [
    'a wildcard in the subject that a service account matches',
    ['provider', 'role', 'cluster'],
    world({ roles: only({ StringLike: { [sub]: 'system:serviceaccount:pay:*' } }), clusters: clusters([bills]) }),
    'not known',
  ],
  [
    'a wildcard over namespaces',
    ['provider', 'role', 'cluster'],
    world({ roles: only({ StringLike: { [sub]: 'system:serviceaccount:*:bill' } }), clusters: clusters([bills]) }),
    'not known',
  ],
  [
    'a list under StringLike, of which the last one is there',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({ StringLike: { [sub]: ['system:serviceaccount:a:*', 'system:serviceaccount:pay:b?ll'] } }),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'ForAnyValue:StringEquals',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({ 'ForAnyValue:StringEquals': { [sub]: ['x', 'system:serviceaccount:pay:bill'] } }),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'ForAllValues on a claim that the token lacks',
    ['provider', 'role', 'cluster'],
    world({ roles: only({ 'ForAllValues:StringEquals': { [`${path}:email`]: 'x' } }), clusters: clusters([bills]) }),
    'not known',
  ],
  [
    'StringEqualsIfExists on a claim that the token lacks',
    ['provider', 'role', 'cluster'],
    world({ roles: only({ StringEqualsIfExists: { [`${path}:email`]: 'x' } }), clusters: clusters([bills]) }),
    'not known',
  ],
  [
    'a negated test',
    ['provider', 'role', 'cluster'],
    world({ roles: only({ StringNotEquals: { [sub]: cart } }), clusters: clusters([bills]) }),
    'not known',
  ],
  [
    'StringEqualsIgnoreCase',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({ StringEqualsIgnoreCase: { [sub]: 'SYSTEM:ServiceAccount:PAY:BILL' } }),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'condition keys in capitals',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({ StringEquals: { [sub.toUpperCase()]: 'system:serviceaccount:pay:bill' } }),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'no test at all',
    ['provider', 'role', 'cluster'],
    world({ roles: only({}), clusters: clusters([bills]) }),
    'not known',
  ],
  [
    'a wildcard as the action',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({ StringEquals: { [sub]: 'system:serviceaccount:pay:bill' } }, { Action: 'sts:*' }),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'NotAction',
    ['provider', 'role', 'cluster'],
    world({
      roles: only(
        { StringEquals: { [sub]: 'system:serviceaccount:pay:bill' } },
        { Action: undefined, NotAction: 'sts:TagSession' },
      ),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'a test on the time that holds',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({
        StringEquals: { [sub]: 'system:serviceaccount:pay:bill' },
        DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' },
      }),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'a test on the network, which is not known',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({
        StringEquals: { [sub]: 'system:serviceaccount:pay:bill' },
        IpAddress: { 'aws:SourceIp': '52.0.0.0/8' },
      }),
      clusters: clusters([bills]),
    }),
    'not known',
  ],
  [
    'NotPrincipal',
    ['role'],
    world({
      roles: complete([
        trusting({ Effect: 'Allow', NotPrincipal: { AWS: '111122223333' }, Action: 'sts:AssumeRoleWithWebIdentity' }),
      ]),
    }),
    'not known',
  ],
  [
    'a statement for tokens that has a principal of everyone',
    ['provider', 'role', 'cluster'],
    world({
      roles: complete([trusting({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' })]),
    }),
    'not known',
  ],
  [
    'a policy with white space and an escaped name',
    ['provider', 'role', 'cluster'],
    world({
      roles: complete([role(aTrustPolicy().replace('checkout:cart', 'check\\u006fut:cart'))]),
      clusters: clusters([bare()]),
    }),
    'not known',
  ],
  [
    'an exact subject of another name: nobody there',
    ['provider', 'role'],
    world({ clusters: clusters([bills]) }),
    'yes',
  ],
];

const byName: readonly Row[] = [
  [
    'a trust policy that names the provider in another letter case',
    ['provider', 'role'],
    world({
      roles: complete([role(aTrustPolicy().replaceAll('5C1D2E3F', '5c1d2e3f'))]),
      clusters: clusters([aServiceAccount()], [aPod()]),
    }),
    'not yes',
  ],
  [
    'such a policy, and nobody there',
    ['provider', 'role'],
    world({ roles: complete([role(aTrustPolicy().replaceAll('5C1D2E3F', '5c1d2e3f'))]) }),
    'not known',
  ],
  [
    'a cluster whose issuer differs in case alone',
    ['provider', 'role'],
    world({
      clusters: clusters([aServiceAccount()], [aPod()], {
        cluster: aCluster({ issuer: exampleIssuer.replace('5C1D', '5c1d') }),
      }),
      issuers: [gone],
    }),
    'not yes',
  ],
  [
    'an annotation that names the role in another letter case',
    ['role'],
    world({
      clusters: clusters([
        aServiceAccount({
          namespace: 'other',
          annotations: { [roleKey]: aRole().arn.replace('checkout-cart', 'Checkout-Cart') },
        }),
      ]),
    }),
    'not known',
  ],
  [
    'a pod that names the role in another letter case',
    ['role'],
    world({
      clusters: clusters(
        [],
        [
          aPod({
            serviceAccount: 'x',
            containers: [aContainer({ irsaEnvironment: { AWS_ROLE_ARN: aRole().arn.toUpperCase() } })],
          }),
        ],
      ),
    }),
    'not yes',
  ],
  [
    'an annotation with white space after the ARN',
    ['role'],
    world({
      clusters: clusters([aServiceAccount({ namespace: 'other', annotations: { [roleKey]: `${aRole().arn} ` } })]),
    }),
    'not known',
  ],
];

const byAudience: readonly Row[] = [
  [
    'an annotated account whose audience the provider refuses, with a token of its own',
    ['provider', 'role', 'cluster'],
    world({
      clusters: clusters([
        aServiceAccount({ annotations: { [roleKey]: aRole().arn, 'eks.amazonaws.com/audience': 'vault' } }),
      ]),
    }),
    'not known',
  ],
  [
    'a provider whose audience was mistyped, so that everyone is refused today',
    ['provider', 'role'],
    world({
      providers: complete([aProvider({ audiences: ['sts.amazon.com'] })]),
      clusters: clusters([aServiceAccount()]),
    }),
    'not known',
  ],
  [
    'audiences of the provider that were not read',
    ['provider', 'role', 'cluster'],
    world({
      providers: complete([
        aProvider({
          detail: unavailable({ kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'no' }),
        }),
      ]),
      clusters: clusters([aServiceAccount()]),
    }),
    'not known',
  ],
  [
    'a test on the audience that the account does not ask for',
    ['provider', 'role'],
    world({ roles: only({ StringEquals: { [sub]: cart, [aud]: 'vault' } }), clusters: clusters([aServiceAccount()]) }),
    'not known',
  ],
];

const bySituation: readonly Row[] = [
  [
    'a service account with no role and no pod, workloads not read: a CronJob may name it',
    ['service-account'],
    world({ roles: complete([]), clusters: clusters([bare()], [], {}, {}) }),
    'not known',
  ],
  [
    'such a service account, workloads read: nothing names it',
    ['service-account'],
    world({ roles: complete([]), clusters: clusters([bare()]) }),
    'yes',
  ],
  [
    'such a service account that a CronJob names',
    ['service-account', 'cluster'],
    world({ roles: complete([]), clusters: clusters([bare()], [], {}, { workloads: complete([nightly()]) }) }),
    'no',
  ],
  [
    'such a service account, and a CronJob of another namespace with its name',
    ['service-account'],
    world({
      roles: complete([]),
      clusters: clusters([bare()], [], {}, { workloads: complete([nightly({ namespace: 'pay' })]) }),
    }),
    'yes',
  ],
  [
    'a cluster without pods, workloads not read: some may be scaled to zero',
    ['cluster'],
    world({ roles: complete([]), clusters: clusters([bare({ name: 'default' })], [], {}, {}) }),
    'not known',
  ],
  [
    'a cluster without pods, of whose workloads one list was refused',
    ['cluster'],
    world({
      roles: complete([]),
      clusters: clusters([], [], {}, { workloads: withGaps([], [{ what: 'cronjobs', reason: refused }]) }),
    }),
    'not known',
  ],
  ...[
    { what: 'namespace', owner: { kind: 'CronJob', name: 'nightly' }, namespace: 'pay' },
    { what: 'kind', owner: { kind: 'Deployment', name: 'nightly' }, namespace: 'checkout' },
    { what: 'name', owner: { kind: 'CronJob', name: 'hourly' }, namespace: 'checkout' },
  ].map(
    ({ what, ...over }): Row => [
      `such a service account that a CronJob names, beside a pod whose owner has another ${what}`,
      ['service-account'],
      world({
        roles: complete([]),
        clusters: clusters(
          [bare()],
          [aPod({ serviceAccount: 'other', ...over })],
          {},
          { workloads: complete([nightly()]) },
        ),
      }),
      'no',
    ],
  ),
  [
    'a workload of kube-system alone',
    ['cluster'],
    world({
      roles: complete([]),
      clusters: clusters([], [], {}, { workloads: complete([nightly({ namespace: 'kube-system' })]) }),
    }),
    'yes',
  ],
  [
    'a workload without a pod that names the role itself',
    ['role'],
    world({
      providers: complete([]),
      clusters: clusters([], [], {}, { workloads: complete([nightly({ roleArns: [aRole().arn] })]) }),
    }),
    'not known',
  ],
  [
    'a workload without a pod whose service account the role trusts and that is gone',
    ['provider', 'role'],
    world({ clusters: clusters([], [], {}, { workloads: complete([nightly()]) }) }),
    'not known',
  ],
  [
    'a role used by two service accounts, one without a pod',
    ['provider', 'role', 'cluster'],
    world({
      roles: only({ StringEquals: { [sub]: [cart, 'system:serviceaccount:pay:bill'] } }),
      clusters: clusters([aServiceAccount(), aServiceAccount({ namespace: 'pay', name: 'bill' })]),
    }),
    'no',
  ],
  [
    'a service account of a namespace that is going',
    ['provider', 'role'],
    world({
      clusters: complete([
        aReadCluster({
          namespaces: complete([{ name: 'checkout', labels: {}, terminating: true }]),
          pods: complete([]),
        }),
      ]),
    }),
    'no',
  ],
  [
    'a pod of kube-system that names the role itself',
    ['provider', 'role', 'cluster'],
    world({ clusters: clusters([], [aPod({ namespace: 'kube-system', serviceAccount: 'x' })]) }),
    'no',
  ],
  [
    'a cluster that is being deleted, whose inside is not read',
    ['provider', 'role', 'cluster'],
    world({
      clusters: complete([
        aReadCluster(
          {},
          {
            cluster: aCluster({ status: 'DELETING' }),
            kubernetes: unavailable({ kind: 'not-found', operation: 'read', message: 'it is DELETING' }),
          },
        ),
      ]),
    }),
    'not known',
  ],
  [
    'an association with a target role in this account',
    ['role'],
    world({
      clusters: clusters([], [], {
        podIdentity: complete([
          {
            id: 'a-1',
            namespace: 'x',
            serviceAccount: 'y',
            roleArn: 'arn:aws:iam::111122223333:role/first',
            targetRoleArn: aRole().arn,
          },
        ]),
      }),
    }),
    'no',
  ],
  [
    'an association that was listed and not described',
    ['role', 'cluster', 'service-account'],
    world({
      clusters: clusters([bare()], [], { podIdentity: complete([{ id: 'a-1', namespace: 'x', serviceAccount: 'y' }]) }),
    }),
    'not yes',
  ],
];

/** An account of the fleet that gave no snapshot at all. */
const withLostAccount = (facts: Facts): Facts => ({ ...facts, fleet: indexOf([facts.snapshot], ['444455556666']) });
const ofFleet: readonly Row[] = [
  [
    'an account of which nothing was read: its roles may trust the cluster',
    ['cluster', 'service-account'],
    withLostAccount(world({ roles: complete([]), clusters: clusters([bare()], []) })),
    'not known',
  ],
  [
    'an account of which nothing was read: its cluster may have the issuer',
    ['provider', 'role'],
    withLostAccount(world({ clusters: complete([]), issuers: [gone] })),
    'not known',
  ],
  [
    'a role of a dormant account without clusters that trusts a cluster of another one',
    ['cluster'],
    (() => {
      const other = '444455556666';
      const far = { ...role(aTrustPolicy({ accountId: other })), arn: `arn:aws:iam::${other}:role/checkout-cart` };
      const here = world({ roles: complete([]), clusters: clusters([bare()]) });
      return [
        here,
        someFacts({
          accountId: other,
          roles: complete([far]),
          providers: complete([aProvider({ accountId: other })]),
          clusters: complete([]),
          fleet: here.fleet,
        }),
      ];
    })(),
    'not known',
  ],
  ...(['aws-cn', 'aws-us-gov'] as const).map((partition): Row => {
    const [region, host] =
      partition === 'aws-cn' ? ['cn-north-1', 'amazonaws.com.cn'] : ['us-gov-west-1', 'amazonaws.com'];
    const issuer = `https://oidc.eks.${region}.${host}/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F`;
    const arn = `arn:${partition}:iam::111122223333:oidc-provider/${issuer.replace('https://', '')}`;
    const cluster = aCluster({ issuer, region, arn: `arn:${partition}:eks:${region}:111122223333:cluster/shop` });
    const own = {
      ...role(aTrustPolicy({ issuer }).replaceAll('arn:aws:', `arn:${partition}:`)),
      arn: `arn:${partition}:iam::111122223333:role/checkout-cart`,
    };
    const account = aServiceAccount({ annotations: { [roleKey]: own.arn } });
    return [
      `partition ${partition}`,
      ['role', 'cluster'],
      someFacts({
        partition,
        roles: complete([own]),
        providers: complete([aProvider({ issuer, arn })]),
        regions: [{ region, clusters: clusters([account], [], { cluster }) }],
      }),
      'no',
    ];
  }),
];

describe.each([
  ['the subject', bySubject],
  ['names and their letter case', byName],
  ['audiences', byAudience],
  ['what is there', bySituation],
  ['several accounts', ofFleet],
])('by %s', (_, rows) => {
  test.each(rows.flatMap(([of, kinds, facts, is]) => kinds.map(kind => ({ of, kind, facts, is }))))(
    '$of, $kind: $is',
    ({ kind, facts, is }) => {
      const found = answer(kind, facts);
      const got = is === 'not yes' && found.safeToDelete !== 'yes' ? is : found.safeToDelete;
      expect([got, found.because.join('; ')]).toEqual([is, expect.any(String)]);
    },
  );
});

test('of each world the whole answer', () =>
  golden(
    'impact/odd-worlds.txt',
    [bySubject, byName, byAudience, bySituation, ofFleet]
      .flat()
      .flatMap(([of, kinds, facts]) => kinds.map(kind => wholeImpact(`${of}, ${kind}`, answer(kind, facts))))
      .join('\n'),
  ));

test.each([
  ['an ARN in another letter case', aProvider().arn.replace('5C1D', '5c1d')],
  ['an ARN in capitals', aProvider().arn.toUpperCase()],
  ['an issuer with a slash at its end', `${exampleIssuer}/`],
  ['an issuer with its port', exampleIssuer.replace('.com/', '.com:443/')],
  ['an issuer without scheme, in another letter case', path.toLowerCase()],
])('%s is no name: the one that is there is proposed', (_, name) => {
  expect(() => impactOf({ kind: 'provider', name }, [world()], { allRegions: true })).toThrow(
    `did you mean ${aProvider().arn}?`,
  );
});
