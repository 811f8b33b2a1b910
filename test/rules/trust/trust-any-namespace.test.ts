import { describe, expect, test } from '@jest/globals';
import { complexCondition } from '../../support/complex-policies.ts';
import { audOnly, judge, policy, statement, sub, subject, where, worldOf } from './judge.ts';

const like = (...patterns: readonly string[]) => ({ ...audOnly, StringLike: { [sub]: patterns } });

const hardPatterns = ['a', 'b', 'c', 'd'].map(
  (letter, at) => `system:serviceaccount:*${letter}${'?'.repeat(12 + at)}x*`,
);

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    ['any namespace', subject('system:serviceaccount:*:cart', 'StringLike'), ['trust-any-namespace high']],
    [
      'any namespace, beside patterns that are hard to determinize',
      subject(['system:serviceaccount:*:cart', ...hardPatterns], 'StringLike'),
      ['trust-any-namespace high', 'trust-too-complex high'],
    ],
    [
      'any namespace, except for patterns that are hard to determinize',
      where({ ...like('system:serviceaccount:*:cart'), StringNotLike: { [sub]: hardPatterns } }),
      ['trust-too-complex high'],
    ],
    [
      'patterns that cannot be compared, beside one that is plainly open',
      policy(
        statement({ Condition: { ...audOnly, ...complexCondition(sub) } }),
        statement({ Condition: like('system:serviceaccount:*:cart') }),
      ),
      ['trust-any-namespace high', 'trust-too-complex high'],
    ],
    [
      'a pattern across the colon',
      subject('system:serviceaccount:prod*', 'StringLike'),
      ['trust-any-namespace medium'],
    ],
    [
      'a namespace with a prefix',
      subject('system:serviceaccount:team-*:cart', 'StringLike'),
      ['trust-any-namespace medium'],
    ],
    [
      'every namespace of three letters, by one pattern for each first letter and none with a star',
      where(like(...[...'abcdefghijklmnopqrstuvwxyz0123456789'].map(one => `system:serviceaccount:${one}??:cart`))),
      ['trust-any-namespace high', ...Array(36).fill('trust-subject-pattern-broad low')],
    ],
    [
      'all but one namespace',
      subject('system:serviceaccount:kube-system:*', 'StringNotLike'),
      ['trust-any-namespace high'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});
