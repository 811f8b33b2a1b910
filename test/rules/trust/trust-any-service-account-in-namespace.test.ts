import { describe, expect, test } from '@jest/globals';
import { judge, subject, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'one namespace',
      subject('system:serviceaccount:checkout:*', 'StringLike'),
      ['trust-any-service-account-in-namespace medium'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});
