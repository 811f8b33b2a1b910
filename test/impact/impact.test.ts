import { describe, expect, test } from '@jest/globals';
import { UsageError } from '../../lib/cli/shell/io.ts';
import type { Facts } from '../../lib/facts/facts.ts';
import { type ImpactKind, impactKinds, type SafeToDelete } from '../../lib/impact/impact.ts';
import { renderImpact } from '../../lib/impact/render-impact.ts';
import { complete, notAskedFor, unavailable } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCluster,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import {
  impactIn as answer,
  bare,
  clusterOf as cluster,
  used,
  wholeImpact,
  impactWorld as world,
} from '../support/impact-world.ts';

const denied = unavailable<never>({ kind: 'denied', operation: 'iam:ListRoles', message: 'AccessDenied' });
const gone = anIssuer({ discovery: unavailable({ kind: 'not-found', operation: 'GET', message: '404' }) });
const silent = anIssuer({ discovery: unavailable({ kind: 'timed-out', operation: 'GET', message: 'no answer' }) });
const oldId = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0D0D0D0D0D0D0D0D0D0D0D0D0D0D0D0D';

const withoutIssuer = (() => {
  const { issuer: _, version: _v, createdAt: _c, ...known } = aCluster();
  return { cluster: known };
})();

interface Case {
  readonly of: string;
  readonly kind: ImpactKind;
  readonly facts: Facts;
  readonly name?: string;
  readonly is: SafeToDelete;
  readonly because: RegExp;
}

