import { describe, expect, test } from '@jest/globals';
import { deny, findingsIn, judge, policy, statement, sub, subject, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    ['a literal star', subject('system:serviceaccount:checkout:*'), ['trust-subject-literal-wildcard high']],
    [
      'a literal question mark',
      subject('system:serviceaccount:checkout:car?'),
      ['trust-subject-literal-wildcard high'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('a Deny that denies nobody exposes', () => {
  const wildcard = 'system:serviceaccount:kube-system:*';
  const open = statement({ Condition: { StringLike: { [sub]: 'system:serviceaccount:*:cart' } } });
  test.each([
    [wildcard, open, { impact: 'exposes', severity: 'high' }],
    [wildcard, statement(), { impact: 'hygiene', severity: 'low' }],
    ['system:serviceaccount:Kube:x', statement(), { impact: 'exposes', severity: 'high' }],
  ])('%s, %#', (value, allow, expected) => {
    const findings = findingsIn(worldOf(policy(allow, deny({ StringEquals: { [sub]: value } }))));
    const finding = findings.find(({ discriminator }) => discriminator === value);
    expect(finding).toMatchObject(expected);
    expect(finding).not.toHaveProperty('podError');
  });
});

describe('the same cause is said once', () => {
  test.each<[string, string, string, readonly string[]]>([
    [
      'a literal star',
      subject('system:serviceaccount:checkout:*'),
      'trust-subject-literal-wildcard',
      ['trust-never-matches'],
    ],
  ])('%s', (_, trustPolicy, ruleId, explained) => {
    const findings = findingsIn(worldOf(trustPolicy));
    const found = findings.find(finding => finding.ruleId === ruleId);
    expect([...new Set(found?.explains.map(one => one.ruleId))].sort()).toEqual(expect.arrayContaining([...explained]));
    for (const one of explained) expect(findings.map(finding => finding.ruleId)).not.toContain(one);
  });
});
