import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../../lib/core/evaluate/evaluate.ts';
import { complete, notAskedFor } from '../../../../lib/core/model/collected.ts';
import type { Finding } from '../../../../lib/core/model/finding.ts';
import { catalog } from '../../../../lib/core/rules/catalog.ts';
import { aReadCluster } from '../../../../lib/core/rules/example-cluster.ts';
import { aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../../../lib/core/rules/example-world.ts';

/** While the account has no such provider nobody can assume the role: that a policy is open is then a door to come. */
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
  findings.filter(one => one.ruleId === ruleId).map(({ severity, message }) => [severity, message] as const);

const without = { providers: complete([]) };
const waits = `nobody gets in as long as the provider ${aProvider().arn} does not exist`;

describe.each([
  ['trust-any-subject', {}, 'high', 'medium'],
  ['trust-any-namespace', like('system:serviceaccount:*:cart'), 'high', 'medium'],
  ['trust-any-service-account-in-namespace', like('system:serviceaccount:checkout:*'), 'medium', 'low'],
  ['trust-subject-pattern-broad', like('system:serviceaccount:checkout:c*'), 'low', 'info'],
  [
    'trust-subject-unknown-namespace',
    { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:old-shop:cart' } },
    'medium',
    'low',
  ],
] as const)('%s', (ruleId, condition, now, later) => {
  test('says who gets in where the provider exists', () => {
    const [one, ...more] = told(judge(condition, {}), ruleId);
    expect(one?.[0]).toBe(now);
    expect(one?.[1]).not.toContain('nobody');
    expect(more).toEqual([]);
  });

  test('says who would get in where it does not, and is milder', () => {
    const [one, ...more] = told(judge(condition, without), ruleId);
    expect(one?.[0]).toBe(later);
    expect(one?.[1]).toContain(waits);
    expect(one?.[1]).not.toMatch(/may assume|gets the role/);
    expect(more).toEqual([]);
  });

  test('speaks of the policy alone where no account was asked for', () => {
    const [one] = told(judge(condition, { providers: notAskedFor('iam:ListOpenIDConnectProviders') }), ruleId);
    expect(one?.[0]).toBe(now);
  });
});

test('administrator rights make it critical only where someone can have them', () => {
  expect(told(judge({}, {}, { detail: admin }), 'trust-any-subject')[0]?.[0]).toBe('critical');
  expect(told(judge({}, without, { detail: admin }), 'trust-any-subject')[0]?.[0]).toBe('medium');
});

test('its audiences are not called unread', () => {
  const untested = { StringEquals: { [`${host}:sub`]: 'system:serviceaccount:checkout:cart' } };
  const rules = catalog.filter(({ id }) => id === 'trust-audience-unchecked');
  const facts = someFacts({
    ...without,
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition: untested }) })]),
  });
  const [one] = evaluate(facts, { rules }).findings;
  expect(one?.message).toContain(': its provider does not exist');
});
