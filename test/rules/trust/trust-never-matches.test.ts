import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { trustNeverMatches } from '../../../lib/rules/trust/trust-never-matches.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aProvider } from '../../support/example-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
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
    ...Object.entries({
      plain: {},
      'of every audience': { StringEquals: { [aud]: 'sts.amazonaws.com' } },
      'without the key of an organization, which no token has': {
        StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' },
      },
      'of all subjects but another one': { StringNotEquals: { [sub]: 'system:serviceaccount:checkout:other' } },
    }).flatMap(([name, condition]) =>
      ['*', { AWS: '*' }].map((principal): [string, string, readonly string[]] => [
        `Deny for the principal ${JSON.stringify(principal)}, ${name}`,
        policy(statement(), deny(condition, { Principal: principal })),
        ['trust-never-matches high'],
      ]),
    ),
    ...Object.entries({
      'an address of a VPC': { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      'addresses of private networks': { IpAddress: { 'aws:SourceIp': ['172.20.0.0/16', '100.64.1.2', 'fd00::/8'] } },
    }).map(([name, condition]): [string, string, readonly string[]] => [
      `a value that the key never has: ${name}`,
      where({ StringEquals: own, ...condition }),
      ['trust-never-matches high'],
    ]),
    ...Object.entries({
      'an address of a VPC': { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      'an address of a VPC, if there is one': { NotIpAddressIfExists: { 'aws:SourceIp': '10.0.0.0/8' } },
    }).map(([name, condition]): [string, string, readonly string[]] => [
      `a Deny of all but a value that the key never has: ${name}`,
      policy(statement(), deny(condition)),
      ['trust-never-matches high'],
    ]),
    ...Object.entries({
      'a public range': { IpAddress: { 'aws:SourceIp': '52.95.110.0/24' } },
      'a private and a public range': { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '52.95.110.0/24'] } },
      'a VPC': { StringEquals: { ...own, 'aws:SourceVpc': 'vpc-0a1b2c3d4e5f60718' } },
      'a private address of the VPC': { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } },
      'a region': { StringEquals: { ...own, 'aws:RequestedRegion': 'us-gov-west-1' } },
    }).map(([name, condition]): [string, string, readonly string[]] => [
      `a value that the key can have: ${name}`,
      where({ StringEquals: own, ...condition }),
      ['trust-undecidable info'],
    ]),
    ...Object.entries({
      'plain HTTP, which STS does not take': { Bool: { 'aws:SecureTransport': 'false' } },
      'the account of a principal, which no federated caller is': {
        StringEquals: { 'aws:PrincipalAccount': '111122223333' },
      },
      'a chat application': {
        ArnLike: { 'aws:ChatbotSourceArn': 'arn:aws:chatbot::111122223333:chat-configuration/*' },
      },
    }).map(([name, condition]): [string, string, readonly string[]] => [
      `a key that no request of a pod satisfies: ${name}`,
      where({ ...condition, StringEquals: { ...own, ...('StringEquals' in condition ? condition.StringEquals : {}) } }),
      ['trust-never-matches high'],
    ]),
    ...Object.entries({
      'over TLS': { Bool: { 'aws:SecureTransport': 'true' } },
      'of all accounts but one': { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } },
    }).map(([name, condition]): [string, string, readonly string[]] => [
      `a Deny of every request of a pod: ${name}`,
      policy(statement(), deny(condition, { Principal: '*' })),
      ['trust-never-matches high'],
    ]),
    [
      'Deny for everyone but the subject that is allowed',
      policy(statement(), deny({ StringNotEquals: { [sub]: exact } }, { Principal: '*' })),
      [],
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
    const dead = found.filter(one => one.ruleId === 'trust-never-matches');
    expect(dead.map(one => one.discriminator)).toEqual([second]);
    // Tokens of the first provider match: the sentence is of the second alone.
    expect(dead[0]?.message).toContain(`for ${second.split('oidc-provider/')[1]} of role`);
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

const withCondition = (Condition: unknown) => statement({ Condition });
const denying = (over: Readonly<Record<string, unknown>> = {}) => statement({ Effect: 'Deny', ...over });

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
      [withCondition({ StringEquals: { ...own, [`${other}:sub`]: exact } })],
      ['test', [`StringEquals ${other}:sub`], /^why it never matches \(.+\): StringEquals .+:sub is false for every/],
    ],
    [
      'a test that is false whatever the subject, of a key that every token has',
      [withCondition({ StringEquals: own, Null: { [sub]: 'true' } })],
      ['test', [`Null ${sub}`], /^why it never matches: Null .+:sub is false for every subject$/],
    ],
    [
      'two such tests are both told',
      [withCondition({ StringEquals: { ...own, [`${other}:sub`]: exact }, Null: { [sub]: 'true' } })],
      ['test', [`StringEquals ${other}:sub`, `Null ${sub}`], /StringEquals .+ is false/, /Null .+ is false/],
    ],
    [
      'two tests on the subject',
      [withCondition({ StringEquals: own, StringLike: { [sub]: 'system:serviceaccount:shipping:*' } })],
      ['contradiction', '', /^why it never matches: its tests on the subject contradict each other$/],
    ],
    [
      'a pattern that no account has',
      [
        withCondition({
          StringLike: { [sub]: 'system:serviceaccount:*:*:*' },
          StringEquals: { [aud]: 'sts.amazonaws.com' },
        }),
      ],
      ['no-subject', '', /no service account can have the subject that it tests$/],
    ],
    [
      'a Deny without a name',
      [statement(), denying()],
      ['denied', ['Statement[1]'], /^why it never matches: Statement\[1\] denies what it allows$/],
    ],
    [
      'the Deny statements alone, by their names',
      [statement(), statement({ Sid: 'Other', Action: 'sts:TagSession' }), denying({ Sid: 'Stop' })],
      ['denied', ['Stop'], /Stop denies what it allows$/],
    ],
  ])('%s', (_, statements, [messageId, data, ...evidence]) => {
    expect(told(...statements)).toEqual([
      [messageId, data, ...evidence.map(pattern => expect.stringMatching(pattern as RegExp))],
    ]);
  });

  test('a test that holds is never told', () => {
    expect(told(withCondition({ StringEquals: own, Null: { [`${other}:sub`]: 'true' } }))).toEqual([]);
  });
});

