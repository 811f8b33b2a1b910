import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aProvider } from '../../support/example-world.ts';
import { exact, findingsIn, judge, sub, subject, where, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, () => Facts, readonly string[]]>([
    [
      'a namespace that is not there',
      () => worldOf(subject('system:serviceaccount:gone:cart'), { clusters: complete([aReadCluster()]) }),
      ['trust-subject-unknown-namespace medium'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});

describe('a subject that is the only value of one test and one of two of another', () => {
  const gone = 'system:serviceaccount:gone:cart';
  const only = { StringEquals: { [sub]: gone } };
  const both = { StringLike: { [sub]: [gone, exact] } };
  test.each<[string, object, number]>([
    ['the first test', { ...only, ...both }, 0],
    ['the last test', { ...both, ...only }, 0],
    ['none', both, 1],
  ])('%s would be empty without it', (_, condition, commands) => {
    const facts = worldOf(where(condition), { clusters: complete([aReadCluster({ serviceAccounts: complete([]) })]) });
    const found = findingsIn(facts).find(({ ruleId }) => ruleId === 'trust-subject-unknown-namespace');
    expect(found?.fix.commands).toHaveLength(commands);
  });
});

test('breaks nothing for sure while its provider was not read, and is open by its text', () => {
  const cluster = aReadCluster({ serviceAccounts: complete([aServiceAccount({ namespace: 'checkout' })]) });
  const found = (over: Parameters<typeof worldOf>[1]) =>
    findingsIn(worldOf(subject('system:serviceaccount:gone:cart'), { clusters: complete([cluster]), ...over }))
      .filter(({ ruleId }) => ruleId === 'trust-subject-unknown-namespace')
      .map(({ severity, messageId, impact }) => `${severity} ${messageId} ${impact}`);
  const detail = unavailable<never>({ kind: 'invalid', operation: 'iam:GetOpenIDConnectProvider', message: 'no' });
  expect(found({})).toEqual(['medium other-user breaks']);
  expect(found({ providers: complete([{ ...aProvider(), detail }]) })).toEqual(['medium missing exposes']);
  // As mild as if there were none, which may be so.
  expect(found({ providers: detail })).toEqual(['low missing exposes']);
});
