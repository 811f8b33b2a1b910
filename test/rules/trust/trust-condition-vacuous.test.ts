import { describe, expect, test } from '@jest/globals';
import { aud, exact, judge, other, sub, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'IfExists on a key with a scheme beside an exact subject',
      where({ StringEquals: { [sub]: exact }, StringEqualsIfExists: { [`https://${aud}`]: 'sts.amazonaws.com' } }),
      ['trust-condition-vacuous low'],
    ],
    [
      'IfExists on the keys of a cluster that was replaced, beside an exact subject',
      where({
        StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
        StringEqualsIfExists: { [`${other}:sub`]: exact, [`${other}:aud`]: 'sts.amazonaws.com' },
      }),
      ['trust-condition-vacuous low', 'trust-condition-vacuous low'],
    ],
    [
      'IfExists on the key of a cluster that was replaced, beside a pattern of the present one',
      where({
        StringLike: { [sub]: 'system:serviceaccount:checkout:cart-*' },
        StringEquals: { [aud]: 'sts.amazonaws.com' },
        StringEqualsIfExists: { [`${other}:sub`]: exact },
      }),
      ['trust-condition-vacuous high', 'trust-subject-pattern-broad low'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});
