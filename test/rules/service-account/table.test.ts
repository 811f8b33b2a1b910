import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { serviceAccountOnDefault } from '../../../lib/rules/service-account/service-account-on-default.ts';
import { serviceAccountRoleNotTrusting } from '../../../lib/rules/service-account/service-account-role-not-trusting.ts';
import { aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, exampleIssuer } from '../../support/example-world.ts';
import { aGap, annotatedWith, refused, verdicts, withoutIssuer, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';

const host = exampleIssuer.slice('https://'.length);
const audience = (value: string) => annotatedWith({ 'eks.amazonaws.com/audience': value });
const foreignRole = 'arn:aws:iam::444455556666:role/cart';
const elsewhere = (annotations: Readonly<Record<string, string>> = {}) =>
  annotatedWith({ ...annotations, 'eks.amazonaws.com/role-arn': foreignRole });
const withFleet = (facts: Facts, over: Partial<Facts['fleet']>): Facts => ({
  ...facts,
  fleet: { ...facts.fleet, ...over },
});
const foreignAccount = (rolesRead: boolean, providersRead: boolean) => ({
  accounts: [{ accountId: '444455556666', rolesRead, providersRead }],
});
const statement = (over: Readonly<Record<string, unknown>>) => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  ...over,
});
const sub = (value: string) => ({ StringEquals: { [`${host}:sub`]: value } });
const exact = sub('system:serviceaccount:checkout:cart');
const other = sub('system:serviceaccount:a:b');
const trusting = (...statements: readonly Readonly<Record<string, unknown>>[]) =>
  worldOf(annotatedWith({}), {
    roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]),
  });
const partlyRead = { status: 'partial' as const, value: [], gaps: [aGap('iam:ListRoles')] };
const marked = (over: Parameters<typeof aServiceAccount>[0]) => ({
  serviceAccounts: complete([aServiceAccount({ annotations: {}, ...over })]),
  pods: complete([]),
});

type Case = readonly [title: string, facts: Facts, expected: readonly string[]];
const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

run('service-account-annotation-mistyped', [
  [
    'passes over keys that are not like the annotation',
    worldOf(marked({ annotations: { 'eks.amazonaws.com/audience': 'x' } })),
    [],
  ],
  [
    'reports a label under a mistyped key',
    worldOf(marked({ labels: { 'eks.amazonaws.com/role_arn': 'x' } })),
    ['high label'],
  ],
  [
    'reports a label under the exact key',
    worldOf(marked({ labels: { 'eks.amazonaws.com/role-arn': 'x' } })),
    ['high label'],
  ],
  [
    'reports an annotation of kube2iam',
    worldOf(marked({ annotations: { 'iam.amazonaws.com/role': 'x' } })),
    ['high annotation'],
  ],
]);

run('service-account-audience-refused', [
  ['reports an empty audience', worldOf(audience('')), ['high empty']],
  ['says nothing of a role that does not exist', worldOf(audience('x'), { roles: complete([]) }), []],
  [
    'is unknown where the trust policy cannot be parsed',
    worldOf(audience('x'), { roles: complete([aRole({ trustPolicy: '{' })]) }),
    ['unknown undocumented'],
  ],
  ['is unknown where roles were not read', worldOf(audience('x'), { roles: partlyRead }), ['unknown unread']],
  [
    'is unknown where the issuer is not known',
    worldOf({ ...audience('x'), issuer: refused }, {}, withoutIssuer()),
    ['unknown unread'],
  ],
  [
    'reports an audience that the provider does not list',
    worldOf(audience('x'), { providers: complete([aProvider({ audiences: [] })]) }),
    ['high notInProvider'],
  ],
  [
    'reports an audience that the role alone refuses',
    worldOf(audience('x'), { providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x'] })]) }),
    ['high refusedByRole'],
  ],
  [
    'says nothing where the role refuses the service account with any audience',
    worldOf(audience('x'), {
      providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'x'] })]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]),
    }),
    [],
  ],
]);

