/** Each part that was not read, and each boundary, by itself. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import type { ImpactKind, SafeToDelete } from '../../lib/impact/impact.ts';
import { renderImpact } from '../../lib/impact/render-impact.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { anIssuer, aProvider, aRole, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';
import { golden } from '../support/golden.ts';
import { bare, clusterOf, impactIn, impactWorld, used, wholeImpact } from '../support/impact-world.ts';

const denied = unavailable<never>({ kind: 'denied', operation: 'eks:ListAddons', message: 'AccessDenied' });
const noRoles = complete([]);
const empty = clusterOf([], []);
const lambda = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' };
const issuerPath = exampleIssuer.replace('https://', '');
const forApp = {
  StringEquals: { [`${issuerPath}:sub`]: 'system:serviceaccount:checkout:cart', [`${issuerPath}:aud`]: 'app' },
};
const trusting = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const call = {
  roleArn: aRole().arn,
  providerArn: aProvider().arn,
  region: 'eu-west-1',
  successes: 1,
  failures: [],
  userAgents: [],
  verificationMethods: [],
  lastAt: '2026-10-30T00:00:00.000Z',
};
const runtime = (over: object) =>
  complete({ from: '2026-10-30T00:00:00.000Z', to: '2026-11-01T00:00:00.000Z', events: [{ ...call, ...over }] });

const nameFor = (kind: ImpactKind): string | undefined => (kind === 'provider' ? exampleIssuer : undefined);

const doubtful: readonly (readonly [string, ImpactKind, Facts, SafeToDelete, RegExp])[] = [
  [
    'pods alone were not read',
    'cluster',
    impactWorld({
      clusters: complete([aReadCluster({ serviceAccounts: complete([]), pods: denied })]),
      roles: noRoles,
    }),
    'not known',
    /service accounts and pods of cluster shop were not all read/,
  ],
  [
    'an association was listed and not described',
    'role',
    impactWorld({
      clusters: clusterOf([], [], { podIdentity: complete([{ id: 'a-1', namespace: 'pay', serviceAccount: 'bill' }]) }),
    }),
    'not known',
    /association a-1 was not described/,
  ],
  [
    'the add-ons of a cluster were not read',
    'cluster',
    impactWorld({ clusters: clusterOf([], [], { addons: denied }), roles: noRoles }),
    'not known',
    /add-ons of cluster shop were not all read \(eks:ListAddons: AccessDenied\)/,
  ],
  [
    'the add-ons of the clusters of a role were not read',
    'role',
    impactWorld({ clusters: clusterOf([], [], { addons: denied }) }),
    'not known',
    /add-ons of cluster shop were not all read/,
  ],
  [
    'the associations of the cluster of a service account were not read',
    'service-account',
    impactWorld({ clusters: clusterOf([bare()], [], { podIdentity: denied }), roles: noRoles }),
    'not known',
    /Pod Identity associations of cluster shop were not all read/,
  ],
  [
    'the audiences of a provider were not read',
    'provider',
    impactWorld({ roles: noRoles, providers: complete([aProvider({ detail: denied })]) }),
    'not known',
    /Cognito/,
  ],
  [
    'the trust policy of a role that names the cluster of a service account cannot be read',
    'service-account',
    impactWorld({
      clusters: clusterOf([bare()], []),
      roles: complete([aRole({ ...used(), trustPolicy: `{"Statement": "${aProvider().arn}"` })]),
    }),
    'not known',
    /trust policy of checkout-cart cannot be read/,
  ],
  [
    'a service account names a role of an account that is not audited',
    'service-account',
    impactWorld({
      roles: noRoles,
      clusters: clusterOf(
        [aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::999988887777:role/x' } })],
        [],
      ),
    }),
    'not known',
    /names arn:aws:iam::999988887777:role\/x, of an account that is not audited/,
  ],
  [
    'a namespace begins as kube-system does',
    'cluster',
    impactWorld({ clusters: clusterOf([], [aPod({ namespace: 'kube-tools' })]), roles: noRoles }),
    'no',
    /1 pod outside of kube-system, in kube-tools/,
  ],
  [
    'pods of kube-system are the cluster’s own',
    'cluster',
    impactWorld({ clusters: clusterOf([], [aPod({ namespace: 'kube-system', containers: [] })]), roles: noRoles }),
    'yes',
    /all were read/,
  ],
  [
    'calls with tokens of the cluster failed',
    'cluster',
    impactWorld({ clusters: empty, runtime: runtime({ successes: 0 }) }),
    'yes',
    /all were read/,
  ],
  [
    'one call got another role by the provider',
    'provider',
    impactWorld({ clusters: empty, runtime: runtime({ roleArn: 'arn:aws:iam::111122223333:role/gone' }) }),
    'no',
    /1 call through it/,
  ],
  [
    'everyone is denied',
    'provider',
    impactWorld({
      clusters: empty,
      roles: complete([
        aRole({
          ...used(),
          trustPolicy: trusting(lambda, { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity' }),
        }),
      ]),
    }),
    'yes',
    /no role of the account trusts it/,
  ],
  [
    'the cluster is gone, and when its roles were last used was not read',
    'provider',
    impactWorld({
      clusters: complete([]),
      issuers: [anIssuer({ discovery: unavailable({ kind: 'not-found', operation: 'GET', message: '404' }) })],
      roles: complete([aRole({ detail: unavailable({ kind: 'denied', operation: 'iam:GetRole', message: 'no' }) })]),
    }),
    'yes',
    /its cluster is gone/,
  ],
  [
    'everyone is trusted for another action',
    'provider',
    impactWorld({
      clusters: empty,
      roles: complete([aRole({ ...used(), trustPolicy: trusting({ ...lambda, Principal: { Federated: '*' } }) })]),
    }),
    'yes',
    /no role of the account trusts it/,
  ],
  [
    'the issuer of a cluster that is gone failed without saying that it does not exist',
    'provider',
    impactWorld({
      clusters: complete([]),
      issuers: [anIssuer({ discovery: unavailable({ kind: 'invalid', operation: 'GET', message: '500' }) })],
    }),
    'not known',
    /did not answer that it does not exist/,
  ],
  [
    'an annotation asks for an audience that the provider does not take',
    'role',
    impactWorld({
      clusters: clusterOf(
        [aServiceAccount({ annotations: { ...aServiceAccount().annotations, 'eks.amazonaws.com/audience': 'app' } })],
        [],
      ),
      roles: complete([aRole({ ...used(), trustPolicy: aTrustPolicy({ condition: forApp }) })]),
    }),
    'not known',
    /is refused today/,
  ],
];

test.each(doubtful)('%s', (_of, kind, facts, is, because) => {
  const found = impactIn(kind, facts, nameFor(kind));
  expect([found.safeToDelete, found.because.join('; ')]).toEqual([is, expect.stringMatching(because)]);
});

test('of each of them the whole answer', () =>
  golden(
    'impact/doubts.txt',
    doubtful.map(([of, kind, facts]) => wholeImpact(of, impactIn(kind, facts, nameFor(kind)))).join('\n'),
  ));

describe('the day on which a role counts as unused', () => {
  const onDay = (days: number) => new Date(Date.parse('2026-11-01T06:00:00.000Z') - days * 86_400_000).toISOString();
  test.each<[ImpactKind, number, SafeToDelete]>([
    ['role', 89, 'no'],
    ['role', 90, 'yes'],
    ['provider', 89, 'not known'],
    ['provider', 90, 'yes'],
  ])('%s, %s days', (kind, days, is) => {
    const facts = impactWorld({ clusters: empty, roles: complete([aRole(used(onDay(days)))]) });
    expect(impactIn(kind, facts).safeToDelete).toBe(is);
  });
});

test('a call that got a role which trusts the provider is told once', () => {
  const subject = 'system:serviceaccount:checkout:cart';
  const { users } = impactIn('provider', impactWorld({ clusters: empty, runtime: runtime({ subject }) }));
  expect(users.map(({ what }) => what)).toEqual([
    `CloudTrail shows 1 call by ${subject} that got role checkout-cart, the last at 2026-10-30T00:00:00.000Z`,
  ]);
});

test('calls without a subject leave a service account not known', () => {
  const facts = impactWorld({ clusters: clusterOf([bare()], []), runtime: runtime({}) });
  expect(impactIn('service-account', facts).because.join('; ')).toContain(
    'the events do not tell by which issuer or service account',
  );
});

test('associations of every region matter where the role trusts EKS Pod Identity, and only there', () => {
  const pods = {
    ...lambda,
    Principal: { Service: 'pods.eks.amazonaws.com' },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  };
  const asked = (trustPolicy: string) =>
    impactIn(
      'role',
      impactWorld({ clusters: empty, roles: complete([aRole({ ...used(), trustPolicy })]) }),
      undefined,
      false,
    );
  expect(asked(aTrustPolicy()).safeToDelete).toBe('yes');
  expect(asked(trusting(pods)).because.join('; ')).toContain('regions that are not audited');
});

describe('who loses a role', () => {
  test('nobody does where the provider is gone', () => {
    expect(impactIn('role', impactWorld({ clusters: empty, providers: complete([]) })).losses).toEqual([]);
  });

  test('a policy that cannot be read leaves it open', () => {
    const facts = impactWorld({ roles: complete([aRole({ ...used(), trustPolicy: '{' })]) });
    expect(impactIn('role', facts).losses).toEqual([expect.objectContaining({ isOpen: true, loses: [] })]);
  });
});

test('of the roles that trust a cluster, a service account loses those alone that trust it', () => {
  const other = aRole({
    name: 'other',
    trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:pay:bill' }),
    ...used(),
  });
  const facts = impactWorld({ roles: complete([aRole(used()), other]) });
  const { losses, users, doubts } = impactIn('service-account', facts);
  expect(losses.map(({ roleArn }) => roleArn)).toEqual([aRole().arn]);
  expect(JSON.stringify([users, doubts])).not.toContain('other');
});

test('a role that names the cluster in a text that is no policy may be lost', () => {
  const odd = aRole({ ...used(), trustPolicy: `{"Statement": "${aProvider().arn}"` });
  const facts = impactWorld({ clusters: clusterOf([bare()], []), roles: complete([odd]) });
  expect(impactIn('service-account', facts).losses).toEqual([
    expect.objectContaining({ roleArn: odd.arn, isOpen: true }),
  ]);
});

test('a user is there since its oldest pod', () => {
  const pods = ['2026-10-05T10:00:00.000Z', '2026-09-01T10:00:00.000Z', '2026-10-20T10:00:00.000Z'].map(
    (createdAt, at) => aPod({ name: `cart-${at}`, createdAt, containers: [aContainer()] }),
  );
  const found = impactIn('service-account', impactWorld({ clusters: clusterOf([aServiceAccount()], pods) }));
  expect(found.users.map(({ since }) => since)).toContain('2026-09-01T10:00:00.000Z');
  expect(found.users.flatMap(({ since }) => since ?? [])).not.toContain('2026-10-20T10:00:00.000Z');
});

test.each([
  [10, 10, 0],
  [11, 11, 0],
  [12, 10, 1],
])('of %s reasons %s are told', (count, told, more) => {
  const because = Array.from({ length: count }, (_, at) => `reason ${at}`);
  const lines = renderImpact({ ...impactIn('role', impactWorld()), because }).split('\n');
  expect(lines.filter(line => /^ {2}reason \d/.test(line))).toHaveLength(told);
  expect(lines.filter(line => /^ {2}\d+ more: --json has all/.test(line))).toHaveLength(more);
});

test('no name of the world makes a line of its own', () => {
  const hostile = 'a\u001b[2J\nFirst:\u202e';
  const { subject, ...impact } = impactIn('role', impactWorld());
  const text = renderImpact({
    ...impact,
    subject: { ...subject, name: hostile },
    because: [hostile],
    gains: [hostile],
    first: [hostile],
    doubts: [{ what: hostile, how: hostile }],
  });
  expect(text).not.toMatch(/[^\n\P{Cc}]|\u202e|\nFirst:\\/u);
  expect(text.split('\n').filter(line => line === 'First:')).toHaveLength(1);
});

test.each([
  ['of EKS Pod Identity', { Service: 'pods.eks.amazonaws.com' }, true],
  ['of each service', { Service: '*' }, true],
  ['of everyone', '*', true],
  ['of another service', { Service: 'ec2.amazonaws.com' }, false],
  ['of an account', { AWS: '111122223333' }, false],
])('associations of other regions matter by a statement %s: %j', (_of, principal, matters) => {
  const trustPolicy = trusting({ ...lambda, Principal: principal });
  const world = impactWorld({ clusters: empty, roles: complete([aRole({ ...used(), trustPolicy })]) });
  const told = impactIn('role', world, undefined, false).doubts.some(({ how }) => how === '--all-regions');
  expect(told).toBe(matters);
});

describe('what to do first, and why nobody depends on a provider', () => {
  const managed = complete([
    aProvider({
      detail: complete({
        url: issuerPath,
        audiences: ['sts.amazonaws.com'],
        thumbprints: [],
        createdAt: '2026-01-10T09:10:00.000Z',
        tags: { 'aws:cloudformation:stack-name': 'irsa' },
      }),
    }),
  ]);
  const gone = anIssuer({ discovery: unavailable({ kind: 'not-found', operation: 'GET', message: '404' }) });
  const first = (facts: Facts) => impactIn('provider', facts, exampleIssuer).first;

  test('its roles first, where the cluster is gone', () => {
    const facts = impactWorld({ clusters: complete([]), issuers: [gone] });
    expect(impactIn('provider', facts, exampleIssuer).because).toEqual([
      expect.stringContaining('still in the trust policy of checkout-cart'),
    ]);
    expect(first(facts)).toEqual([
      'Take it out of the trust policies of checkout-cart.',
      expect.stringContaining('aws iam delete-open-id-connect-provider'),
    ]);
  });

  test('nobody of a cluster that is there', () => {
    expect(impactIn('provider', impactWorld({ clusters: empty }), exampleIssuer).because).toEqual([
      'no service account and no pod of shop is one that checkout-cart trust through it; all were read',
    ]);
  });

  test('the tool that manages it, where no role trusts it', () => {
    expect(first(impactWorld({ clusters: empty, roles: noRoles, providers: managed }))).toEqual([
      expect.stringContaining('CloudFormation'),
      expect.stringMatching(/^Then: .*aws iam delete-open-id-connect-provider/),
    ]);
  });

  test('another cluster, where somebody uses it, and reading where that is not known', () => {
    expect(first(impactWorld())).toEqual([expect.stringContaining('plan replace-cluster shop NEW')]);
    expect(first(impactWorld({ roles: denied }))).toEqual(['Read what is listed as not known, and ask again.']);
    const calls = impactWorld({ clusters: complete([]), runtime: runtime({}) });
    expect(first(calls)).toEqual([expect.stringContaining(`plan replace-cluster ${aProvider().arn} NEW`)]);
  });
});

const association = {
  id: 'a-1',
  namespace: 'checkout',
  serviceAccount: 'cart',
  roleArn: aRole().arn,
  createdAt: '2026-05-01T00:00:00Z',
};
const inCluster = (over: Parameters<typeof clusterOf>[2], accounts = [bare()], pods = [aPod()]) =>
  clusterOf(accounts, pods, over);
const podsTrusted = trusting({
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
});
const withDetail = (detail: object) =>
  complete([
    {
      name: 'vpc-cni',
      detail: { status: 'ACTIVE', hasPodIdentity: false, configuresServiceAccount: false, ...detail },
    },
    { name: 'coredns' },
  ]);
const { owner: _, ...unowned } = aPod();
const terraform = { detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: { terraform: 'true' } }) };

/** Users and steps of every kind, each in a world that differs from the usual one by it. */
const twoGaps = ['page 2', 'page 3'].map(what => ({
  what,
  reason: { kind: 'throttled', operation: what, message: 'slow' } as const,
}));

