import { describe, expect, test } from '@jest/globals';
import { trustNeverMatches } from '../../../lib/rules/trust/trust-never-matches.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { aud, exact, host, policy, statement, sub, worldOf } from './judge.ts';

const own = { [sub]: exact, [aud]: 'sts.amazonaws.com' };
const where = (Condition: unknown) => statement({ Condition });
const other = host.replace('5C1D', '0000');
const deny = (over: Readonly<Record<string, unknown>> = {}) => statement({ Effect: 'Deny', ...over });

/** Message and evidence of the one finding that a statement never matches. */
const told = (...statements: readonly Record<string, unknown>[]) => {
  const { findings } = verdictOf(trustNeverMatches, worldOf(policy(...statements)));
  return findings.map(({ messageId, data, evidence }) => [
    messageId,
    data.tests ?? data.denials ?? '',
    ...evidence.map(({ what, got }) => `${what}: ${got}`),
  ]);
};

describe('why a statement matches no token', () => {
  test.each<[string, readonly Record<string, unknown>[], readonly unknown[]]>([
    [
      'a key that no token has',
      [where({ StringEquals: { ...own, [`${other}:sub`]: exact } })],
      ['test', [`StringEquals ${other}:sub`], /^why it never matches \(.+\): StringEquals .+:sub is false for every/],
    ],
    [
      'a test that is false whatever the subject, of a key that every token has',
      [where({ StringEquals: own, Null: { [sub]: 'true' } })],
      ['test', [`Null ${sub}`], /^why it never matches: Null .+:sub is false for every subject$/],
    ],
    [
      'two such tests are both told',
      [where({ StringEquals: { ...own, [`${other}:sub`]: exact }, Null: { [sub]: 'true' } })],
      ['test', [`StringEquals ${other}:sub`, `Null ${sub}`], /StringEquals .+ is false/, /Null .+ is false/],
    ],
    [
      'two tests on the subject',
      [where({ StringEquals: own, StringLike: { [sub]: 'system:serviceaccount:shipping:*' } })],
      ['contradiction', '', /^why it never matches: its tests on the subject contradict each other$/],
    ],
    [
      'a pattern that no account has',
      [where({ StringLike: { [sub]: 'system:serviceaccount:*:*:*' }, StringEquals: { [aud]: 'sts.amazonaws.com' } })],
      ['no-subject', '', /no service account can have the subject that it tests$/],
    ],
    [
      'a Deny without a name',
      [statement(), deny()],
      ['denied', ['Statement[1]'], /^why it never matches: Statement\[1\] denies what it allows$/],
    ],
    [
      'the Deny statements alone, by their names',
      [statement(), statement({ Sid: 'Other', Action: 'sts:TagSession' }), deny({ Sid: 'Stop' })],
      ['denied', ['Stop'], /Stop denies what it allows$/],
    ],
  ])('%s', (_, statements, [messageId, data, ...evidence]) => {
    expect(told(...statements)).toEqual([
      [messageId, data, ...evidence.map(pattern => expect.stringMatching(pattern as RegExp))],
    ]);
  });

  test('a test that holds is never told', () => {
    expect(told(where({ StringEquals: own, Null: { [`${other}:sub`]: 'true' } }))).toEqual([]);
  });
});