const expiration = (value: string) => annotatedWith({ 'eks.amazonaws.com/token-expiration': value });
const endpoints = (value: string) => annotatedWith({ 'eks.amazonaws.com/sts-regional-endpoints': value });
const { createdAt: _made, version: _version, endpoint: _endpoint, ...undescribed } = aCluster();

run('service-account-option-ignored', [
  ['reports an expiration above the most that EKS gives', worldOf(expiration('172800')), ['low outOfBounds']],
  ['reports an expiration below the least', worldOf(expiration('60')), ['low outOfBounds']],
  ['reports an expiration with a unit', worldOf(expiration('1h')), ['low notWholeNumber']],
  ['takes an expiration with a sign, as Go does', worldOf(expiration('+3600')), []],
  ['reports an endpoint option that is not a boolean', worldOf(endpoints('yes')), ['low notBoolean']],
  ['takes a boolean as Go writes it', worldOf(endpoints('T')), []],
  [
    'does not know the upper bound of a cluster that is not of EKS',
    worldOf(
      expiration('172800'),
      {},
      { cluster: { ...undescribed, region: 'unknown', issuer: 'https://oidc.example' } },
    ),
    [],
  ],
]);

const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' };
const associated = (roleArn?: string) =>
  worldOf(annotatedWith({}), {}, { podIdentity: complete([{ ...association, ...(roleArn ? { roleArn } : {}) }]) });

run('service-account-pod-identity-overrides', [
  ['reports an association with another role', associated(`${aRole().arn}-other`), ['medium otherRole']],
  ['only notes an association with the same role', associated(aRole().arn), ['info sameRole']],
  ['is unknown where the role of the association was not read', associated(), ['unknown unread']],
  [
    'is unknown where associations were read in part',
    worldOf(
      annotatedWith({}),
      {},
      { podIdentity: { status: 'partial', value: [], gaps: [aGap('eks:ListPodIdentityAssociations')] } },
    ),
    ['unknown unread'],
  ],
]);

run('service-account-role-account-lacks-provider', [
  [
    'is unknown where the issuer is not known',
    worldOf({ ...elsewhere(), issuer: refused }, {}, withoutIssuer()),
    ['unknown unread'],
  ],
  [
    'does not apply to a cluster that is known by its kubeconfig alone',
    worldOf(elsewhere(), {}, { cluster: aCluster({ region: 'unknown' }) }),
    [],
  ],
  ['is unknown where the account is not audited', worldOf(elsewhere()), ['unknown not-asked-for']],
  [
    'is unknown where the account’s providers were refused',
    withFleet(worldOf(elsewhere()), foreignAccount(true, false)),
    ['unknown unread'],
  ],
  [
    'reports an account without the provider',
    withFleet(worldOf(elsewhere({ 'eks.amazonaws.com/audience': '' })), foreignAccount(true, true)),
    ['high missing'],
  ],
]);

run('service-account-role-missing', [
  ['reports a role that does not exist', worldOf(annotatedWith({}), { roles: complete([]) }), ['high missing']],
  [
    'tells a role with another path',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/checkout-cart' })]),
    }),
    ['high otherPath'],
  ],
  [
    'tells a role whose name differs in case alone: it exists, but its ARN is another one',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/Checkout-Cart', name: 'Checkout-Cart' })]),
    }),
    ['high otherCase'],
  ],
  [
    'tells both of a role with another path and another case',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/Checkout-Cart', name: 'Checkout-Cart' })]),
    }),
    ['high otherPathAndCase'],
  ],
  [
    'tells a path that differs in case alone',
    worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/Team/checkout-cart' }), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/checkout-cart' })]),
    }),
    ['high otherCase'],
  ],
  ['leaves a role of another account to others', worldOf(elsewhere()), []],
]);

