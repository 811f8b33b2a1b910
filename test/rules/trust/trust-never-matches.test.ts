import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aProvider } from '../../support/example-world.ts';
import {
  aud,
  deny,
  exact,
  findingsIn,
  judge,
  other,
  own,
  policy,
  provider,
  said,
  statement,
  sub,
  where,
  worldOf,
} from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'disjoint patterns',
      where({
        StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
        StringLike: { [sub]: 'system:serviceaccount:shipping:*' },
      }),
      ['trust-never-matches high'],
    ],
    [
      'a key that no token has',
      where({ StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com', 'aws:PrincipalOrgID': 'o-abc' } }),
      ['trust-never-matches high'],
    ],
    [
      'Deny over Allow',
      policy(statement(), deny({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } })),
      ['trust-never-matches high'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });
});

describe('every slip has a message of its own', () => {
  test('one of two providers never matches', () => {
    const second = provider.replace('5C1D', '7777');
    const text = policy(statement({ Principal: { Federated: [provider, second] } }));
    const found = findingsIn(worldOf(text, { providers: complete([aProvider(), aProvider({ arn: second })]) }));
    expect(found.filter(one => one.ruleId === 'trust-never-matches').map(one => one.discriminator)).toEqual([second]);
  });
});

describe('who is allowed, whatever the form of the policy', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'Null that wants a key which no token has',
      where({ StringEquals: own, Null: { [`${other}:sub`]: 'false' } }),
      ['trust-never-matches high'],
    ],
  ])('%s', (_, text, expected) => expect(judge(worldOf(text))).toEqual(expected));
});

test.each(['sts:Foo', 'sts:outbound', 'sts:bound'])('a key %s that no document names is no bound', key => {
  const undocumented = where({ StringEquals: { ...own, [key]: 'x' } });
  expect(said('trust-never-matches', worldOf(undocumented))).toEqual([]);
});

describe('what a rule says in rare cases', () => {
  test.each<[string, string, () => Facts, readonly string[]]>([
    [
      'trust-never-matches',
      'patterns that are too complex to compare',
      () => worldOf(where(complexCondition(sub))),
      ['unknown budget: the patterns of this policy are too complex to be compared within the stated work'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => expect(said(ruleId, facts())).toEqual(expected));
});