const usersAndSteps: readonly (readonly [string, ImpactKind, Facts])[] = [
  ...(['role', 'cluster', 'service-account'] as const).flatMap(kind => [
    [
      'an association',
      kind,
      impactWorld({
        clusters: inCluster({ podIdentity: complete([association]) }),
        roles: complete([aRole({ ...used(), trustPolicy: podsTrusted })]),
      }),
    ] as const,
    [
      'an association of another account of the namespace',
      kind,
      impactWorld({
        clusters: inCluster({ podIdentity: complete([{ ...association, serviceAccount: 'other' }]) }),
        roles: noRoles,
      }),
    ] as const,
    [
      'an association by its second role',
      kind,
      impactWorld({
        clusters: inCluster({
          podIdentity: complete([{ ...association, roleArn: 'arn:aws:iam::1:role/x', targetRoleArn: aRole().arn }]),
        }),
      }),
    ] as const,
    [
      'an association without its role',
      kind,
      impactWorld({
        clusters: inCluster({ podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]) }),
        roles: noRoles,
      }),
    ] as const,
    [
      'an add-on with a role',
      kind,
      impactWorld({ clusters: inCluster({ addons: withDetail({ roleArn: aRole().arn }) }), roles: noRoles }),
    ] as const,
    [
      'an add-on without one',
      kind,
      impactWorld({ clusters: inCluster({ addons: withDetail({}) }, [bare()], []), roles: noRoles }),
    ] as const,
    ['a pod without an owner', kind, impactWorld({ clusters: clusterOf([aServiceAccount()], [unowned]) })] as const,
    [
      'what Terraform manages',
      kind,
      impactWorld({
        clusters: clusterOf([bare({ managedBy: { tool: 'Terraform' } })], []),
        roles: complete([aRole({ ...terraform, trustPolicy: trusting() })]),
      }),
    ] as const,
    [
      'what Terraform manages, without a role',
      kind,
      impactWorld({ clusters: clusterOf([bare({ managedBy: { tool: 'Helm', name: 'shop' } })], []), roles: noRoles }),
    ] as const,
    [
      'a role of another account',
      kind,
      impactWorld({
        clusters: clusterOf(
          [aServiceAccount({ annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::999988887777:role/far' } })],
          [],
        ),
        roles: noRoles,
      }),
    ] as const,
    [
      'clusters of a region that were not read',
      kind,
      impactWorld({
        regions: [
          { region: 'eu-west-1', clusters: clusterOf([bare()], []) },
          { region: 'us-east-1', clusters: denied },
        ],
        roles: complete([aRole({ ...used(), trustPolicy: podsTrusted })]),
      }),
    ] as const,
  ]),
  ...(['cluster', 'provider', 'service-account', 'role'] as const).flatMap(kind => [
    [
      'a call for a role of another account',
      kind,
      impactWorld({
        clusters: clusterOf([bare()], []),
        runtime: runtime({
          roleArn: 'arn:aws:iam::999988887777:role/far',
          subject: 'system:serviceaccount:checkout:cart',
        }),
      }),
    ] as const,
    [
      'a call that failed',
      kind,
      impactWorld({ clusters: clusterOf([bare()], []), runtime: runtime({ successes: 0 }) }),
    ] as const,
    [
      'a call without a provider and a subject',
      kind,
      impactWorld({ clusters: clusterOf([bare()], []), runtime: runtime({ providerArn: undefined }) }),
    ] as const,
    [
      'a call of another issuer',
      kind,
      impactWorld({ clusters: clusterOf([bare()], []), runtime: runtime({ providerArn: `${aProvider().arn}0` }) }),
    ] as const,
  ]),
  ...(['cluster', 'role'] as const).map(
    kind =>
      [
        'two gaps of the add-ons, associations and roles, of which one is told',
        kind,
        impactWorld({
          clusters: clusterOf([], [], { addons: withGaps([], twoGaps), podIdentity: withGaps([], twoGaps) }),
          roles: withGaps([aRole(used())], twoGaps),
        }),
      ] as const,
  ),
  [
    'a role that only services can assume, and clusters that were not read',
    'role',
    impactWorld({
      regions: [{ region: 'us-east-1', clusters: denied }],
      roles: complete([aRole({ ...used(), trustPolicy: trusting() })]),
    }),
  ],
];

const five = ['a', 'b', 'c', 'd', 'e'];
const [many, few] = [five, five.slice(0, 3)].map(names => ({
  pods: names.map(name => aPod({ name: `p-${name}`, owner: { kind: 'Deployment', name } })),
  accounts: names.map(name => bare({ name })),
  foreign: names.map(name =>
    aServiceAccount({ name, annotations: { 'eks.amazonaws.com/role-arn': `arn:aws:iam::999988887777:role/${name}` } }),
  ),
}));
const anyOf = {
  StringLike: { [`${issuerPath}:sub`]: 'system:serviceaccount:checkout:*', [`${issuerPath}:aud`]: 'sts.amazonaws.com' },
};

/** Three names are told, and more are counted. */
const manyNames = [few, many].flatMap(some =>
  (['role', 'cluster', 'provider', 'service-account'] as const).flatMap(kind => [
    ['pods of an annotated one', kind, impactWorld({ clusters: clusterOf([aServiceAccount()], some?.pods) })] as const,
    ['pods of a bare one', kind, impactWorld({ clusters: clusterOf([bare()], some?.pods) })] as const,
    [
      'some that a pattern matches',
      kind,
      impactWorld({
        clusters: clusterOf([bare(), ...(some?.accounts ?? [])], []),
        roles: complete([aRole({ ...used(), trustPolicy: aTrustPolicy({ condition: anyOf }) })]),
      }),
    ] as const,
    [
      'roles of another account',
      kind,
      impactWorld({ clusters: clusterOf([bare(), ...(some?.foreign ?? [])], []) }),
    ] as const,
  ]),
);

test('of many names three are told, and the rest is counted', () =>
  golden(
    'impact/many.txt',
    manyNames.map(([of, kind, facts]) => wholeImpact(`${of}, ${kind}`, impactIn(kind, facts))).join('\n'),
  ));

test('ten sentences are told, and of twelve the last two are counted', () => {
  const told = (count: number) => {
    const impact = impactIn('role', impactWorld());
    const because = Array.from({ length: count }, (_, at) => `reason ${at}`);
    return renderImpact({ ...impact, because })
      .split('\n')
      .filter(line => /reason|more:/.test(line));
  };
  expect([told(10).at(-1), told(11).at(-1), told(12).at(-1)]).toEqual([
    '  reason 9',
    '  reason 10',
    '  2 more: --json has all',
  ]);
});

test('users and steps of every kind, whole', () =>
  golden(
    'impact/users.txt',
    usersAndSteps
      .filter(([, kind, { snapshot }]) => kind !== 'role' || snapshot.roles !== noRoles)
      .map(([of, kind, facts]) => wholeImpact(`${of}, ${kind}`, impactIn(kind, facts)))
      .join('\n'),
  ));
