import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import {
  aud,
  exact,
  findingsIn,
  host,
  judge,
  other,
  policy,
  provider,
  said,
  statement,
  sub,
  where,
  worldOf,
} from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
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
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('every slip has a message of its own', () => {
  const told = (facts: Facts, ruleId: string) => findingsIn(facts).find(finding => finding.ruleId === ruleId);

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
    const messageId = words === 'names no issuer' ? 'no-issuer' : 'wrong-key';
    expect(finding).toMatchObject({ messageId, data: { key } });
    expect(finding?.evidence[0]?.what).toBe(`condition key under StringEquals that ${words}`);
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
  ])('%s', (_, trustPolicy, ruleId, explained) => {
    const findings = findingsIn(worldOf(trustPolicy));
    const found = findings.find(finding => finding.ruleId === ruleId);
    expect([...new Set(found?.explains.map(one => one.ruleId))].sort()).toEqual(expect.arrayContaining([...explained]));
    for (const one of explained) expect(findings.map(finding => finding.ruleId)).not.toContain(one);
  });
});

describe('what a rule says in rare cases', () => {
  test.each<[string, string, () => Facts, readonly string[]]>([
    [
      'trust-key-issuer-mismatch',
      'an issuer without claim, compared with an audience',
      () => worldOf(where({ StringEquals: { [sub]: exact, [host]: 'sts.amazonaws.com' } })),
      ['high wrong-key'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => expect(said(ruleId, facts())).toEqual(expected));
});
