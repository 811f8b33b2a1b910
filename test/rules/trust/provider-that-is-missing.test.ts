import { describe, expect, test } from '@jest/globals';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';

/** While the account has no such provider nobody can assume the role: an open policy is milder then. */
const host = exampleIssuer.slice('https://'.length);
const like = (pattern: string) => ({ StringLike: { [`${host}:sub`]: pattern, [`${host}:aud`]: 'sts.amazonaws.com' } });
const admin = complete({ attachedPolicyArns: [], isAdministrator: true, tags: {} });

const judge = (
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
    'medium missing',
    'low without-provider',
  ],
] as const)('%s', (ruleId, condition, now, later) => {
  test('says who can assume the role where the provider exists', () => {
    expect(told(judge(condition, {}), ruleId)).toEqual([now]);
  });

  test('says who could assume it where the provider does not exist, and is milder', () => {
    expect(told(judge(condition, without), ruleId)).toEqual([later]);
  });

  test('judges the policy alone where the account was not asked for', () => {
    const [one] = told(judge(condition, { providers: notAskedFor('iam:ListOpenIDConnectProviders') }), ruleId);
    expect(one).toBe(now);
  });
});

test('administrator rights make it critical only where someone can have them', () => {
  expect(told(judge({}, {}, { detail: admin }), 'trust-any-subject')).toEqual(['critical administrator']);
  expect(told(judge({}, without, { detail: admin }), 'trust-any-subject')).toEqual(['medium without-provider']);
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
