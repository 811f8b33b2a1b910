import { describe, expect, test } from '@jest/globals';
import { complete, notAskedFor, unavailable } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { exact, findingsIn, host, judge, other, otherProvider, policy, provider, statement, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
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
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('the same cause is said once', () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      'a mistyped provider, with the right keys',
      policy(statement({ Principal: { Federated: provider.replace(/F$/, 'E') } })),
      'trust-provider-missing',
      ['role-trusts-dead-cluster', 'trust-key-issuer-mismatch', 'trust-never-matches'],
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
      { providers: { status: 'partial', value: [], gaps: [{ what: 'all', reason: denied }] } },
    );
    expect(judge(facts)).toContain('trust-provider-missing high');
  });
});

/** While the account has no such provider nobody can assume the role: an open policy is milder then. */
const like = (pattern: string) => ({ StringLike: { [`${host}:sub`]: pattern, [`${host}:aud`]: 'sts.amazonaws.com' } });
const admin = complete({ attachedPolicyArns: [], isAdministrator: true, tags: {} });

const judgedWith = (
  condition: unknown,
  world: Parameters<typeof someFacts>[0],
  over: Partial<ReturnType<typeof aRole>> = {},
) =>
  evaluate(
    someFacts({
      clusters: complete([aReadCluster()]),
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }), ...over })]),
      ...world,
    }),
    { rules: catalog },
  ).findings;
const told = (findings: readonly Finding[], ruleId: string) =>
  findings.filter(one => one.ruleId === ruleId).map(({ severity, messageId }) => `${severity} ${messageId}`);

const without = { providers: complete([]) };

describe.each([
  ['trust-any-subject', {}, 'high open', 'medium without-provider'],
  ['trust-any-namespace', like('system:serviceaccount:*:cart'), 'high open', 'medium without-provider'],
  [
    'trust-any-service-account-in-namespace',
    like('system:serviceaccount:checkout:*'),
    'medium open',
    'low without-provider',
  ],
  ['trust-subject-pattern-broad', like('system:serviceaccount:checkout:c*'), 'low open', 'info without-provider'],
  [
    'trust-subject-unknown-namespace',
    { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:old-shop:cart' } },
    'high other-user',
    'low without-provider',
  ],
] as const)('%s', (ruleId, condition, now, later) => {
  test('says who can assume the role where the provider exists', () => {
    expect(told(judgedWith(condition, {}), ruleId)).toEqual([now]);
  });

  test('says who could assume it where the provider does not exist, and is milder', () => {
    expect(told(judgedWith(condition, without), ruleId)).toEqual([later]);
  });

  test('judges the policy alone where the account was not asked for', () => {
    const [one] = told(judgedWith(condition, { providers: notAskedFor('iam:ListOpenIDConnectProviders') }), ruleId);
    expect(one).toBe(now);
  });
});

test('administrator rights make it critical only where someone can have them', () => {
  expect(told(judgedWith({}, {}, { detail: admin }), 'trust-any-subject')).toEqual(['critical administrator']);
  expect(told(judgedWith({}, without, { detail: admin }), 'trust-any-subject')).toEqual(['medium without-provider']);
});

test('its audiences are not called unread', () => {
  const untested = { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart' } };
  const rules = catalog.filter(({ id }) => id === 'trust-audience-unchecked');
  const facts = someFacts({
    ...without,
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition: untested }) })]),
  });
  const [one] = evaluate(facts, { rules }).findings;
  expect(one?.messageId).toBe('without-provider');
});
