import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider, aRole, exampleIssuer } from '../../support/example-world.ts';
import { aud, exact, findingsIn, host, judge, policy, provider, statement, sub, worldOf } from './judge.ts';

const where = (condition: unknown): string => policy(statement({ Condition: condition }));
const subject = (value: unknown, operator = 'StringEquals'): string =>
  where({
    [operator]: { [sub]: value },
    ...(operator === 'StringEquals' ? {} : { StringEquals: { [aud]: 'sts.amazonaws.com' } }),
    ...(operator === 'StringEquals' ? { StringLike: { [aud]: 'sts.amazonaws.com' } } : {}),
  });
const other = host.replace('5C1D', '0000');
const otherProvider = provider.replace('5C1D', '0000');
const audOnly = { StringEquals: { [aud]: 'sts.amazonaws.com' } };
const administrator = complete({ attachedPolicyArns: [], isAdministrator: true, tags: {} });
const deny = (condition: unknown, over = {}) => statement({ Effect: 'Deny', Condition: condition, ...over });

const like = (...patterns: readonly string[]) => ({ ...audOnly, StringLike: { [sub]: patterns } });
const hardPatterns = ['a', 'b', 'c', 'd'].map(
  (letter, at) => `system:serviceaccount:*${letter}${'?'.repeat(12 + at)}x*`,
);

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    ['not JSON', '{"Version":', ['trust-policy-unparseable medium']],
    [
      'no condition',
      policy(statement({ Condition: undefined })),
      ['trust-any-subject high', 'trust-audience-unchecked info'],
    ],
    ['only the audience', where(audOnly), ['trust-any-subject high']],
    ['a star for the subject', subject('*', 'StringLike'), ['trust-any-subject high']],
    ['a star for namespace and name', subject('system:serviceaccount:*:*', 'StringLike'), ['trust-any-subject high']],
    [
      'two patterns that are all together',
      subject(['system:serviceaccount:a*', 'system:serviceaccount:*'], 'StringLike'),
      ['trust-any-subject high'],
    ],
    [
      'a negation that excludes no account',
      subject('nobody', 'StringNotEquals'),
      ['trust-any-subject high', 'trust-subject-malformed high'],
    ],
    ['any namespace', subject('system:serviceaccount:*:cart', 'StringLike'), ['trust-any-namespace high']],
    [
      'any namespace, beside patterns that are hard to determinize',
      subject(['system:serviceaccount:*:cart', ...hardPatterns], 'StringLike'),
      Array.from({ length: 5 }, () => 'trust-any-namespace high'),
    ],
    [
      'any namespace, except for patterns that are hard to determinize',
      where({ ...like('system:serviceaccount:*:cart'), StringNotLike: { [sub]: hardPatterns } }),
      ['trust-any-namespace high'],
    ],
    ['patterns that cannot be compared', where({ ...audOnly, ...complexCondition(sub) }), ['trust-too-complex high']],
    [
      'patterns that cannot be compared, beside one that is plainly open',
      policy(
        statement({ Condition: { ...audOnly, ...complexCondition(sub) } }),
        statement({ Condition: like('system:serviceaccount:*:cart') }),
      ),
      ['trust-any-namespace high', 'trust-too-complex high'],
    ],
    ['a pattern across the colon', subject('system:serviceaccount:prod*', 'StringLike'), ['trust-any-namespace high']],
    [
      'all but one namespace',
      subject('system:serviceaccount:kube-system:*', 'StringNotLike'),
      ['trust-any-namespace high'],
    ],
    [
      'one namespace',
      subject('system:serviceaccount:checkout:*', 'StringLike'),
      ['trust-any-service-account-in-namespace medium'],
    ],
    [
      'a prefix of names',
      subject('system:serviceaccount:checkout:cart-*', 'StringLike'),
      ['trust-subject-pattern-broad low'],
    ],
    [
      'a question mark',
      subject('system:serviceaccount:checkout:cart-?', 'StringLike'),
      ['trust-subject-pattern-broad low'],
    ],
    [
      'a namespace with a prefix',
      subject('system:serviceaccount:team-*:cart', 'StringLike'),
      ['trust-subject-pattern-broad low'],
    ],
    [
      'ForAllValues on a key of another issuer',
      where({ 'ForAllValues:StringEquals': { [`${other}:sub`]: exact }, ...audOnly }),
      ['trust-any-subject high'],
    ],
    [
      'IfExists on a key with a scheme beside an exact subject',
      where({ StringEquals: { [sub]: exact }, StringEqualsIfExists: { [`https://${aud}`]: 'sts.amazonaws.com' } }),
      ['trust-condition-vacuous low'],
    ],
    [
      'IfExists on the keys of a cluster that was replaced, beside an exact subject',
      where({
        StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
        StringEqualsIfExists: { [`${other}:sub`]: exact, [`${other}:aud`]: 'sts.amazonaws.com' },
      }),
      ['trust-condition-vacuous low', 'trust-condition-vacuous low'],
    ],
    [
      'IfExists on the key of a cluster that was replaced, beside a pattern of the present one',
      where({
        StringLike: { [sub]: 'system:serviceaccount:checkout:cart-*' },
        StringEquals: { [aud]: 'sts.amazonaws.com' },
        StringEqualsIfExists: { [`${other}:sub`]: exact },
      }),
      ['trust-condition-vacuous high', 'trust-subject-pattern-broad low'],
    ],
    [
      'IfExists on the key of a cluster that was replaced, beside tests that no token passes',
      where({ StringEquals: { [sub]: exact, [aud]: 'other' }, StringEqualsIfExists: { [`${other}:sub`]: exact } }),
      ['trust-audience-impossible high', 'trust-condition-vacuous high'],
    ],
    ['no audience, one at the provider', where({ StringEquals: { [sub]: exact } }), ['trust-audience-unchecked info']],
    ['a literal star', subject('system:serviceaccount:checkout:*'), ['trust-subject-literal-wildcard high']],
    [
      'a literal question mark',
      subject('system:serviceaccount:checkout:car?'),
      ['trust-subject-literal-wildcard high'],
    ],
    ['upper case', subject('system:serviceaccount:Checkout:cart'), ['trust-subject-malformed high']],
    ['white space', subject(`${exact} `), ['trust-subject-malformed high']],
    ['a slash for the colon', subject('system:serviceaccount:checkout/cart'), ['trust-subject-malformed high']],
    ['no prefix', subject('checkout:cart'), ['trust-subject-malformed high']],
    [
      'a namespace of 64 characters',
      subject(`system:serviceaccount:${'n'.repeat(64)}:cart`),
      ['trust-subject-malformed high'],
    ],
    [
      'a pattern that no account matches',
      subject('system:serviceaccount:Prod-*:cart', 'StringLike'),
      ['trust-subject-malformed high'],
    ],
    [
      'a key of another issuer',
      where({ StringEquals: { [`${other}:sub`]: exact, [aud]: 'sts.amazonaws.com' } }),
      ['trust-key-issuer-mismatch high'],
    ],
    [
      'a key with the ARN',
      where({
        StringEquals: { [`arn:aws:iam::111122223333:oidc-provider/${sub}`]: exact, [aud]: 'sts.amazonaws.com' },
      }),
      ['trust-key-issuer-mismatch high'],
    ],
    [
      'a key with a port',
      where({ StringEquals: { [sub.replace('.com/', '.com:443/')]: exact, [aud]: 'sts.amazonaws.com' } }),
      ['trust-key-issuer-mismatch high'],
    ],
    [
      'a key with a slash',
      where({ StringEquals: { [`${host}/:sub`]: exact, [aud]: 'sts.amazonaws.com' } }),
      ['trust-key-issuer-mismatch high'],
    ],
    ['a subject under :aud', where({ StringEquals: { [aud]: exact } }), ['trust-key-issuer-mismatch high']],
    [
      'an audience under :sub',
      where({ StringEquals: { [sub]: 'sts.amazonaws.com', [aud]: 'sts.amazonaws.com' } }),
      ['trust-key-issuer-mismatch high'],
    ],
    [
      'the audience of the other domain',
      where({ StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com.cn' } }),
      ['trust-audience-impossible high'],
    ],
    ['sts:AssumeRole', policy(statement({ Action: 'sts:AssumeRole' })), ['trust-action-wrong high']],
    [
      'sts:AssumeRole for one account beside another statement for another',
      policy(
        statement(),
        statement({
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { [sub]: 'system:serviceaccount:checkout:till', [aud]: 'sts.amazonaws.com' } },
        }),
      ),
      ['trust-action-wrong high'],
    ],
    [
      'NotAction that excludes it',
      policy(statement({ Action: undefined, NotAction: 'sts:Assume*' })),
      ['trust-action-wrong high'],
    ],
    [
      'a provider that is not there',
      policy(
        statement({
          Principal: { Federated: otherProvider },
          Condition: { StringEquals: { [`${other}:aud`]: 'sts.amazonaws.com', [`${other}:sub`]: exact } },
        }),
      ),
      ['trust-provider-missing high'],
    ],
    [
      'a provider with a scheme',
      policy(statement({ Principal: { Federated: provider.replace('provider/', 'provider/https://') } })),
      ['trust-provider-missing high'],
    ],
    [
      'a provider of another account',
      policy(statement({ Principal: { Federated: provider.replace('111122223333', '444455556666') } })),
      ['trust-provider-foreign high'],
    ],
    [
      'an account of eleven digits',
      policy(statement({ Principal: { Federated: provider.replace('111122223333', '11112222333') } })),
      ['trust-provider-foreign high'],
    ],
    [
      'a provider of another partition',
      policy(statement({ Principal: { Federated: provider.replace('arn:aws:', 'arn:aws-cn:') } })),
      ['trust-provider-foreign high'],
    ],
    [
      'disjoint patterns',
      where({
        StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
        StringLike: { [sub]: 'system:serviceaccount:shipping:*' },
      }),
      ['trust-never-matches high'],
    ],
    [
      'a key that no token has',
      where({ StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com', 'aws:PrincipalOrgID': 'o-abc' } }),
      ['trust-never-matches high'],
    ],
    [
      'Deny over Allow',
      policy(statement(), deny({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } })),
      ['trust-never-matches high'],
    ],
    [
      'the source address',
      where({
        StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
        IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
      }),
      ['trust-undecidable info'],
    ],
    [
      'an operator that IAM does not know',
      where({ StringEquals: { [aud]: 'sts.amazonaws.com' }, stringequals: { [sub]: exact } }),
      ['trust-undecidable medium'],
    ],
    [
      'everyone of any account',
      policy(statement(), { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:*' }),
      ['trust-principal-wildcard critical'],
    ],
    [
      'EC2 beside it',
      policy(statement(), { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      ['role-trust-mixed low'],
    ],
    [
      'the account root beside it',
      policy(statement(), {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 'sts:AssumeRole',
      }),
      ['role-trust-mixed low'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });

  test.each<[string, () => Facts, readonly string[]]>([
    [
      'any subject of an administrator',
      () => worldOf('', { roles: complete([aRole({ trustPolicy: where(audOnly), detail: administrator })]) }),
      ['role-unused info', 'trust-any-subject critical'],
    ],
    [
      'no audience, two at the provider',
      () =>
        worldOf(where({ StringEquals: { [sub]: exact } }), {
          providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
        }),
      ['trust-audience-unchecked low'],
    ],
    [
      'a namespace that is not there',
      () => worldOf(subject('system:serviceaccount:gone:cart'), { clusters: complete([aReadCluster()]) }),
      ['trust-subject-unknown-namespace medium'],
    ],
    [
      'an account that is not there',
      () => worldOf(subject('system:serviceaccount:checkout:carts'), { clusters: complete([aReadCluster()]) }),
      ['trust-subject-unknown-service-account medium'],
    ],
    [
      'an orphaned provider alone',
      () =>
        worldOf(
          policy(
            statement({
              Principal: { Federated: otherProvider },
              Condition: { StringEquals: { [`${other}:aud`]: 'sts.amazonaws.com', [`${other}:sub`]: exact } },
            }),
          ),
          { providers: complete([aProvider(), aProvider({ issuer: `https://${other}` })]) },
        ),
      ['role-trusts-dead-cluster medium'],
    ],
    [
      '80 % of the known quota',
      () =>
        worldOf(
          where({
            StringEquals: {
              [aud]: 'sts.amazonaws.com',
              [sub]: Array.from({ length: 45 }, (_, at) => `${exact}-${at}`),
            },
          }),
          { quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }) },
        ),
      ['trust-size-near-limit low'],
    ],
    [
      '80 % of the most that there is',
      () =>
        worldOf(
          where({
            StringEquals: {
              [aud]: 'sts.amazonaws.com',
              [sub]: Array.from({ length: 180 }, (_, at) => `${exact}-${at}`),
            },
          }),
        ),
      ['trust-size-near-limit low'],
    ],
    [
      'instances by the role that they have',
      () =>
        worldOf('', {
          roles: complete([
            aRole({
              trustPolicy: policy(statement(), {
                Effect: 'Allow',
                Principal: { AWS: 'arn:aws:iam::111122223333:role/node' },
                Action: 'sts:AssumeRole',
              }),
            }),
            aRole({
              name: 'node',
              arn: 'arn:aws:iam::111122223333:role/node',
              trustPolicy: policy({
                Effect: 'Allow',
                Principal: { Service: 'ec2.amazonaws.com' },
                Action: 'sts:AssumeRole',
              }),
            }),
          ]),
        }),
      ['role-trust-mixed low'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});

describe('every slip has a message of its own', () => {
  const told = (facts: Facts, ruleId: string) => findingsIn(facts).find(finding => finding.ruleId === ruleId);

  test.each<[string, string]>([
    ['', 'empty'],
    ['system:serviceaccount:checkout', 'form'],
    ['system:serviceaccount::cart', 'empty-name'],
    ['system:serviceaccount:checkout:', 'empty-name'],
    ['system:serviceaccount:check_out:cart', 'invalid-name'],
    ['system:serviceaccount:Checkout:cart', 'upper-case'],
    [`system:serviceaccount:${'n'.repeat(64)}:cart`, 'long-name'],
    ['checkout/cart', 'prefix'],
    [`${exact} `, 'white-space'],
    ['system:serviceaccount:{{ .Values.namespace }}:cart', 'placeholder'],
    ['system:serviceaccount:${namespace}:cart', 'placeholder'],
    ['system:serviceaccount:<namespace>:cart', 'placeholder'],
    ['system:serviceaccount:$(NAMESPACE):cart', 'placeholder'],
  ])('subject %j: %s', (value, messageId) => {
    expect(told(worldOf(subject(value)), 'trust-subject-malformed')).toMatchObject({ messageId });
  });

  test.each([
    ['checkout/cart', 'system:serviceaccount:checkout:cart'],
    ['system:sa:checkout:cart', 'system:serviceaccount:checkout:cart'],
    ['system:serviceaccount:<namespace>:cart', 'system:serviceaccount:<namespace>:<name>'],
  ])('subject %j: the right value is %s', (value, wanted) => {
    expect(told(worldOf(subject(value)), 'trust-subject-malformed')?.evidence[0]).toMatchObject({ wanted });
  });

  test('invisible characters of a subject are spelled out', () => {
    const finding = told(worldOf(subject('system:serviceaccount:checkout:cart\u200b')), 'trust-subject-malformed');
    expect(finding?.data.subject).toBe('system:serviceaccount:checkout:cart\\u{200b}');
  });

  test.each<[string, string]>([
    [`https://${sub}`, 'begins with a scheme'],
    [`arn:aws:iam::111122223333:oidc-provider/${sub}`, 'begins with the ARN of the provider'],
    [` ${sub}`, 'contains white space'],
    [`${host}/:sub`, 'has a slash before the claim'],
    [host, 'names no claim'],
    [`${other}:sub`, 'names another issuer'],
    [':sub', 'names no issuer'],
  ])('key %j: the evidence says that it %s', (key, words) => {
    const text = where({ StringEquals: { [key]: exact, [aud]: 'sts.amazonaws.com' } });
    const finding = told(worldOf(text), 'trust-key-issuer-mismatch');
    expect(finding).toMatchObject({ messageId: 'wrong-key', data: { key } });
    expect(finding?.evidence[0]?.what).toBe(`condition key under StringEquals that ${words}`);
  });

  test('a pattern with white space, one with a placeholder, and others that match nobody', () => {
    const of = (value: string) => told(worldOf(subject(value, 'StringLike')), 'trust-subject-malformed')?.messageId;
    expect(of('system:serviceaccount: checkout:*')).toBe('white-space');
    expect(of('system:serviceaccount:{{ namespace }}:*')).toBe('placeholder');
    expect(of('system:serviceaccount:Checkout:*')).toBe('pattern');
    expect(of('nobody:*')).toBe('pattern');
  });

  test('one of two providers never matches', () => {
    const second = provider.replace('5C1D', '7777');
    const text = policy(statement({ Principal: { Federated: [provider, second] } }));
    const found = findingsIn(worldOf(text, { providers: complete([aProvider(), aProvider({ arn: second })]) }));
    expect(found.filter(one => one.ruleId === 'trust-never-matches').map(one => one.discriminator)).toEqual([second]);
  });

  test('a role that was never used, and one whose age is not known', () => {
    const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
    const old = { trustPolicy: policy(statement()), detail };
    const roles = (createdAt: string) => complete([aRole({ ...old, createdAt })]);
    const of = (createdAt: string) => told(worldOf('', { roles: roles(createdAt) }), 'role-unused')?.messageId;
    expect(of('2026-06-01T00:00:00.000Z')).toBe('never');
    expect(of('2024-06-01T00:00:00.000Z')).toBe('untracked');
    expect(judge(worldOf('', { roles: roles('2026-10-30T00:00:00.000Z') }))).toEqual([]);
    expect(judge(worldOf('', { roles: roles('nonsense') }))).toEqual([]);
  });
});

describe('a Deny that denies nobody exposes', () => {
  test.each(['system:serviceaccount:kube-system:*', 'system:serviceaccount:Kube:x'])('%s', value => {
    const [finding] = findingsIn(worldOf(policy(statement(), deny({ StringEquals: { [sub]: value } }))));
    expect(finding).toMatchObject({ impact: 'exposes', discriminator: value });
    expect(finding).not.toHaveProperty('podError');
  });
});

describe('the same cause is said once', () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      'two clusters in one statement',
      policy(
        statement({
          Principal: { Federated: [provider, provider] },
          Condition: { StringEquals: { [sub]: exact, [`${other}:sub`]: exact, [aud]: 'sts.amazonaws.com' } },
        }),
      ),
      'trust-key-issuer-mismatch',
      ['trust-never-matches'],
    ],
    [
      'a literal star',
      subject('system:serviceaccount:checkout:*'),
      'trust-subject-literal-wildcard',
      ['trust-never-matches'],
    ],
    [
      'a mistyped provider, with the right keys',
      policy(statement({ Principal: { Federated: provider.replace(/F$/, 'E') } })),
      'trust-provider-missing',
      ['role-trusts-dead-cluster', 'trust-key-issuer-mismatch', 'trust-never-matches'],
    ],
    [
      'a foreign provider',
      policy(statement({ Principal: { Federated: otherProvider.replace('111122223333', '444455556666') } })),
      'trust-provider-foreign',
      ['trust-key-issuer-mismatch'],
    ],
  ])('%s', (_, trustPolicy, ruleId, explained) => {
    const findings = findingsIn(worldOf(trustPolicy));
    const found = findings.find(finding => finding.ruleId === ruleId);
    expect([...new Set(found?.explains.map(one => one.ruleId))].sort()).toEqual(expect.arrayContaining([...explained]));
    for (const one of explained) expect(findings.map(finding => finding.ruleId)).not.toContain(one);
  });
});

describe('what was not read is unknown, never a pass', () => {
  const denied = { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'no' } as const;
  test('providers', () => {
    expect(
      judge(
        worldOf(policy(statement({ Principal: { Federated: otherProvider } })), { providers: unavailable(denied) }),
      ),
    ).not.toContain('trust-provider-missing high');
  });
  test('an impossible ARN is missing all the same', () => {
    const facts = worldOf(
      policy(statement({ Principal: { Federated: provider.replace('provider/', 'provider/https://') } })),
      {
        providers: { status: 'partial', value: [], gaps: [{ what: 'all', reason: denied }] },
      },
    );
    expect(judge(facts)).toContain('trust-provider-missing high');
  });
});

describe('names of what exists', () => {
  test('a pattern lists who is allowed and the shortest names that anyone could create', () => {
    const accounts = ['cart-api', 'cart-web', 'other'].map(name => aServiceAccount({ name }));
    const facts = worldOf(subject('system:serviceaccount:checkout:cart-*', 'StringLike'), {
      clusters: complete([aReadCluster({ serviceAccounts: complete(accounts) })]),
    });
    const [finding] = findingsIn(facts);
    expect(finding?.evidence.map(one => one.got)).toEqual(
      expect.arrayContaining([
        'checkout/cart-api, checkout/cart-web',
        expect.stringMatching(/^checkout\/cart-\w, checkout\/cart-\w$/),
      ]),
    );
    expect(finding?.fix.commands.join()).toContain('system:serviceaccount:checkout:cart-api');
    expect(finding?.fix.commands.join()).not.toContain('checkout:other');
  });
  test('a successor is named by the tag of the old provider', () => {
    const old = `https://${other}`;
    const detail = complete({
      url: other,
      audiences: ['sts.amazonaws.com'],
      thumbprints: [],
      tags: { Name: 'shop-eks-irsa' },
    });
    const facts = worldOf(policy(statement({ Principal: { Federated: otherProvider } })), {
      providers: complete([aProvider(), aProvider({ issuer: old, detail })]),
    });
    const dead = findingsIn(facts).find(finding => finding.ruleId === 'role-trusts-dead-cluster');
    expect(dead).toMatchObject({ messageId: 'recreated', data: { cluster: 'shop' }, clusterName: 'shop' });
    expect(dead?.evidence[0]?.wanted).toBe(exampleIssuer);
  });
});