run('service-account-role-not-trusting', [
  ['is unknown for a role of an account that is not audited', worldOf(elsewhere()), ['unknown not-asked-for']],
  [
    'is unknown for an account whose roles were refused',
    withFleet(worldOf(elsewhere()), foreignAccount(false, true)),
    ['unknown unread'],
  ],
  [
    'reports a role that another account does not have',
    withFleet(worldOf(elsewhere()), foreignAccount(true, true)),
    ['high missingOrNoOidc'],
  ],
  [
    'reports a role of another account that trusts somebody else',
    withFleet(worldOf(elsewhere()), {
      roles: [
        {
          arn: foreignRole,
          trustPolicy: aTrustPolicy({ accountId: '444455556666', subject: 'system:serviceaccount:a:b' }),
        },
      ],
    }),
    ['high elsewhere'],
  ],
  [
    'takes the issuer that the API server announces',
    worldOf(
      annotatedWith({}),
      { roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]) },
      withoutIssuer(),
    ),
    ['high conditionFails'],
  ],
  ['leaves an empty audience to another rule', worldOf(audience('')), []],
  [
    'reports a Deny',
    trusting(statement({ Condition: exact }), statement({ Effect: 'Deny', Condition: exact })),
    ['high denied'],
  ],
  ['reports a policy with nothing but a Deny', trusting(statement({ Effect: 'Deny' })), ['high denied']],
  ['reports a policy without statements', trusting(), ['high noStatement']],
  [
    'reports a wildcard principal with another subject',
    trusting(statement({ Principal: '*', Condition: other })),
    ['high conditionFails'],
  ],
  ['reports another action', trusting(statement({ Action: 'sts:AssumeRole', Condition: exact })), ['high otherAction']],
  [
    'reports another provider',
    trusting(statement({ Principal: { Federated: `${aProvider().arn}X` }, Condition: exact })),
    ['high otherPrincipal'],
  ],
  [
    'reports a key that tokens do not carry',
    trusting(statement({ Condition: { StringEquals: { [`${host}:amr`]: 'x' } } })),
    ['high keyAbsent'],
  ],
  [
    'is unknown, and says why, where the answer depends on the request',
    trusting(statement({ Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })),
    ['unknown request-dependent'],
  ],
]);

describe('values in messages', () => {
  test('name roles and service accounts by their short names', () => {
    expect(reportedBy('service-account-role-not-trusting', trusting(statement({ Condition: other })))).toEqual([
      [
        'high',
        'conditionFails',
        {
          role: 'checkout-cart',
          serviceAccount: 'checkout/cart',
          statement: 'statement 1',
          condition: 'StringEquals on sub',
        },
      ],
    ]);
    expect(reportedBy('service-account-audience-refused', worldOf(audience('')))).toEqual([
      ['high', 'empty', { serviceAccount: 'checkout/cart' }],
    ]);
    expect(reportedBy('service-account-option-ignored', worldOf(expiration('60')))).toEqual([
      ['low', 'outOfBounds', { value: '60', serviceAccount: 'checkout/cart', seconds: 600 }],
    ]);
  });
});

test('how many pods run as default is not said to be none where pods may not be listed', () => {
  const onDefault = annotatedWith({}, { name: 'default' });
  const told = (pods: Parameters<typeof worldOf>[0]['pods'] & object) =>
    verdictOf(serviceAccountOnDefault, worldOf({ ...onDefault, pods })).findings.map(
      ({ evidence }) => evidence.find(({ what }) => what === 'pods that run as default')?.got,
    );
  expect(told(complete([]))).toEqual(['0']);
  expect(told(refused)).toEqual(['not all pods could be read']);
  expect(told({ status: 'partial', value: [], gaps: [aGap('list pods')] })).toEqual(['not all pods could be read']);
});

test('a role that another account does not have is created by its owner', () => {
  const [found] = verdictOf(
    serviceAccountRoleNotTrusting,
    withFleet(worldOf(elsewhere()), foreignAccount(true, true)),
  ).findings;
  expect(found?.fix.summary).toContain('owner of account 444455556666');
  expect(found?.fix.choice).toBe('Which role the service account is to have.');
});
