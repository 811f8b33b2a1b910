import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aRole } from '../../support/example-world.ts';
import {
  aud,
  audOnly,
  exact,
  findingsIn,
  inside,
  judge,
  other,
  own,
  policy,
  statement,
  subject,
  where,
  worldOf,
} from './judge.ts';

const administrator = complete({ attachedPolicyArns: [], isAdministrator: true, tags: {} });

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'no condition',
      policy(statement({ Condition: undefined })),
      ['trust-any-subject high', 'trust-audience-unchecked info'],
    ],
    ['only the audience', where(audOnly), ['trust-any-subject high']],
    ['a star for the subject', subject('*', 'StringLike'), ['trust-any-subject high']],
    ['a star for namespace and name', subject('system:serviceaccount:*:*', 'StringLike'), ['trust-any-subject high']],
    [
      'two patterns that are all together',
      subject(['system:serviceaccount:a*', 'system:serviceaccount:*'], 'StringLike'),
      ['trust-any-subject high'],
    ],
    [
      'a negation that excludes no account',
      subject('nobody', 'StringNotEquals'),
      ['trust-any-subject high', 'trust-subject-malformed high'],
    ],
    [
      'ForAllValues on a key of another issuer',
      where({ 'ForAllValues:StringEquals': { [`${other}:sub`]: exact }, ...audOnly }),
      ['trust-any-subject high'],
    ],
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });

  test.each<[string, () => Facts, readonly string[]]>([
    [
      'any subject of an administrator',
      () => worldOf('', { roles: complete([aRole({ trustPolicy: where(audOnly), detail: administrator })]) }),
      ['role-unused info', 'trust-any-subject critical'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});

describe('who is allowed, whatever the form of the policy', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'Null on a key of another issuer: absent it is, so it holds',
      where({ StringEquals: own, Null: { [`${other}:sub`]: 'true' } }),
      [],
    ],
  ])('%s', (_, text, expected) => expect(judge(worldOf(text))).toEqual(expected));
});

describe('what exists, where it was read', () => {
  test.each<[string, string, Facts, readonly string[]]>([
    [
      'trust-any-subject',
      'every account of the cluster',
      worldOf(where({ StringEquals: { [aud]: 'sts.amazonaws.com' } }), inside('pay', 'cart')),
      ['2'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => {
    const found = findingsIn(facts).find(finding => finding.ruleId === ruleId);
    expect(found?.evidence.filter(({ what }) => what.startsWith('existing')).map(({ got }) => got)).toEqual(expected);
  });
});
