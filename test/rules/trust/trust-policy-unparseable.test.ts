import { describe, expect, test } from '@jest/globals';
import { findingsIn, judge, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([['not JSON', '{"Version":', ['trust-policy-unparseable medium']]])(
    '%s',
    (_, trustPolicy, expected) => {
      expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
    },
  );
});

describe('what a rule says in rare cases', () => {
  test('a policy of nothing is shown as empty', () => {
    expect(findingsIn(worldOf(''))[0]?.evidence[0]).toMatchObject({ what: 'trust policy', got: '(empty)' });
  });
});
