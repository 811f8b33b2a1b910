import { describe, expect, test } from '@jest/globals';
import { zoneOf } from '../../../lib/policy.ts';
import { aStatement, mustParse, policyText, variable } from '../../support/trust-cases.ts';
import { strangersIn } from '../../support/whole/everyone.ts';

const context = {
  roleArn: 'arn:aws:iam::111122223333:role/app',
  now: '2026-11-01T06:00:00.000Z',
  roleTags: { team: 'a' },
  zone: zoneOf(['111122223333']),
  isCluster: () => true,
  audiencesOf: () => undefined,
};
const open = (Condition: unknown = {}, over = {}) =>
  aStatement({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition, ...over });
const callers = (...statements: readonly unknown[]) => strangersIn(mustParse(policyText(statements)), context);
/** Any account, one that the policy names, one that has what it names (nobody read whose that is), or none of them. */
const strangers = (...statements: readonly unknown[]) => {
  const [one] = callers(...statements);
  if (one === undefined) return 'no';
  if (one.isUnread) return 'unread';
  if (!one.isAnyone) return 'named';
  return one.verdict === 'open' ? 'yes' : 'undecided';
};
const deny = (Condition: unknown, over = {}) => open(Condition, { Effect: 'Deny', ...over });
const arnOf = (account: string) => `arn:aws:iam::${account}:role/app`;

