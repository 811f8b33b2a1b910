import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { exact, findingsIn, judge, subject, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
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
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
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

  test('a pattern with white space, one with a placeholder, and others that match nobody', () => {
    const of = (value: string) => told(worldOf(subject(value, 'StringLike')), 'trust-subject-malformed')?.messageId;
    expect(of('system:serviceaccount: checkout:*')).toBe('white-space');
    expect(of('system:serviceaccount:{{ namespace }}:*')).toBe('placeholder');
    expect(of('system:serviceaccount:Checkout:*')).toBe('pattern');
    expect(of('nobody:*')).toBe('pattern');
  });
});
