import { describe, expect, test } from '@jest/globals';
import { aud, judge, policy, statement, sub, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    ['sts:AssumeRole', policy(statement({ Action: 'sts:AssumeRole' })), ['trust-action-wrong high']],
    [
      'sts:AssumeRole for one account beside another statement for another',
      policy(
        statement(),
        statement({
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { [sub]: 'system:serviceaccount:checkout:till', [aud]: 'sts.amazonaws.com' } },
        }),
      ),
      ['trust-action-wrong high'],
    ],
    [
      'NotAction that excludes it',
      policy(statement({ Action: undefined, NotAction: 'sts:Assume*' })),
      ['trust-action-wrong high'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});