const cases: readonly Case[] = [
  {
    of: 'a provider with a user',
    kind: 'provider',
    facts: world(),
    is: 'no',
    because: /checkout\/cart of cluster shop has role checkout-cart by its annotation, with 1 pod \(Deployment cart\)/,
  },
  {
    of: 'a provider whose user has no pod now: a CronJob looks so',
    kind: 'provider',
    facts: world({ clusters: cluster([aServiceAccount()], []) }),
    is: 'no',
    because: /without a pod now/,
  },
  {
    of: 'a provider that no role trusts',
    kind: 'provider',
    facts: world({ roles: complete([]) }),
    is: 'yes',
    because: /no role of the account trusts it/,
  },
  {
    of: 'a provider that no role trusts, with an audience that is not for STS',
    kind: 'provider',
    facts: world({ roles: complete([]), providers: complete([aProvider({ audiences: ['app'] })]) }),
    is: 'not known',
    because: /Cognito/,
  },
  {
    of: 'a provider, roles not read',
    kind: 'provider',
    facts: world({ roles: denied }),
    is: 'not known',
    because: /iam:ListRoles: AccessDenied/,
  },
  {
    of: 'a provider, cluster not read inside',
    kind: 'provider',
    facts: someFacts({ roles: complete([aRole()]) }),
    is: 'not known',
    because: /service accounts and pods of cluster shop were not all read/,
  },
  {
    of: 'a provider whose account exists without an annotation',
    kind: 'provider',
    facts: world({ clusters: cluster([bare()], []) }),
    is: 'not known',
    because: /checkout\/cart of cluster shop can assume checkout-cart by its trust policy/,
  },
  {
    of: 'a provider whose trusted account does not exist',
    kind: 'provider',
    facts: world({ clusters: cluster([], []) }),
    is: 'yes',
    because: /all were read/,
  },
  {
    of: 'a provider whose trusted account does not exist now, and whose role was used lately',
    kind: 'provider',
    facts: world({ clusters: cluster([], []), roles: complete([aRole(used('2026-10-30T00:00:00.000Z'))]) }),
    is: 'not known',
    because: /last used at 2026-10-30.*comes and goes/,
  },
  {
    of: 'a provider whose trusted account does not exist, last use not read',
    kind: 'provider',
    facts: world({ clusters: cluster([], []), roles: complete([aRole()]) }),
    is: 'not known',
    because: /when role checkout-cart was last used is not read/,
  },
  {
    of: 'a cluster without pods whose trusted account does not exist now, and whose role was used lately',
    kind: 'cluster',
    facts: world({ clusters: cluster([], []), roles: complete([aRole(used('2026-10-30T00:00:00.000Z'))]) }),
    is: 'not known',
    because: /last used at 2026-10-30/,
  },
  {
    of: 'a provider, and a role whose trust policy cannot be read',
    kind: 'provider',
    facts: world({ roles: complete([aRole({ ...used(), trustPolicy: '{' })]) }),
    is: 'not known',
    because: /the trust policy of checkout-cart cannot be read/,
  },
  ...(['cluster', 'service-account'] as const).map(
    (kind): Case => ({
      of: `a ${kind} whose issuer was not read`,
      kind,
      facts: world({ clusters: cluster([bare()], [], withoutIssuer) }),
      is: 'not known',
      because: /the issuer of cluster shop was not read/,
    }),
  ),
  {
    of: 'a cluster on Outposts, which has no issuer',
    kind: 'cluster',
    facts: world({
      clusters: cluster([], [], { cluster: { ...withoutIssuer.cluster, version: '1.34' } }),
      roles: complete([]),
    }),
    is: 'yes',
    because: /all were read/,
  },
  {
    of: 'a provider whose trusted account is gone and has a pod',
    kind: 'provider',
    facts: world({ clusters: cluster([], [aPod()]) }),
    is: 'no',
    because: /1 pod .* names role checkout-cart in AWS_ROLE_ARN/,
  },
  {
    of: 'a provider of a cluster that is gone, by the issuer',
    kind: 'provider',
    name: exampleIssuer,
    facts: world({ clusters: complete([]), issuers: [gone] }),
    is: 'yes',
    because: /its cluster is gone/,
  },
  {
    of: 'a provider whose issuer still answers',
    kind: 'provider',
    name: exampleIssuer,
    facts: world({ clusters: complete([]) }),
    is: 'not known',
    because: /still answers/,
  },
  {
    of: 'a provider whose issuer is not reached',
    kind: 'provider',
    name: exampleIssuer,
    facts: world({ clusters: complete([]), issuers: [silent] }),
    is: 'not known',
    because: /no answer of the issuer was read/,
  },
  {
    of: 'a provider of a region that is not audited',
    kind: 'provider',
    name: exampleIssuer,
    facts: world({ regions: [{ region: 'us-east-1', clusters: complete([]) }], issuers: [gone] }),
    is: 'not known',
    because: /eu-west-1: it is not audited/,
  },
  {
    of: 'a provider that everyone’s statement may cover',
    kind: 'provider',
    facts: world({
      roles: complete([
        aRole({
          trustPolicy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { Federated: '*' }, Action: 'sts:AssumeRoleWithWebIdentity' }],
          }),
        }),
      ]),
    }),
    is: 'not known',
    because: /not documented/,
  },
  {
    of: 'a provider that a text names which is no policy',
    kind: 'provider',
    facts: world({ roles: complete([aRole({ trustPolicy: `{"Statement": "${aProvider().arn}"` })]) }),
    is: 'not known',
    because: /cannot be read/,
  },
  { of: 'a role with a user', kind: 'role', facts: world(), is: 'no', because: /by its annotation/ },
  {
    of: 'a role that nobody can assume',
    kind: 'role',
    facts: world({ clusters: cluster([], []) }),
    is: 'yes',
    because: /nobody can assume it/,
  },
  {
    of: 'such a role, last use not read',
    kind: 'role',
    facts: world({ clusters: cluster([], []), roles: complete([aRole()]) }),
    is: 'not known',
    because: /last used is not read/,
  },
  {
    of: 'such a role, used last week',
    kind: 'role',
    facts: world({ clusters: cluster([], []), roles: complete([aRole(used('2026-10-25T00:00:00.000Z'))]) }),
    is: 'no',
    because: /last used at 2026-10-25/,
  },
  {
    of: 'such a role, used long ago',
    kind: 'role',
    facts: world({ clusters: cluster([], []), roles: complete([aRole(used('2026-01-25T00:00:00.000Z'))]) }),
    is: 'yes',
    because: /nobody can assume it/,
  },
  {
    of: 'a role without its provider',
    kind: 'role',
    facts: world({ clusters: cluster([], []), providers: complete([]) }),
    is: 'yes',
    because: /nobody can assume it/,
  },
  {
    of: 'such a role that an annotation still names',
    kind: 'role',
    facts: world({ providers: complete([]), clusters: cluster([aServiceAccount()], []) }),
    is: 'not known',
    because: /is refused today/,
  },
  {
    of: 'a role, providers not read',
    kind: 'role',
    facts: world({
      clusters: cluster([], []),
      providers: unavailable({ kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'AccessDenied' }),
    }),
    is: 'not known',
    because: /whether account 111122223333 has the provider/,
  },
  {
    of: 'a cluster with users',
    kind: 'cluster',
    facts: world(),
    is: 'no',
    because: /cluster shop has 1 pod outside of kube-system/,
  },
  {
    of: 'an empty cluster',
    kind: 'cluster',
    facts: world({ clusters: cluster([bare({ name: 'default' })], []) }),
    is: 'yes',
    because: /all were read/,
  },
  {
    of: 'a cluster not read inside',
    kind: 'cluster',
    facts: someFacts({ roles: complete([]) }),
    is: 'not known',
    because: /were not all read/,
  },
  {
    of: 'a cluster whose account names a role elsewhere',
    kind: 'cluster',
    facts: world({
      roles: complete([]),
      clusters: cluster(
        [aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::999988887777:role/x' } })],
        [],
      ),
    }),
    is: 'not known',
    because: /an account that is not audited stands/,
  },
  {
    of: 'a service account with a role and pods',
    kind: 'service-account',
    facts: world(),
    is: 'no',
    because: /by its annotation/,
  },
  {
    of: 'a service account without anything',
    kind: 'service-account',
    facts: world({ roles: complete([]), clusters: cluster([bare()], []) }),
    is: 'yes',
    because: /no role trusts it/,
  },
  {
    of: 'a service account that a role trusts',
    kind: 'service-account',
    facts: world({ clusters: cluster([bare()], []) }),
    is: 'not known',
    because: /a program may ask for it by itself/,
  },
  {
    of: 'a service account that an Issuer asks with',
    kind: 'service-account',
    facts: world({
      roles: complete([]),
      clusters: complete([
        aReadCluster({
          ...{ serviceAccounts: complete([bare()]), pods: complete([]), workloads: complete([]) },
          controllerRoles: complete([
            {
              ...{
                controller: 'cert-manager',
                namedBy: 'Issuer checkout/letsencrypt',
                roleArn: aRole().arn,
                by: 'token',
              },
              account: { namespace: 'checkout', name: 'cart' },
            },
          ]),
        }),
      ]),
    }),
    is: 'no',
    because: /Issuer checkout\/letsencrypt in cluster shop assumes role checkout-cart with it/,
  },
  {
    of: 'a service account, roles not read',
    kind: 'service-account',
    facts: world({ roles: denied, clusters: cluster([bare()], []) }),
    is: 'not known',
    because: /iam:ListRoles/,
  },
];

