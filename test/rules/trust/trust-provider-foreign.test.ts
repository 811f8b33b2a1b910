import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { findingsIn, judge, otherProvider, policy, provider, said, statement, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
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
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('the same cause is said once', () => {
  test.each<[string, string, string, readonly string[]]>([
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

describe('what a rule says in rare cases', () => {
  test.each<[string, string, () => Facts, readonly string[]]>([
    [
      'trust-provider-foreign',
      'an ARN without account',
      () => worldOf(policy(statement({ Principal: { Federated: provider.replace('111122223333', '') } }))),
      ['high not-an-account'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => expect(said(ruleId, facts())).toEqual(expected));
});
