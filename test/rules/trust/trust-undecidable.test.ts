import { describe, expect, test } from '@jest/globals';
import { aud, exact, host, judge, other, own, policy, provider, statement, sub, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'the source address',
      where({
        StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
        IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
      }),
      ['trust-undecidable info'],
    ],
    [
      'an operator that IAM does not know',
      where({ StringEquals: { [aud]: 'sts.amazonaws.com' }, stringequals: { [sub]: exact } }),
      ['trust-any-subject medium', 'trust-undecidable medium'],
    ],
    [
      'a Deny for every provider, which is not documented to be a principal',
      policy(statement(), statement({ Effect: 'Deny', Principal: { Federated: '*' } })),
      ['trust-undecidable medium'],
    ],
    [
      'a Deny for a provider by its URL, which is not documented to be one',
      policy(statement(), statement({ Effect: 'Deny', Principal: { Federated: host } })),
      ['trust-undecidable medium'],
    ],
    [
      'a Deny for another action alone',
      policy(statement(), statement({ Effect: 'Deny', Principal: { Federated: '*' }, Action: 'sts:TagSession' })),
      [],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('who is allowed, whatever the form of the policy', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'two rules of AWS on an absent key that contradict each other',
      where({ StringEquals: own, 'ForAnyValue:StringEqualsIfExists': { [`${other}:sub`]: exact } }),
      ['trust-undecidable medium'],
    ],
    [
      'everyone but one: IAM does not support NotPrincipal here, and what it would allow is not known',
      policy({ Effect: 'Allow', NotPrincipal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }),
      ['trust-undecidable medium'],
    ],
    ['an empty list of actions', policy(statement({ Action: [] })), ['trust-undecidable medium']],
  ])('%s', (_, text, expected) => expect(judge(worldOf(text))).toEqual(expected));
});

describe('a doubt that decides about no pod is silent', () => {
  const doubtful = { 'ForAnyValue:StringEqualsIfExists': { [`${other}:sub`]: exact } };
  test.each<[string, string]>([
    [
      'another statement allows the same for certain',
      policy(statement(), statement({ Condition: { StringEquals: own, ...doubtful } })),
    ],
    [
      'another statement denies it for certain',
      policy(
        statement({
          Condition: { StringEquals: { ...own, [sub]: 'system:serviceaccount:checkout:old' }, ...doubtful },
        }),
        statement(),
        statement({ Effect: 'Deny', Condition: { StringEquals: { [sub]: 'system:serviceaccount:checkout:old' } } }),
      ),
    ],
  ])('%s', (_, text) => expect(judge(worldOf(text)).filter(one => one.startsWith('trust-undecidable'))).toEqual([]));
});