test.each(cases)('$of: $is', ({ kind, facts, name, is, because }) => {
  const found = answer(kind, facts, name);
  expect([found.safeToDelete, found.because.join('; ')]).toEqual([is, expect.stringMatching(because)]);
  expect(renderImpact(found)).toContain(`Safe to delete: ${is}`);
});

test('of each of them the whole answer', () =>
  golden(
    'impact/cases.txt',
    cases.map(({ of, kind, facts, name }) => wholeImpact(of, answer(kind, facts, name))).join('\n'),
  ));

describe('uses beside annotations are users', () => {
  const arn = aRole().arn;
  const podIdentity = complete([
    { id: 'a-1', namespace: 'pay', serviceAccount: 'bill', roleArn: arn, createdAt: '2026-03-01T00:00:00.000Z' },
  ]);
  test.each([
    [
      'an association',
      cluster([], [], { podIdentity }),
      /pay\/bill of cluster shop has role checkout-cart by a Pod Identity association/,
    ],
    [
      'its second role',
      cluster([], [], {
        podIdentity: complete([
          {
            id: 'a-1',
            namespace: 'pay',
            serviceAccount: 'bill',
            roleArn: 'arn:aws:iam::111122223333:role/first',
            targetRoleArn: arn,
          },
        ]),
      }),
      /Pod Identity association/,
    ],
    [
      'an add-on',
      cluster([], [], {
        addons: complete([
          {
            name: 'vpc-cni',
            detail: { status: 'ACTIVE', roleArn: arn, hasPodIdentity: false, configuresServiceAccount: false },
          },
        ]),
      }),
      /add-on vpc-cni/,
    ],
    [
      'a second role of a program',
      cluster(
        [],
        [
          aPod({
            serviceAccount: 'dns',
            containers: [
              {
                ...(aPod().containers[0] as never as object),
                irsaEnvironment: {},
                awsVariables: [],
                assumesRole: arn,
              } as never,
            ],
          }),
        ],
      ),
      /as a second role/,
    ],
  ])('%s', (_, clusters, because) => {
    const found = answer('role', world({ clusters }));
    expect([found.safeToDelete, found.because.join('; ')]).toEqual(['no', expect.stringMatching(because)]);
  });
});