describe('the fix of a Deny that holds for every pod says why it does', () => {
  const fixOf = (...statements: readonly Record<string, unknown>[]) =>
    verdictOf(trustNeverMatches, worldOf(policy(...statements))).findings.map(({ fix }) => fix?.summary);
  const everyone = { Principal: '*', Action: 'sts:*' };

  test.each<[string, readonly Record<string, unknown>[], RegExp]>([
    [
      'an organization, over an exact Allow: what the Deny says of others is no concern of it',
      [statement(), denying({ ...everyone, Condition: { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } } })],
      /^Leave sts:AssumeRoleWithWebIdentity out of Statement\[1\], or add to it Null false for aws:PrincipalOrgID:/,
    ],
    [
      'private addresses',
      [statement(), denying({ ...everyone, Condition: { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })],
      /^Leave sts:AssumeRoleWithWebIdentity out of Statement\[1\], or correct NotIpAddress aws:SourceIp: aws:SourceIp is a public address/,
    ],
    [
      'nothing that it tests, over a wide Allow',
      [withCondition({ StringEquals: { [aud]: 'sts.amazonaws.com' } }), denying({ ...everyone, Condition: {} })],
      /^First name the service accounts that use checkout-cart exactly, .* Then change Statement\[1\]/,
    ],
  ])('%s', (_, statements, summary) => expect(fixOf(...statements)).toEqual([expect.stringMatching(summary)]));
});