describe('any AWS account may assume a role', () => {
  test.each<[string, unknown, string]>([
    ['no condition', {}, 'yes'],
    ['a pattern of organizations', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, 'yes'],
    ['any organization path', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-*/*' } }, 'yes'],
    ['a role name in any account', { ArnLike: { 'aws:PrincipalArn': arnOf('*') } }, 'yes'],
    ['the same as text', { StringLike: { 'aws:PrincipalArn': '*:role/app' } }, 'yes'],
    ['accounts by a digit', { StringLike: { 'aws:PrincipalAccount': '1*' } }, 'yes'],
    ['any address', { IpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 'yes'],
    ['half of all addresses', { IpAddress: { 'aws:SourceIp': ['10.0.0.1', '128.0.0.0/1'] } }, 'yes'],
    ['any address of version 6', { IpAddress: { 'aws:SourceIp': '::/0' } }, 'yes'],
    ['all addresses but one', { NotIpAddress: { 'aws:SourceIp': '192.0.2.1' } }, 'yes'],
    ['an IfExists test', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-abc1234567' } }, 'yes'],
    ['all but one organization', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } }, 'yes'],
    ['ForAllValues', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgPaths': 'x' } }, 'yes'],
    ['an external id', { StringEquals: { 'sts:ExternalId': 'x' } }, 'yes'],
    ['a tag that the caller chooses', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }, 'yes'],
    ['MFA of their own account', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, 'yes'],
    ['a fresh MFA', { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }, 'yes'],
    ['a session name', { StringLike: { 'aws:userid': '*:someone@example.com' } }, 'yes'],
    ['a role tag that holds', { StringEquals: { 'aws:ResourceTag/team': 'a' } }, 'yes'],
    ['a date that holds', { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }, 'yes'],
    ['no call of a service', { StringNotEquals: { 'aws:SourceAccount': '111122223333' } }, 'yes'],
    ['the widest range that is still narrow', { IpAddress: { 'aws:SourceIp': '18.0.0.0/9' } }, 'unread'],
    ['the narrowest range that is wide', { IpAddress: { 'aws:SourceIp': '18.0.0.0/8' } }, 'yes'],
    ['a private range as wide', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'no'],
    ['a range twice as wide, half of it private', { IpAddress: { 'aws:SourceIp': '10.0.0.0/7' } }, 'yes'],
    [
      'all private ranges',
      {
        IpAddress: {
          'aws:SourceIp': ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8', 'fc00::/7'],
        },
      },
      'no',
    ],
    ['a private range and an office', { IpAddress: { 'aws:SourceIp': ['10.0.0.0/8', '203.0.113.0/24'] } }, 'unread'],
    ['a narrow range of version 6', { IpAddress: { 'aws:SourceIp': '2001:db8::/17' } }, 'unread'],
    ['a wide range of version 6', { IpAddress: { 'aws:SourceIp': '2001::/16' } }, 'yes'],
    ['two halves of a wide range', { IpAddress: { 'aws:SourceIp': ['18.0.0.0/9', '18.128.0.0/9'] } }, 'yes'],
    ['the same range twice', { IpAddress: { 'aws:SourceIp': ['18.0.0.0/9', '18.0.0.0/9', '18.64.0.0/10'] } }, 'unread'],
    [
      'all addresses of version 4 in narrow ranges',
      { IpAddress: { 'aws:SourceIp': Array.from({ length: 512 }, (_, at) => `${at >> 1}.${(at & 1) * 128}.0.0/9`) } },
      'yes',
    ],
    ['halves of a wide range of version 6', { IpAddress: { 'aws:SourceIp': ['2a05::/17', '2a05:8000::/17'] } }, 'yes'],
    ['narrow ranges of both versions', { IpAddress: { 'aws:SourceIp': ['18.0.0.0/9', '2a05::/17'] } }, 'unread'],
    ['some offices', { IpAddress: { 'aws:SourceIp': ['198.51.100.0/24', '203.0.113.0/24', '2a05:1::/48'] } }, 'unread'],
    ['addresses of a VPC of any name', { IpAddress: { 'aws:VpcSourceIp': '10.20.0.0/16' } }, 'yes'],
    ['one address of a VPC', { IpAddress: { 'aws:VpcSourceIp': '100.64.7.9' } }, 'yes'],
    ['others than those of a VPC', { NotIpAddress: { 'aws:VpcSourceIp': '192.168.0.0/16' } }, 'yes'],
    [
      'addresses of any VPC',
      { IpAddress: { 'aws:VpcSourceIp': '10.20.0.0/16' }, StringLike: { 'aws:SourceVpc': '*' } },
      'yes',
    ],
    [
      'addresses of a VPC that is named',
      { IpAddress: { 'aws:VpcSourceIp': '10.20.0.0/16' }, StringEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d' } },
      'unread',
    ],
    [
      'addresses behind an endpoint that is named',
      { IpAddress: { 'aws:VpcSourceIp': '10.20.0.0/16' }, StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } },
      'unread',
    ],
    [
      'addresses of a VPC, of an organization',
      { IpAddress: { 'aws:VpcSourceIp': '10.20.0.0/16' }, StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } },
      'unread',
    ],
    ['one address of version 6', { IpAddress: { 'aws:SourceIp': '::1' } }, 'no'],
    ['all addresses but a wide range', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'yes'],
    ['no address of version 4', { NotIpAddress: { 'aws:SourceIp': '0.0.0.0/0' } }, 'yes'],
    // A call through a VPC endpoint has no aws:SourceIp.
    ['no address of any version', { NotIpAddress: { 'aws:SourceIp': ['0.0.0.0/0', '::/0'] } }, 'yes'],
    ['no address', { Null: { 'aws:SourceIp': 'true' } }, 'yes'],
    [
      'an address, of no version',
      { NotIpAddress: { 'aws:SourceIp': ['0.0.0.0/0', '::/0'] }, Null: { 'aws:SourceIp': 'false' } },
      'no',
    ],
    [
      'a role in another partition, which cannot call',
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws-cn:iam::*:role/app' } },
      'no',
    ],
    ['any user', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:user/*' } }, 'yes'],
    ['all but one role', { ArnNotLike: { 'aws:PrincipalArn': arnOf('999999999999') } }, 'yes'],
    ['any role by a pattern of one sign', { StringLike: { 'aws:PrincipalArn': '*:role/a?p' } }, 'yes'],
    ['no call by a service', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }, 'yes'],
    ['no network named', { Null: { 'aws:SourceVpc': 'true' } }, 'yes'],
    ['all networks but one', { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } }, 'yes'],
    ['any network', { StringLike: { 'aws:SourceVpc': 'vpc-*' } }, 'yes'],
    ['any endpoint', { StringLike: { 'aws:SourceVpce': 'vpce-*' } }, 'yes'],
    ['networks of any organization', { StringLike: { 'aws:VpceOrgID': 'o-*' } }, 'yes'],
    ['an old MFA', { NumericGreaterThan: { 'aws:MultiFactorAuthAge': '3600' } }, 'yes'],
    ['any role’s id', { StringLike: { 'aws:userid': 'AROA*' } }, 'yes'],
    ['any user’s id', { StringLike: { 'aws:userid': 'AIDA*' } }, 'yes'],
    ['no organization', { Null: { 'aws:PrincipalOrgID': 'true' } }, 'yes'],
    ['anybody but roles', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*' } }, 'yes'],
    ['anybody but users and root', { StringNotLike: { 'aws:PrincipalArn': ['*:user/*', '*:root'] } }, 'yes'],
    ['any session name of a role’s id', { StringLike: { 'aws:userid': `${'?'.repeat(20)}:me` } }, 'yes'],
    ['no session of the root user', { Null: { 'aws:AssumedRoot': 'true' } }, 'yes'],
    ['no claim of SAML', { Null: { 'saml:aud': 'true' } }, 'yes'],
    ['no claim of a token', { Null: { 'issuer.example/a:sub': 'true' } }, 'yes'],
    ['no claim of a token of a host', { StringNotEquals: { 'issuer.example:sub': 'x' } }, 'yes'],
    ['no source account', { Null: { 'aws:SourceAccount': 'true' } }, 'yes'],
    [
      'two patterns of one key',
      { StringLike: { 'aws:PrincipalAccount': '1*' }, StringNotLike: { 'aws:PrincipalAccount': '2*' } },
      'yes',
    ],
    [
      'two patterns that leave nobody',
      { StringLike: { 'aws:PrincipalAccount': '1*' }, StringNotLike: { 'aws:PrincipalAccount': '1*' } },
      'no',
    ],
    [
      'no partition of AWS',
      {
        StringNotLike: { 'aws:PrincipalArn': 'arn:aws:*' },
        StringLike: { 'aws:PrincipalArn': ['*', 'arn:laws:*', 'arn:aws1:*', 'x:b:*'] },
      },
      'no',
    ],
    ['a call by a service', { Bool: { 'aws:PrincipalIsAWSService': 'true' } }, 'undecided'],
    ['a call that no principal signs', { Null: { 'aws:PrincipalArn': 'true' } }, 'undecided'],
    ['a call by a service, for a foreign account', { StringEquals: { 'aws:SourceAccount': '999999999999' } }, 'unread'],
    [
      'a call by a service, for a resource of the own account',
      { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:111122223333:*' } },
      'no',
    ],
    ['a call by way of a service', { Bool: { 'aws:ViaAWSService': 'true' } }, 'undecided'],
    ['no call by way of a service', { Bool: { 'aws:ViaAWSService': 'false' } }, 'yes'],
    ...['aws:CalledViaFirst', 'aws:CalledViaLast'].map((key): [string, unknown, string] => [
      `a call by way of a service, by ${key}`,
      { StringEquals: { [key]: 'cloudformation.amazonaws.com' } },
      'undecided',
    ]),
    [
      'services that called before',
      { 'ForAnyValue:StringEquals': { 'aws:CalledVia': ['athena.amazonaws.com'] } },
      'undecided',
    ],
    ['a tag that the trust policy lets nobody pass', { StringEquals: { 'aws:RequestTag/x': 'y' } }, 'no'],
    ['keys of tags that nobody can pass', { 'ForAnyValue:StringLike': { 'aws:TagKeys': '*' } }, 'no'],
    ['a source identity that nobody can set', { StringLike: { 'sts:SourceIdentity': '*' } }, 'no'],
    ['no tag', { Null: { 'aws:RequestTag/x': 'true' } }, 'yes'],
    ['a session of the root user', { StringLike: { 'aws:AssumedRoot': '*' } }, 'no'],
    [
      'a claim that no SAML session carries on',
      { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } },
      'no',
    ],
    ['another one', { StringEquals: { 'SAML:iss': 'x' } }, 'no'],
    ['all but one name of SAML', { StringNotEquals: { 'saml:sub': 'admin@shop.example' } }, 'yes'],
    ...['saml:sub', 'saml:namequalifier', 'SAML:sub_type', 'accounts.google.com:aud', 'accounts.google.com:sub'].map(
      (key): [string, unknown, string] => [`${key} of a session`, { StringEquals: { [key]: 'x' } }, 'undecided'],
    ),
    ...['www.amazon.com:app_id', 'graph.facebook.com:id', 'cognito-identity.amazonaws.com:amr'].map(
      (key): [string, unknown, string] => [`${key} of a session`, { StringEquals: { [key]: 'x' } }, 'undecided'],
    ),
    [
      'any identity pool of a region',
      { StringLike: { 'cognito-identity.amazonaws.com:aud': 'sa-east-1:*' } },
      'undecided',
    ],
    [
      'any identity pool, of an organization',
      {
        StringLike: { 'cognito-identity.amazonaws.com:aud': '*' },
        StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' },
      },
      'unread',
    ],
    ['a session of a named role', { StringEquals: { 'aws:userid': 'AROAEXAMPLE1234567890:me' } }, 'unread'],
    ['an exact organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } }, 'unread'],
    ['one without case', { StringEqualsIgnoreCase: { 'aws:PrincipalOrgID': 'O-ABC1234567' } }, 'unread'],
    ['an id without case', { StringEqualsIgnoreCase: { 'aws:userid': 'aroaexample1234567890:me' } }, 'unread'],
    ['a path in one', { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-abc1234567/*' } }, 'unread'],
    ['an exact management account', { StringEquals: { 'aws:PrincipalOrgMasterAccountId': '777788889999' } }, 'unread'],
    ['a trusted management account', { StringEquals: { 'aws:PrincipalOrgMasterAccountId': '111122223333' } }, 'no'],
    ['a pattern of management accounts', { StringLike: { 'aws:PrincipalOrgMasterAccountId': '7*' } }, 'yes'],
    [
      'all but one management account',
      { StringNotEquals: { 'aws:principalorgmasteraccountid': '777788889999' } },
      'yes',
    ],
    ['any organization, by its management account', { Null: { 'aws:PrincipalOrgMasterAccountId': 'false' } }, 'yes'],
    ['a text that is no account', { StringEquals: { 'aws:PrincipalOrgMasterAccountId': 'o-abc1234567' } }, 'no'],
    ['exact accounts', { StringEquals: { 'aws:PrincipalAccount': ['999999999999'] } }, 'named'],
    ['the own account', { StringEquals: { 'aws:PrincipalAccount': '111122223333' } }, 'no'],
    [
      'the account of the role, by a variable',
      { StringEquals: { 'aws:PrincipalAccount': '${aws:ResourceAccount}' } },
      'no',
    ],
    [
      'their own account, by a variable',
      { StringEquals: { 'aws:PrincipalAccount': '${aws:PrincipalAccount}' } },
      'yes',
    ],
    [
      'an organization of their own, by a variable',
      { StringEquals: { 'aws:PrincipalOrgID': '${aws:PrincipalOrgID}' } },
      'yes',
    ],
    [
      'an account that a tag of theirs names',
      { StringLike: { 'aws:PrincipalArn': 'arn:aws:iam::${aws:PrincipalTag/a}:role/*' } },
      'yes',
    ],
    ['roles of one account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::999999999999:role/*' } }, 'named'],
    ['a user id', { StringLike: { 'aws:userid': 'AROAEXAMPLE1234567890:*' } }, 'unread'],
    ['calls for an account', { StringEquals: { 'aws:SourceAccount': '111122223333' } }, 'no'],
    ['a narrow range', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, 'unread'],
    ['a private range, which no caller has', { IpAddress: { 'aws:SourceIp': '10.20.0.0/16' } }, 'no'],
    ['an endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d4e5f60718' } }, 'unread'],
    ['a network', { StringEquals: { 'aws:SourceVpc': 'vpc-0a1b2c3d4e5f60718' } }, 'unread'],
    ['what is no endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'no'],
    [
      'an organization and the own account',
      { StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567', 'aws:PrincipalAccount': '111122223333' } },
      'no',
    ],
    ['a date that is over', { DateLessThan: { 'aws:CurrentTime': '2021-01-01T00:00:00Z' } }, 'no'],
    ['a claim of a token', { StringEquals: { 'issuer.example/a:sub': 'x' } }, 'no'],
    [
      'two tests, one of them exact',
      { StringLike: { 'aws:PrincipalOrgID': 'o-*' }, StringEquals: { 'aws:PrincipalAccount': '999999999999' } },
      'named',
    ],
    ['a key that no document names', { StringEquals: { 'aws:Made': 'x' } }, 'undecided'],
    ['an operator that no document names', { stringequals: { 'aws:PrincipalOrgID': 'x' } }, 'undecided'],
    ['a variable over a name of theirs', { StringEquals: { 'sts:RoleSessionName': '${aws:username}' } }, 'yes'],
    ['a variable among values', { StringEquals: { 'sts:ExternalId': ['x', '${aws:username}'] } }, 'yes'],
    ['the role’s organization, by a pattern that it may match', { StringLike: { 'aws:ResourceOrgID': 'o-b*' } }, 'yes'],
    ['an address compared as text', { StringLike: { 'aws:SourceIp': '10.*' } }, 'undecided'],
    ...[
      'home',
      'x10.0.0.1/0',
      '10.0.0.1x/0',
      '10.0.0/0',
      '10.0.0.1/x0',
      '10.0.0.1/0x',
      'x::1/0',
      '::1x/0',
      '1.2.3.4/1000',
    ].map((text): [string, unknown, string] => [
      `${text} for an address`,
      { IpAddress: { 'aws:SourceIp': text } },
      'undecided',
    ]),
  ])('with %s: %s', (_, condition, expected) => {
    expect(strangers(open(condition))).toBe(expected);
  });

  test.each([
    ['sts:*', { Action: 'sts:*' }, 'yes'],
    ['*', { Action: '*' }, 'yes'],
    ['all but TagSession', { Action: undefined, NotAction: 'sts:TagSession' }, 'yes'],
    ['"*" whole', { Principal: '*' }, 'yes'],
    ['everyone among others', { Principal: { AWS: ['999999999999', '*'] } }, 'yes'],
    ['TagSession alone', { Action: 'sts:TagSession' }, 'no'],
    ['all but AssumeRole and its kin', { Action: undefined, NotAction: 'sts:AssumeRole*' }, 'no'],
    ['SAML’s action, whose logins "*" may stand for', { Action: 'sts:AssumeRoleWithSAML' }, 'undecided'],
    ['an action that no login calls', { Action: 'sts:AssumeRoot' }, 'no'],
    ['"*" of a type in another case', { Principal: { aws: '*' } }, 'undecided'],
    ['"*" of a type in yet another case', { Principal: { AWs: ['*'] } }, 'undecided'],
    ['an account of a type in another case', { Principal: { Aws: '222233334444' } }, 'named'],
    ['the own account of a type in another case', { Principal: { aws: '111122223333' } }, 'no'],
    ['a prefix that no document explains', { Action: 's*:AssumeRole' }, 'undecided'],
    ['NotPrincipal', { Principal: undefined, NotPrincipal: { AWS: '999999999999' } }, 'undecided'],
    ['a part of an ARN', { Principal: { AWS: 'arn:aws:iam::999999999999:role/*' } }, 'named'],
    ['an element that a trust policy does not have', { Resource: '*' }, 'undecided'],
    ['a Sid that IAM refuses', { Sid: 'a b' }, 'undecided'],
  ])('by %s: %s', (_, over, expected) => {
    expect(strangers(open({}, over))).toBe(expected);
  });

  test.each([
    ['of everyone', [deny({})], 'no'],
    ['of all but an organization', [deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } })], 'unread'],
    ['of one organization', [deny({ StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } })], 'yes'],
    ['of all but addresses of a VPC', [deny({ NotIpAddress: { 'aws:VpcSourceIp': '172.16.0.0/12' } })], 'yes'],
    ['of all but an office', [deny({ NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })], 'unread'],
    ['of another action', [deny({}, { Action: 'sts:TagSession' })], 'yes'],
    ['of another principal', [deny({}, { Principal: { AWS: '999999999999' } })], 'yes'],
    ['that a caller escapes by a tag', [deny({ StringEquals: { 'aws:PrincipalTag/a': 'b' } })], 'yes'],
    [
      'of two tags',
      [deny({ StringEquals: { 'aws:PrincipalTag/a': 'b' } }), deny({ Null: { 'aws:PrincipalTag/a': 'true' } })],
      'yes',
    ],
    [
      'that leaves no choice',
      [deny({ Null: { 'sts:ExternalId': 'true' } }), deny({ Null: { 'sts:ExternalId': 'false' } })],
      'no',
    ],
    ['of all but a private range', [deny({ NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } })], 'no'],
    ['with a Sid that IAM refuses, which closes it as it is written', [deny({}, { Sid: 'a b' })], 'no'],
    ['of a key that no document names', [deny({ StringEquals: { 'aws:Made': 'x' } })], 'undecided'],
    ['with NotPrincipal', [deny({}, { Principal: undefined, NotPrincipal: { AWS: '999999999999' } })], 'undecided'],
  ])('beside a Deny %s: %s', (_, denies, expected) => {
    expect(strangers(open(), ...denies)).toBe(expected);
  });
});

test('an account that a Deny leaves out passes for certain, where it is doubtful whether the Deny stops anyone', () => {
  const made = { StringEquals: { 'aws:Made': 'x' } };
  const all = { StringNotEquals: { 'aws:PrincipalAccount': '999999999999' } };
  expect(callers(open(), deny({ ...made, ...all }))).toMatchObject([
    {
      ...{ isAnyone: true, verdict: 'may-be', witness: 'account 999999999999' },
      because:
        'StringEquals on aws:Made: what a caller can choose is not documented; account 999999999999 can for certain',
    },
  ]);
  const own = { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } };
  expect(callers(open(), deny({ ...made, ...own }))[0]?.because).not.toContain('certain');
});

test.each([
  ['StringLike', 'aws:PrincipalOrgID', 'o-*', 'o-abc1234567', 'undecided'],
  ['StringLike', 'aws:PrincipalOrgID', 'o-abc1234567', 'o-*', 'undecided'],
  ['one operator, a key in another case', 'AWS:PrincipalOrgId', 'o-*', 'o-abc1234567', 'undecided'],
  ['one operator, a key in another case', 'AWS:PrincipalOrgId', 'o-abc1234567', 'o-*', 'undecided'],
  ['one operator, a key in another case', 'AWS:PrincipalOrgId', 'o-xyz1234567', 'o-abc1234567', 'unread'],
])('%s twice, with %s %s before %s: which one counts is not documented', (what, key, first, last, expected) => {
  const test = `"${key}":"${first}"`;
  const twice = what === 'StringLike' ? `"StringLike":{${test}},"StringLike":{` : `"StringLike":{${test},`;
  const text = policyText([open({ StringLike: { 'aws:PrincipalOrgID': last } })]).replace('"StringLike":{', twice);
  const [found] = strangersIn(mustParse(text), context);
  expect(found ? (found.isUnread ? 'unread' : found.verdict === 'open' ? 'yes' : 'undecided') : 'no').toBe(expected);
});

describe('who else is named', () => {
  const of = (AWS: unknown, Condition: unknown = {}) =>
    callers(aStatement({ Principal: { AWS }, Action: 'sts:AssumeRole', Condition })).map(
      ({ principal, verdict, isAnyone }) => `${principal} ${verdict}${isAnyone ? ' anyone' : ''}`,
    );

  test('principals of other accounts, whatever they are and must send', () => {
    const role = arnOf('999999999999');
    const external = { StringEquals: { 'sts:ExternalId': 'x' } };
    expect(of(['arn:aws:iam::999999999999:root', '222233334444', role], external)).toEqual([
      'arn:aws:iam::999999999999:root open',
      '222233334444 open',
      `${role} open`,
    ]);
  });

  test('none of the own account, of a deleted principal, or of what is no account', () => {
    expect(of([arnOf('111122223333'), 'AIDAEXAMPLE', '2222333344445', 'x22233334444'])).toEqual([]);
  });

  test.each([
    ['a condition that it cannot satisfy', { StringEquals: { 'aws:PrincipalAccount': '222233334444' } }],
    ['a date that is over', { DateLessThan: { 'aws:CurrentTime': '2021-01-01T00:00:00Z' } }],
  ])('none beside %s', (_, condition) => {
    expect(of('999999999999', condition)).toEqual([]);
  });

  test('none that a Deny refuses by its account', () => {
    const statement = aStatement({ Principal: { AWS: '999999999999' }, Action: 'sts:AssumeRole' });
    expect(callers(statement, deny({ StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } }))).toEqual([]);
  });

  test('one that must be of an organization or a network that is named: whose it is was not read', () => {
    const organization = { StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } };
    expect(of('999999999999', organization)).toEqual(['999999999999 may-be']);
    const statement = aStatement({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition: organization });
    const range = deny({ NotIpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '198.51.100.7'] } });
    expect(callers(statement, range)).toMatchObject([
      {
        isUnread: true,
        because:
          'whether o-abc1234567 is the own organization was not read, and "trusted.organizations" does not name it; whether 192.0.2.0/24 or 198.51.100.7 (aws:SourceIp) is of the zone of trust is not read',
      },
    ]);
  });

  test('accounts, organizations and principals of the zone are no strangers', () => {
    const trusted = {
      ...context,
      zone: zoneOf(['111122223333', '999999999999'], {
        organizations: new Set(['o-abc1234567']),
        principals: new Set([arnOf('222233334444')]),
      }),
    };
    const found = (AWS: unknown, Condition: unknown = {}) =>
      strangersIn(
        mustParse(policyText([aStatement({ Principal: { AWS }, Action: 'sts:AssumeRole', Condition })])),
        trusted,
      );
    expect(found(['999999999999', arnOf('222233334444')])).toEqual([]);
    expect(found('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } })).toEqual([]);
    expect(found('*', { StringEquals: { 'aws:PrincipalOrgID': 'o-zzz1234567' } })).toMatchObject([
      { isAnyone: false, verdict: 'open' },
    ]);
  });

  test.each([
    [
      { Principal: undefined, NotPrincipal: { AWS: '999999999999' } },
      'NotPrincipal is not supported in a trust policy',
    ],
    [
      { Principal: { AWS: 'arn:aws:iam::999999999999:role/*' } },
      'a wildcard in a part of the principal arn:aws:iam::999999999999:role/* is not supported',
    ],
    [{ Action: 's*:AssumeRole' }, 'what this action stands for is not documented'],
  ])('by %j it cannot be proven closed, since %s', (over, because) => {
    expect(callers(open({}, over))[0]).toMatchObject({ verdict: 'may-be', because });
  });

  test('the tests that do not restrict a caller are named, with one that passes', () => {
    expect(callers(open({ ArnLike: { 'aws:PrincipalArn': arnOf('*') } }))[0]).toMatchObject({
      passed: ['ArnLike aws:PrincipalArn'],
      witness: 'any AWS account (arn:aws:iam::<account>:role/app)',
    });
  });
});

describe('all keys are chosen at once', () => {
  const session = (operator: string, value: string) => ({ [operator]: { 'sts:RoleSessionName': value } });
  const agent = (value: string, operator = 'StringEquals') => ({ [operator]: { 'aws:UserAgent': value } });
  const name = variable('sts:RoleSessionName');

  test.each<[string, unknown, readonly unknown[], string]>([
    [
      'the same session name in an Allow and in a Deny',
      session('StringEquals', 'a'),
      [session('StringEquals', 'a')],
      'no',
    ],
    ['another one', session('StringEquals', 'a'), [session('StringEquals', 'b')], 'yes'],
    [
      'a pattern in an Allow and a part of it in a Deny',
      session('StringLike', 'a*'),
      [session('StringLike', 'a?*')],
      'yes',
    ],
    ['a pattern that its parts cover', session('StringLike', 'a?'), [session('StringLike', '?*')], 'no'],
    ['two Denies of which each leaves a way', {}, [session('StringLike', 'a*'), session('StringLike', 'b*')], 'yes'],
    [
      'two Denies that leave none together',
      session('StringLike', 'x*'),
      [session('StringLike', '*a'), session('StringNotLike', '*a')],
      'no',
    ],
    ['an agent that equals the session name', agent(name), [], 'yes'],
    ['and begins with a text', agent(`app-${name}`), [agent('app-*', 'StringNotLike')], 'yes'],
    ['and has text on both sides', agent(`a${name}b`), [], 'yes'],
    ['an agent of a region', agent(variable('aws:RequestedRegion')), [], 'yes'],
    ['whatever its case', agent(`App-${name}`, 'StringEqualsIgnoreCase'), [], 'yes'],
    [
      'an agent that no session name can equal, since it has a space',
      agent(name),
      [agent('* *', 'StringNotLike')],
      'undecided',
    ],
    [
      'an agent that no session name can equal, since that is never empty',
      agent(`a${name}`),
      [agent('a', 'StringNotEquals')],
      'no',
    ],
    ['a name twice, with an agent that is not', agent(`${name}${name}`), [agent('ab', 'StringNotEquals')], 'undecided'],
    ['a Deny that either key escapes', {}, [{ StringEquals: { 'sts:ExternalId': 'x', 'aws:UserAgent': 'y' } }], 'yes'],
    [
      'a key that an Allow must send and a Deny refuses',
      { Null: { 'sts:ExternalId': 'false' } },
      [{ Null: { 'sts:ExternalId': 'false' } }],
      'no',
    ],
  ])('%s', (_, allow, denies, expected) => {
    expect(strangers(open(allow), ...denies.map(one => deny(one)))).toBe(expected);
  });
});

describe('what a stranger can bring about, key by key', () => {
  const anyValue = ['mfa', 'x-1'];

  test.each([
    'aws:PrincipalType',
    'aws:Referer',
    'aws:RequestedRegion',
    'aws:TagKeys',
    'aws:UserAgent',
    'aws:Username',
    'sts:ExternalId',
    'sts:RoleSessionName',
    'sts:SourceIdentity',
    'aws:SourceIdentity',
    'sts:TransitiveTagKeys',
    'aws:PrincipalTag/team',
    'AWS:RequestTag/Team',
  ])('%s is free: any value, another one, or none', key => {
    const passing = (Condition: object) =>
      strangers(open(Condition, { Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'] }));
    expect(passing({ StringEquals: { [key]: anyValue } })).toBe('yes');
    expect(passing({ StringLike: { [key]: 'a?c-*' } })).toBe('yes');
    expect(passing({ StringNotLike: { [key]: anyValue }, Null: { [key]: 'false' } })).toBe('yes');
    // Every request has these two.
    const isSent = ['aws:RequestedRegion', 'sts:RoleSessionName'].includes(key);
    expect(passing({ Null: { [key]: 'true' } })).toBe(isSent ? 'no' : 'yes');
  });

  test.each([
    'aws:SourceAccount',
    'aws:SourceArn',
    'aws:SourceOrgID',
    'aws:SourceOrgPaths',
    'aws:PrincipalServiceName',
    'aws:PrincipalServiceNamesList',
  ])('%s is of services: a stranger’s own call has none, and whether services are meant is not documented', key => {
    expect(strangers(open({ StringLike: { [key]: '*' } }))).toBe('undecided');
    expect(strangers(open({ StringLikeIfExists: { [key]: 'x' } }))).toBe('yes');
  });

  test.each(['aws:SourceVpc', 'aws:SourceVpce', 'aws:SourceVpcArn', 'aws:VpceAccount', 'aws:VpceOrgID'])(
    '%s is of a network: one that nobody named, or none',
    key => {
      expect(strangers(open({ StringEquals: { [key]: 'mine' } }))).toBe('no');
      expect(strangers(open({ StringLike: { [key]: '*' } }))).toBe('yes');
      expect(strangers(open({ Null: { [key]: 'true' } }))).toBe('yes');
    },
  );

  test.each([
    ['aws:MultiFactorAuthAge', '1'],
    ['aws:MultiFactorAuthAge', '999999999999'],
  ])('%s beside %s: less, more and not the same', (key, value) => {
    expect(strangers(open({ NumericGreaterThan: { [key]: value } }))).toBe('yes');
    expect(strangers(open({ NumericLessThan: { [key]: value } }))).toBe('yes');
    expect(strangers(open({ NumericEquals: { [key]: value } }))).toBe('yes');
  });

  test.each([
    ['aws:ResourceAccount', '111122223333', 'yes'],
    ['aws:ResourceAccount', '999999999999', 'no'],
    ['aws:SecureTransport', 'true', 'yes'],
    ['aws:ResourceTag/team', 'b', 'no'],
    ['iam:ResourceTag/team', 'a', 'yes'],
    ['iam:ResourceTag/team', 'b', 'no'],
    ['aws:ResourceOrgID', 'o-abc1234567', 'yes'],
  ])('%s is of the request, whoever calls: with %s %s', (key, value, expected) => {
    expect(strangers(open({ StringEquals: { [key]: value } }))).toBe(expected);
  });

  test('the organization of the role’s account, where it was not read, is one that a pattern names', () => {
    expect(strangers(open({ StringLike: { 'aws:ResourceOrgID': 'o-b*' } }))).toBe('yes');
    expect(strangers(open({ StringLike: { 'aws:ResourceOrgID': 'x-b*' } }))).toBe('no');
    expect(strangers(open({ StringEqualsIgnoreCase: { 'aws:ResourceOrgID': 'O-B123456789' } }))).toBe('yes');
    const tied = { StringEquals: { 'aws:PrincipalOrgID': '${aws:ResourceOrgID}' } };
    expect(strangers(open({ ...tied, StringLike: { 'aws:ResourceOrgID': 'o-b*' } }))).toBe('no');
  });

  test('whether a key is there names nobody', () => {
    const condition = {
      StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' },
      Null: { 'aws:PrincipalOrgID': 'false' },
    };
    const [one] = callers(open(condition));
    expect(one?.because).toBe(
      'whether o-abc1234567 is the own organization was not read, and "trusted.organizations" does not name it',
    );
  });
});

describe('a key that needs an action of its own is a caller’s where the policy allows them that action', () => {
  const own = { AWS: 'arn:aws:iam::111122223333:root' };
  const identity = { StringEquals: { 'sts:SourceIdentity': 'bob' } };
  const tag = { StringEquals: { 'aws:RequestTag/team': 'a' } };
  const also = (action: string, over = {}, condition: unknown = {}) => open(condition, { Action: action, ...over });
  test.each<[string, readonly unknown[], string]>([
    [
      'a source identity for the own account',
      [open(identity), also('sts:SetSourceIdentity', { Principal: own })],
      'no',
    ],
    ['a source identity for everyone', [open(identity), also('sts:SetSourceIdentity')], 'yes'],
    ['a source identity in one statement', [open(identity, { Action: 'sts:*' })], 'yes'],
    [
      'a source identity for an account that is named',
      [open(identity), also('sts:SetSourceIdentity', { Principal: { AWS: '999999999999' } })],
      'named',
    ],
    [
      'a source identity for a role of another account',
      [open(identity), also('sts:SetSourceIdentity', { Principal: { AWS: arnOf('999999999999') } })],
      'named',
    ],
    [
      'tags for a role of another account, and a test that it fails',
      [
        open({ StringEquals: { 'aws:RequestTag/team': 'a', 'aws:PrincipalAccount': '111122223333' } }),
        also('sts:TagSession', { Principal: { AWS: arnOf('999999999999') } }),
      ],
      'no',
    ],
    [
      'a source identity for everyone of the own account',
      [open(identity), also('sts:SetSourceIdentity', {}, { StringEquals: { 'aws:PrincipalAccount': '111122223333' } })],
      'no',
    ],
    ['the identity that may be set', [open(identity), also('sts:SetSourceIdentity', {}, identity)], 'yes'],
    [
      'another identity than may be set',
      [open(identity), also('sts:SetSourceIdentity', {}, { StringEquals: { 'sts:SourceIdentity': 'ann' } })],
      'no',
    ],
    [
      'another tag than may be passed',
      [open(tag), also('sts:TagSession', {}, { StringEquals: { 'aws:RequestTag/team': 'b' } })],
      'no',
    ],
    [
      'a tag that one of two statements lets pass',
      [
        open(tag),
        also('sts:TagSession', {}, { StringEquals: { 'aws:RequestTag/team': 'b' } }),
        also('sts:TagSession', {}, { StringLike: { 'aws:RequestTag/team': 'a*' } }),
      ],
      'yes',
    ],
    [
      'a tag beside another session than it may be passed with',
      [
        open({ StringEquals: { 'aws:RequestTag/team': 'a', 'sts:RoleSessionName': 'one' } }),
        also('sts:TagSession', {}, { StringEquals: { 'sts:RoleSessionName': 'two' } }),
      ],
      'no',
    ],
    [
      'a tag that the Deny of another action refuses',
      [open(tag, { Action: ['sts:AssumeRole', 'sts:TagSession'] }), deny(tag, { Action: 'sts:TagSession' })],
      'no',
    ],
    [
      'a tag, and an identity that may be set with another tag alone',
      [
        open({ StringEquals: { 'aws:RequestTag/team': 'a', 'sts:SourceIdentity': 'bob' } }),
        also('sts:TagSession'),
        also('sts:SetSourceIdentity', {}, { StringEquals: { 'aws:RequestTag/team': 'b' } }),
      ],
      'no',
    ],
    [
      'both, by a statement each',
      [
        open({ StringEquals: { 'aws:RequestTag/team': 'a', 'sts:SourceIdentity': 'bob' } }),
        also('sts:TagSession'),
        also('sts:SetSourceIdentity', {}, tag),
      ],
      'yes',
    ],
    [
      'a tag beside an identity that may be there or not, and that nobody may set',
      [
        open({ StringEquals: { 'aws:RequestTag/team': 'a' }, StringEqualsIfExists: { 'sts:SourceIdentity': 'bob' } }),
        also('sts:TagSession'),
      ],
      'yes',
    ],
    [
      'a tag that may be there or not, and a Deny on its action',
      [open({ StringEqualsIfExists: { 'aws:RequestTag/team': 'a' } }), deny({}, { Action: 'sts:TagSession' })],
      'yes',
    ],
    [
      'a source identity that a Deny refuses to everyone',
      [open(identity, { Action: 'sts:*' }), deny({}, { Action: 'sts:SetSourceIdentity' })],
      'no',
    ],
    ['tags for the own account', [open(tag), also('sts:TagSession', { Principal: own })], 'no'],
    ['tags for everyone', [open(tag), also('sts:TagSession')], 'yes'],
    [
      'tags for pods by EKS Pod Identity',
      [open(tag), also('sts:TagSession', { Principal: { Service: 'pods.eks.amazonaws.com' } })],
      'no',
    ],
    ['tags, and the identity is allowed', [open(tag), also('sts:SetSourceIdentity')], 'no'],
  ])('%s: %s', (_, statements, expected) => expect(strangers(...statements)).toBe(expected));
});