describe('calls that CloudTrail shows', () => {
  const call = {
    roleArn: aRole().arn,
    region: 'eu-west-1',
    successes: 3,
    failures: [],
    userAgents: [],
    verificationMethods: [],
    lastAt: '2026-10-30T00:00:00.000Z',
  };
  const runtime = (over: object = {}): AccountSnapshot['runtime'] =>
    complete({ from: '2026-10-30T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', events: [{ ...call, ...over }] });
  const empty = { clusters: cluster([], []) };
  test.each<[string, ImpactKind, object, SafeToDelete]>([
    [
      'of the provider',
      'provider',
      { providerArn: aProvider().arn, subject: 'system:serviceaccount:checkout:cart' },
      'no',
    ],
    [
      'of the provider, for a role that is gone',
      'provider',
      { providerArn: aProvider().arn, roleArn: 'arn:aws:iam::111122223333:role/gone' },
      'no',
    ],
    ['that do not tell the provider', 'provider', {}, 'not known'],
    ['of another provider', 'provider', { providerArn: aProvider({ issuer: oldId }).arn }, 'yes'],
    ['that failed', 'provider', { providerArn: aProvider().arn, successes: 0 }, 'yes'],
    ['of the role', 'role', {}, 'no'],
    ['of the cluster', 'cluster', { providerArn: aProvider().arn }, 'no'],
  ])('%s: %s', (_, kind, over, is) => {
    expect(answer(kind, world({ ...empty, runtime: runtime(over) })).safeToDelete).toBe(is);
  });
});

describe('other principals of a role', () => {
  const trusting = (...statements: readonly object[]) =>
    world({
      clusters: cluster([], []),
      roles: complete([
        aRole({
          ...used(),
          trustPolicy: JSON.stringify({
            Version: '2012-10-17',
            Statement: [...JSON.parse(aTrustPolicy()).Statement, ...statements],
          }),
        }),
      ]),
    });
  test.each([
    [
      'a service',
      { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
      /also trusts Service ec2.amazonaws.com/,
    ],
    [
      'an account',
      { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' },
      /also trusts AWS 444455556666/,
    ],
    ['everyone', { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }, /everyone/],
  ])('%s: not known', (_, statement, because) => {
    const found = answer('role', trusting(statement));
    expect([found.safeToDelete, found.because.join('; ')]).toEqual(['not known', expect.stringMatching(because)]);
  });
  const pods = {
    Effect: 'Allow',
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  };
  test('EKS Pod Identity: known by the associations, if every region was read', () => {
    expect(answer('role', trusting(pods)).safeToDelete).toBe('yes');
    expect(answer('role', trusting(pods), undefined, false)).toMatchObject({ safeToDelete: 'not known' });
  });
});

test.each<ImpactKind>(['provider', 'cluster', 'service-account'])(
  'a role that may trust every provider leaves a %s not known',
  kind => {
    const trustPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Federated: '*' }, Action: 'sts:AssumeRoleWithWebIdentity' }],
    });
    const one = { clusters: cluster([bare()], []) };
    expect(answer(kind, world({ ...one, roles: complete([]) })).safeToDelete).toBe('yes');
    expect(answer(kind, world({ ...one, roles: complete([aRole({ trustPolicy })]) })).safeToDelete).toBe('not known');
  },
);

test('where somebody uses it, the last use of a role by others is no doubt', () => {
  const found = answer('provider', world({ roles: complete([aRole(used('2026-10-30T00:00:00.000Z'))]) }));
  expect([found.safeToDelete, found.users.length, found.doubts]).toEqual(['no', 1, []]);
});

test('a role that takes one of two audiences of its provider can be gained', () => {
  const providers = complete([aProvider({ audiences: ['vault', 'sts.amazonaws.com'] })]);
  expect(answer('service-account', world({ providers })).gains).toEqual([
    expect.stringContaining('can then get role checkout-cart'),
  ]);
});

