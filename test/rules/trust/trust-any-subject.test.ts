import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, notAskedFor, unavailable } from '../../../lib/model/collected.ts';
import { aProvider, aRole } from '../../support/example-world.ts';
import {
  aud,
  audOnly,
  deny,
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
    ...[
      ['sts.amazonaws.com', 'vault'],
      ['vault', 'sts.amazonaws.com'],
    ].map((audiences): [string, () => Facts, readonly string[]] => [
      `any subject of one audience, and perhaps of another, in the order ${audiences.join(', ')}`,
      () =>
        worldOf(
          policy(
            statement({ Condition: undefined }),
            deny({ StringEquals: { [aud]: 'vault' }, StringSounds: { 'aws:SourceIp': '10.0.0.1' } }),
          ),
          { providers: complete([aProvider({ audiences })]) },
        ),
      ['trust-any-subject high', 'trust-audience-unchecked low'],
    ]),
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

describe('a test that keeps out another audience, where those of the provider were not read', () => {
  const open = { StringNotEquals: { [aud]: 'vault' } };
  test.each<[string, object]>([
    ['one', open],
    ['two', { StringNotEquals: { [aud]: ['vault', 'argo'] } }],
    ['a pattern', { StringNotLike: { [aud]: '*.example' } }],
  ])('%s', (_, condition) => {
    const facts = worldOf(where(condition), { providers: notAskedFor('iam:ListOpenIDConnectProviders') });
    expect(judge(facts)).toContain('trust-any-subject high');
  });

  test('denied, it is open all the same', () => {
    const detail = unavailable<never>({ kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'denied' });
    expect(judge(worldOf(where(open), { providers: complete([aProvider({ detail })]) }))).toContain(
      'trust-any-subject high',
    );
  });
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
