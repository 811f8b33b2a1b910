import { describe, expect, test } from '@jest/globals';
import { judge, policy, statement, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'everyone of any account',
      policy(statement(), { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:*' }),
      ['trust-principal-wildcard critical'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});