test('a service account names who could gain its role, and in which account', () => {
  const found = answer('service-account', world());
  expect(found.gains).toEqual([expect.stringContaining('can then get role checkout-cart')]);
  expect(found.losses).toEqual([
    expect.objectContaining({ roleArn: aRole().arn, accountId: exampleAccountId, lastUsedAt: null }),
  ]);
  expect(found.losses.flatMap(({ loses }) => loses.flatMap(({ subjects }) => subjects))).toEqual([
    'system:serviceaccount:checkout:cart',
  ]);
});

test('the roles of another account that trust the cluster are lost with it', () => {
  const other = '444455556666';
  const role = {
    ...aRole({ trustPolicy: aTrustPolicy({ accountId: other }) }),
    arn: `arn:aws:iam::${other}:role/checkout-cart`,
  };
  const annotations = { 'eks.amazonaws.com/role-arn': role.arn };
  const here = world({ roles: complete([]), clusters: cluster([aServiceAccount({ annotations })], []) });
  const there = someFacts({
    accountId: other,
    roles: complete([role]),
    providers: complete([aProvider({ accountId: other })]),
    clusters: complete([]),
    fleet: here.fleet,
  });
  const found = answer('cluster', [here, there]);
  expect(found).toMatchObject({ safeToDelete: 'no', losses: [{ roleArn: role.arn, accountId: other }] });
  expect(answer('provider', [here, there], aProvider({ accountId: other }).arn).safeToDelete).toBe('no');
});

/** Ways to read less of an account. Each must leave a user or a doubt. */
const unread = notAskedFor<never>('nothing', 'not asked for');
const less: readonly (readonly [string, (facts: Facts) => Facts])[] = [
  ['roles', facts => ({ ...facts, snapshot: { ...facts.snapshot, roles: unread } })],
  ['inside', facts => withCluster(facts, { kubernetes: unread })],
  ['associations', facts => withCluster(facts, { podIdentity: unread })],
  ['add-ons', facts => withCluster(facts, { addons: unread })],
  ['issuers', facts => ({ ...facts, issuers: {} })],
];

const withCluster = (facts: Facts, over: object): Facts => ({
  ...facts,
  snapshot: {
    ...facts.snapshot,
    regions: facts.snapshot.regions.map(region => ({
      ...region,
      clusters:
        region.clusters.status === 'complete'
          ? complete(region.clusters.value.map(one => ({ ...one, ...over })))
          : region.clusters,
    })),
  },
});

test('what was not read never makes it safe', () => {
  const podIdentity = complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn }]);
  const worlds = [
    world(),
    world({ clusters: cluster([aServiceAccount()], [], { podIdentity }) }),
    ...cases.filter(({ is }) => is !== 'yes').map(({ facts }) => facts),
  ];
  const asked = worlds.flatMap((facts, at) =>
    impactKinds.flatMap(kind =>
      less.map(([part, change]) => ({ of: `${kind} of world ${at} without ${part}`, kind, facts, change })),
    ),
  );
  const answered = asked.flatMap(({ of, kind, facts, change }) => {
    const [full, part] = [safeOf(kind, facts), safeOf(kind, change(facts))];
    return full === undefined || full === 'yes' || part === undefined ? [] : [{ of, part }];
  });
  expect(answered.length).toBeGreaterThan(100);
  expect(answered.filter(({ part }) => part === 'yes')).toEqual([]);
});

/** Undefined where the name is not found: that is an error, never an answer. */
const safeOf = (kind: ImpactKind, facts: Facts): SafeToDelete | undefined => {
  try {
    return answer(kind, facts).safeToDelete;
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
};

test('names: an unknown one, one that two clusters have, and one that may be in an unread part', () => {
  expect(() => answer('role', world(), 'checkout-crt')).toThrow(/did you mean checkout-cart/);
  const twins = complete([aReadCluster(), aReadCluster({}, { cluster: aCluster({ region: 'eu-west-2' }) })]);
  expect(() => answer('cluster', world({ clusters: twins }))).toThrow(
    /2 clusters are called "shop": name one of arn:aws:eks/,
  );
  expect(() => answer('role', world({ roles: denied }))).toThrow(/not all was read: iam:ListRoles/);
  expect(() => answer('service-account', world(), 'cart')).toThrow(/write namespace\/name/);
});
