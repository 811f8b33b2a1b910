import { describe, expect, test } from '@jest/globals';
import type { WebIdentityRequest } from '../../../lib/policy.ts';
import {
  aRequest,
  aStatement,
  aud,
  mustParse,
  otherSub,
  P,
  policyText,
  policyWith,
  provider,
  S,
  sub,
  variable,
} from '../../support/trust-cases.ts';
import { decide, decideOnly } from '../../support/whole/decide.ts';

type Outcome = 'allow' | 'deny' | 'unknown';
type Row = readonly [name: string, condition: unknown, outcome: Outcome, request?: Partial<WebIdentityRequest>];

const app = `${S}prod:app`;

/** docs/facts.md §A.11. */
const vectors: readonly Row[] = [
  ['exact sub and aud', { StringEquals: { [sub]: app, [aud]: 'sts.amazonaws.com' } }, 'allow'],
  ['literal star', { StringEquals: { [sub]: `${S}prod:*` } }, 'deny'],
  ['like star', { StringLike: { [sub]: `${S}prod:*` } }, 'allow'],
  ['like open namespace', { StringLike: { [sub]: `${S}*:app` } }, 'allow'],
  ['like ? and *', { StringLike: { [sub]: `${S}p?od:a*` } }, 'allow'],
  ['like everything', { StringLike: { [sub]: '*' } }, 'allow'],
  ['star crosses the colon', { StringLike: { [sub]: `${S}prod*app` } }, 'allow'],
  ['like, other case', { StringLike: { [sub]: `${S}Prod:app` } }, 'deny'],
  ['ignore case', { StringEqualsIgnoreCase: { [sub]: 'SYSTEM:serviceaccount:PROD:app' } }, 'allow'],
  ['values are ORed', { StringEquals: { [sub]: [`${S}x:y`, app] } }, 'allow'],
  ['operators are ANDed', { StringEquals: { [sub]: app }, StringLike: { [aud]: 'sts.*' } }, 'allow'],
  ['not equals, one is', { StringNotEquals: { [sub]: [app, `${S}z:z`] } }, 'deny'],
  ['not equals, none is', { StringNotEquals: { [sub]: [`${S}z:z`] } }, 'allow'],
  ['absent key, equals', { StringEquals: { [otherSub]: app } }, 'deny'],
  ['absent key, not equals', { StringNotEquals: { [otherSub]: 'anything' } }, 'allow'],
  ['absent key, if exists', { StringEqualsIfExists: { [otherSub]: 'anything' } }, 'allow'],
  ['absent key, for all values', { 'ForAllValues:StringEquals': { [otherSub]: 'anything' } }, 'allow'],
  ['present key, for any value', { 'ForAnyValue:StringLike': { [sub]: `${S}prod:*` } }, 'allow'],
  ['null true', { Null: { [sub]: 'true' } }, 'deny'],
  ['null false', { Null: { [sub]: 'false' } }, 'allow'],
  ['null unquoted', { Null: { [sub]: false } }, 'allow'],
  ['amr is absent', { Null: { [`${P}:amr`]: 'true' } }, 'allow'],
  ['key in other case', { StringEquals: { [`${P.toLowerCase()}:SUB`]: app } }, 'allow'],
  ['escaped dollar', { StringLike: { [sub]: `${S}\${$}{x}` } }, 'deny'],
  ['trailing space', { StringEquals: { [sub]: `${app} ` } }, 'deny'],
  ['scheme in the key', { StringEquals: { [`https://${sub}`]: app } }, 'deny'],
  ['provider ARN in the key', { StringEquals: { [`${provider}:sub`]: app } }, 'deny'],
  ['empty condition', {}, 'allow'],
];

/** docs/facts.md §A.3, row by row: an absent key, then present ones. */
const absent = otherSub;
const operators: readonly Row[] = [
  ...['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'ArnEquals', 'ArnLike', 'Bool'].map(
    (name): Row => [`${name}, absent`, { [name]: { [absent]: 'x' } }, 'deny'],
  ),
  ...['NumericEquals', 'NumericLessThan', 'DateEquals', 'DateGreaterThan', 'IpAddress', 'BinaryEquals'].map(
    (name): Row => [`${name}, absent`, { [name]: { [absent]: '1' } }, 'deny'],
  ),
  ...['StringNotEquals', 'StringNotEqualsIgnoreCase', 'StringNotLike', 'ArnNotEquals', 'ArnNotLike'].map(
    (name): Row => [`${name}, absent`, { [name]: { [absent]: 'x' } }, 'allow'],
  ),
  ...['NotIpAddress', 'NumericNotEquals', 'DateNotEquals'].map(
    (name): Row => [`${name}, absent`, { [name]: { [absent]: '1' } }, 'allow'],
  ),
  ...['StringEquals', 'StringNotEquals', 'StringLike', 'ArnLike', 'Bool', 'NumericEquals', 'DateLessThan'].flatMap(
    (name): readonly Row[] => [
      [`${name}IfExists, absent`, { [`${name}IfExists`]: { [absent]: 'x' } }, 'allow'],
      [`ForAllValues:${name}, absent`, { [`ForAllValues:${name}`]: { [absent]: 'x' } }, 'allow'],
      [`ForAllValues:${name}IfExists, absent`, { [`ForAllValues:${name}IfExists`]: { [absent]: 'x' } }, 'allow'],
      [`ForAnyValue:${name}, absent`, { [`ForAnyValue:${name}`]: { [absent]: 'x' } }, 'deny'],
      [`ForAnyValue:${name}IfExists, absent`, { [`ForAnyValue:${name}IfExists`]: { [absent]: 'x' } }, 'unknown'],
    ],
  ),
  ['not equals ignoring case', { StringNotEqualsIgnoreCase: { [sub]: app.toUpperCase() } }, 'deny'],
  ['not equals ignoring case, other', { StringNotEqualsIgnoreCase: { [sub]: 'X' } }, 'allow'],
  ['equals, other case', { StringEquals: { [sub]: app.toUpperCase() } }, 'deny'],
  ['not like', { StringNotLike: { [sub]: `${S}prod:*` } }, 'deny'],
  ['not like, other', { StringNotLike: { [sub]: [`${S}x:*`, `${S}y:*`] } }, 'allow'],
  ['? is one character', { StringLike: { [sub]: `${S}prod:app?` } }, 'deny'],
  ['* is also none', { StringLike: { [sub]: `${app}*` } }, 'allow'],
  ['ArnLike on a subject is not documented', { ArnLike: { [sub]: '*' } }, 'unknown'],
  ['ArnNotLike on a subject is not documented', { ArnNotLike: { [sub]: '*' } }, 'unknown'],
  ['ArnEquals on an audience is not documented', { ArnEquals: { [aud]: 'arn:aws:iam::1:role/x' } }, 'unknown'],
  ['Bool on a subject', { Bool: { [sub]: 'true' } }, 'deny'],
  ['Bool true', { Bool: { 'aws:SecureTransport': 'TRUE' } }, 'allow'],
  ['Bool false', { Bool: { 'aws:SecureTransport': 'false' } }, 'deny'],
  ['Bool with a variable', { Bool: { 'aws:SecureTransport': ['$', '{aws:SecureTransport}'].join('') } }, 'unknown'],
  ['Bool with another word', { Bool: { 'aws:SecureTransport': 'yes' } }, 'unknown'],
  ['Numeric on a subject', { NumericEquals: { [sub]: '1' } }, 'unknown'],
  ['Date on a subject', { DateNotEquals: { [sub]: '2026-01-01T00:00:00Z' } }, 'unknown'],
  ['Binary on a subject', { BinaryEquals: { [sub]: 'eA==' } }, 'unknown'],
  ['IpAddress', { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }, 'unknown'],
  ['IpAddress of a private network', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }, 'deny'],
  ['NotIpAddress of a private network', { NotIpAddress: { 'aws:SourceIp': 'fd00::/8' } }, 'allow'],
  ['null, list is OR', { Null: { [sub]: ['true', 'false'] } }, 'allow'],
  ['null, absent, false', { Null: { [absent]: 'false' } }, 'deny'],
  ['null, other word', { Null: { [sub]: 'no' } }, 'unknown'],
  ['null with IfExists', { NullIfExists: { [sub]: 'false' } }, 'unknown'],
  ['ForAllValues:Null', { 'ForAllValues:Null': { [sub]: 'true' } }, 'allow'],
  ['ForAnyValue:Null', { 'ForAnyValue:Null': { [sub]: 'false' } }, 'deny'],
  ['ForAllValues, present, equal', { 'ForAllValues:StringEquals': { [sub]: app } }, 'allow'],
  ['ForAllValues, present, other', { 'ForAllValues:StringEquals': { [sub]: 'x' } }, 'deny'],
  ['ForAllValues not equals, equal', { 'ForAllValues:StringNotEquals': { [sub]: [app, 'x'] } }, 'deny'],
  ['ForAllValues not equals, other', { 'ForAllValues:StringNotEquals': { [sub]: 'x' } }, 'allow'],
  ['ForAnyValue not equals, equal', { 'ForAnyValue:StringNotEquals': { [sub]: ['x', app] } }, 'deny'],
  ['ForAnyValue not equals, other', { 'ForAnyValue:StringNotEquals': { [sub]: 'x' } }, 'allow'],
  ['ForAllValues, empty value', { 'ForAllValues:StringEquals': { [aud]: 'x' } }, 'allow', { audience: '' }],
  ['ForAnyValue, empty value', { 'ForAnyValue:StringEquals': { [aud]: '' } }, 'deny', { audience: '' }],
  ['null of an empty value', { Null: { [aud]: 'true' } }, 'unknown', { audience: '' }],
  ['no values, present', { StringEquals: { [sub]: [] } }, 'unknown'],
  ['no values, absent', { StringEquals: { [absent]: [] } }, 'unknown'],
  ['no values, negated, absent', { StringNotEquals: { [absent]: [] } }, 'unknown'],
  ['no values, null', { Null: { [absent]: [] } }, 'unknown'],
  ['no values, if exists, present', { StringEqualsIfExists: { [sub]: [] } }, 'deny'],
  ['no values, if exists, absent', { StringEqualsIfExists: { [absent]: [] } }, 'allow'],
  ['no values, ForAllValues, present', { 'ForAllValues:StringEquals': { [sub]: [] } }, 'deny'],
  ['no values, ForAllValues, absent', { 'ForAllValues:StringEquals': { [absent]: [] } }, 'allow'],
  ['no values, ForAnyValue, present', { 'ForAnyValue:StringNotEquals': { [sub]: [] } }, 'deny'],
  ['no values, ForAnyValue, absent', { 'ForAnyValue:StringEquals': { [absent]: [] } }, 'deny'],
  ['operator in other case', { stringequals: { [sub]: app } }, 'unknown'],
  ['unknown operator', { __doc_comment: { [sub]: app } }, 'unknown'],
  ['unknown qualifier', { 'ForSomeValues:StringEquals': { [sub]: app } }, 'unknown'],
  ['unknown operator beside a false test', { Made: { a: 'b' }, StringEquals: { [sub]: 'x' } }, 'deny'],
  ['keys that differ in case, agreeing', { StringEquals: { [sub]: app, [`${P}:Sub`]: [app, 'x'] } }, 'allow'],
  ['keys that differ in case, apart', { StringEquals: { [sub]: app, [`${P}:Sub`]: 'x' } }, 'unknown'],
  ['keys that differ in case, both false', { StringEquals: { [sub]: 'y', [`${P}:Sub`]: 'x' } }, 'deny'],
];

const tag = (value: string): Partial<WebIdentityRequest> => ({ roleTags: { Level: value } });
const level = 'aws:ResourceTag/level';

/** docs/facts.md §A.6. */
const keys: readonly Row[] = [
  ['another issuer’s audience', { StringEquals: { 'accounts.google.com:aud': 'sts.amazonaws.com' } }, 'deny'],
  ['custom claims are absent', { StringEquals: { [`${P}:kubernetes.io/namespace`]: 'prod' } }, 'deny'],
  ['oaud', { StringEquals: { [`${P}:oaud`]: 'sts.amazonaws.com' } }, 'unknown'],
  ['oaud, other', { StringEquals: { [`${P}:oaud`]: 'x' } }, 'deny'],
  ['session name', { StringEquals: { 'sts:RoleSessionName': 'x' } }, 'unknown'],
  ['session name, anything', { StringLike: { 'sts:RoleSessionName': '*' } }, 'allow'],
  ['session name, not anything', { StringNotLike: { 'sts:RoleSessionName': '*' } }, 'deny'],
  ['session name is there', { Null: { 'sts:RoleSessionName': 'false' } }, 'allow'],
  ['authorized by provider', { Bool: { 'sts:RoleAuthorizedByIdp': 'true' } }, 'unknown'],
  ['external id', { StringEquals: { 'sts:ExternalId': 'x' } }, 'deny'],
  ['source identity', { StringLike: { 'sts:SourceIdentity': '*' } }, 'deny'],
  ['undocumented sts key', { StringEquals: { 'sts:Made': 'x' } }, 'unknown'],
  ['request tag', { StringEquals: { 'aws:RequestTag/a': 'x' } }, 'deny'],
  ['tag keys', { 'ForAllValues:StringEquals': { 'aws:TagKeys': 'x' } }, 'allow'],
  ['principal tag', { StringEquals: { 'aws:PrincipalTag/a': 'x' } }, 'deny'],
  ['principal organization', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, 'deny'],
  ['principal account', { StringEquals: { 'aws:PrincipalAccount': '111122223333' } }, 'deny'],
  ['resource account', { StringEquals: { 'aws:ResourceAccount': '111122223333' } }, 'allow'],
  ['resource account, other', { StringEquals: { 'aws:ResourceAccount': '1' } }, 'deny'],
  ['resource organization', { StringEquals: { 'aws:ResourceOrgID': 'o-1' } }, 'unknown'],
  ['federated provider, ARN', { StringEquals: { 'aws:FederatedProvider': provider } }, 'allow'],
  [
    'federated provider, ArnLike',
    { ArnLike: { 'aws:FederatedProvider': provider.replace(/id\/.*/, 'id/*') } },
    'allow',
  ],
  ['federated provider, host', { StringEquals: { 'aws:FederatedProvider': P } }, 'unknown'],
  ['federated provider, not the ARN', { StringNotEquals: { 'aws:FederatedProvider': provider } }, 'deny'],
  ['federated provider, not another', { StringNotEquals: { 'aws:FederatedProvider': 'x' } }, 'unknown'],
  ['region', { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } }, 'unknown'],
  ['source VPC', { StringEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' } }, 'unknown'],
  ['source VPC, anything if exists', { StringLikeIfExists: { 'aws:SourceVpc': '*' } }, 'allow'],
  ['source VPC, is there', { Null: { 'aws:SourceVpc': 'false' } }, 'unknown'],
  ['via a service', { Bool: { 'aws:ViaAWSService': 'false' } }, 'allow'],
  ['time', { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }, 'unknown'],
  ['user agent', { StringLike: { 'aws:UserAgent': 'x*' } }, 'unknown'],
  ['undocumented global key', { StringEquals: { 'aws:Made': 'x' } }, 'unknown'],
  ['undocumented iam key', { StringEquals: { 'iam:Made': 'x' } }, 'unknown'],
  ['key of another service', { StringEquals: { 's3:prefix': 'x' } }, 'deny'],
  ['key without prefix', { StringEquals: { sub: app } }, 'deny'],
  ['tags not known', { StringEquals: { [level]: '3' } }, 'unknown'],
  ['tag', { StringEquals: { [level]: '3' } }, 'allow', tag('3')],
  ['tag by iam', { StringEquals: { 'iam:ResourceTag/Level': '3' } }, 'allow', tag('3')],
  ['tag not set', { StringEquals: { 'aws:ResourceTag/x': '3' } }, 'deny', tag('3')],
  ['tags that differ in case', { StringEquals: { [level]: '3' } }, 'unknown', { roleTags: { level: '3', Level: '3' } }],
  ['numeric equals', { NumericEquals: { [level]: '3.0' } }, 'allow', tag('3')],
  ['numeric not equals', { NumericNotEquals: { [level]: 3 } }, 'deny', tag('3')],
  ['numeric less', { NumericLessThan: { [level]: '3' } }, 'deny', tag('3')],
  ['numeric less or equal', { NumericLessThanEquals: { [level]: '3' } }, 'allow', tag('3')],
  ['numeric greater', { NumericGreaterThan: { [level]: '3' } }, 'deny', tag('3')],
  ['numeric greater or equal', { NumericGreaterThanEquals: { [level]: '3' } }, 'allow', tag('3')],
  ['numeric, greater', { NumericGreaterThan: { [level]: '2' } }, 'allow', tag('3')],
  ['numeric, not a number', { NumericGreaterThan: { [level]: 'x' } }, 'unknown', tag('3')],
  ['date', { DateLessThan: { [level]: '2026-02-01T00:00:00Z' } }, 'allow', tag('2026-01-01T00:00:00Z')],
  ['date, epoch', { DateEquals: { [level]: '1767225600' } }, 'allow', tag('2026-01-01T00:00:00Z')],
  ['date, not a date', { DateEquals: { [level]: '2026-13-01T00:00:00Z' } }, 'unknown', tag('2026-01-01T00:00:00Z')],
];

/** docs/facts.md §A.5. */
const variables: readonly Row[] = [
  ['escaped star is a star', { StringEquals: { [aud]: `a${variable('*')}` } }, 'allow', { audience: 'a*' }],
  ['escaped star is no wildcard', { StringLike: { [aud]: `a${variable('*')}` } }, 'deny', { audience: 'ab' }],
  ['escaped question mark', { StringLike: { [aud]: variable('?') } }, 'deny', { audience: 'a' }],
  ['variable of the token', { StringEquals: { [aud]: variable(`${P}:AUD`) } }, 'allow'],
  ['variable of the subject', { StringEquals: { [sub]: variable(sub) } }, 'allow'],
  ['variable in the middle', { StringLike: { [sub]: `${S}*:${variable(level)}` } }, 'allow', tag('app')],
  ['variable, folded', { StringEqualsIgnoreCase: { [sub]: `${S}PROD:${variable(level)}` } }, 'allow', tag('APP')],
  ['variable without value', { StringEquals: { [sub]: variable('aws:PrincipalOrgID') } }, 'deny'],
  ['variable without value, negated', { StringNotEquals: { [sub]: variable('aws:PrincipalOrgID') } }, 'allow'],
  ['default of an absent one', { StringEquals: { [sub]: `\${aws:PrincipalOrgID, '${app}'}` } }, 'allow'],
  ['default with a wildcard', { StringLike: { [sub]: variable("aws:PrincipalOrgID, '*'") } }, 'unknown'],
  ['default of a present one', { StringEquals: { [sub]: `\${${sub}, 'x'}` } }, 'allow'],
  ['default written otherwise', { StringEquals: { [sub]: variable("aws:PrincipalOrgID,'x'") } }, 'unknown'],
  ['unknowable variable', { StringEquals: { [sub]: variable('sts:RoleSessionName') } }, 'unknown'],
  ['wildcard in a substituted value', { StringLike: { [sub]: variable(level) } }, 'unknown', tag('*')],
  ['empty variable', { StringEquals: { [sub]: variable('') } }, 'unknown'],
  ['unterminated variable', { StringEquals: { [sub]: '${aws:x' } }, 'deny'],
  ['no value dominates unknowable', { StringEquals: { [sub]: `${variable('')}${variable('aws:TagKeys')}` } }, 'deny'],
  ['variable in an ARN', { ArnLike: { 'aws:FederatedProvider': variable('aws:TagKeys') } }, 'unknown'],
];

describe.each([
  ['test vectors', vectors],
  ['operators', operators],
  ['keys', keys],
  ['variables', variables],
])('%s', (_, rows) => {
  test.each(rows.map(([name, condition, outcome, request]) => ({ name, condition, outcome, request })))(
    '$name: $outcome',
    ({ condition, outcome, request }) => {
      const decision = decide(policyWith(condition), aRequest(request));
      expect(decision.decision).toBe(outcome);
      expect(decision.reasons.length).toBeGreaterThan(0);
      expect(decideOnly(policyWith(condition), aRequest(request))).toBe(outcome);
    },
  );
});

describe('versions', () => {
  const starred = { StringEquals: { [aud]: `a${variable('*')}` } };
  test.each(['2008-10-17', null])('no variables in %s', version => {
    expect(decide(policyWith(starred, version), aRequest({ audience: 'a*' })).decision).toBe('deny');
    expect(decide(policyWith(starred, version), aRequest({ audience: `a${variable('*')}` })).decision).toBe('allow');
  });
  test('a version that IAM does not know', () => {
    expect(decide(policyWith({}, '2012-10-18'), aRequest()).decision).toBe('unknown');
  });
});

const statementRows: readonly (readonly [string, unknown, Outcome, Partial<WebIdentityRequest>?])[] = [
  ['no statement', [], 'deny'],
  ['one statement as an object', aStatement(), 'allow'],
  ['a Deny that does not apply', [aStatement(), deny({ StringNotEquals: { [aud]: 'sts.amazonaws.com' } })], 'allow'],
  ['a Deny that applies', [aStatement(), deny({ StringLike: { [sub]: '*:prod:*' } })], 'deny'],
  ['an unknown Deny', [aStatement(), deny({ StringEquals: { 'aws:SourceVpc': 'x' } })], 'unknown'],
  ['an unknown Deny over nothing', [deny({ StringEquals: { 'aws:SourceVpc': 'x' } })], 'deny'],
  ['a Deny over an unknown Allow', [aStatement({ Condition: { X: { a: 'b' } } }), deny({})], 'deny'],
  ['an Allow beside an unknown one', [aStatement({ Condition: { X: { a: 'b' } } }), aStatement()], 'allow'],
  ['Deny of every AWS principal', [aStatement(), { ...deny({}), Principal: { AWS: '*' } }], 'deny'],
  ['Deny of everyone', [aStatement(), { ...deny({}), Principal: '*' }], 'deny'],
  ['Deny of every provider', [aStatement(), { ...deny({}), Principal: { Federated: '*' } }], 'unknown'],
  ['Deny of a service', [aStatement(), { ...deny({}), Principal: { Service: 'ec2.amazonaws.com' } }], 'allow'],
  ['effect in other case', aStatement({ Effect: 'allow' }), 'unknown'],
  ['effect in other case, Deny', [aStatement(), aStatement({ Effect: 'deny' })], 'unknown'],
  ['no effect', aStatement({ Effect: undefined }), 'unknown'],
  ['everyone', aStatement({ Principal: '*' }), 'unknown'],
  ['every AWS principal', aStatement({ Principal: { AWS: '*' } }), 'unknown'],
  ['every federated principal', aStatement({ Principal: { Federated: '*' } }), 'unknown'],
  ['bare issuer', aStatement({ Principal: { Federated: P } }), 'unknown'],
  ['a service', aStatement({ Principal: { Service: 'pods.eks.amazonaws.com' } }), 'deny'],
  ['an account', aStatement({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } }), 'deny'],
  ['the provider as an AWS principal', aStatement({ Principal: { AWS: provider } }), 'deny'],
  ['the provider as a service', aStatement({ Principal: { Service: provider } }), 'deny'],
  ['canonical user', aStatement({ Principal: { CanonicalUser: 'x' } }), 'deny'],
  ['unknown type of principal', aStatement({ Principal: { Made: provider } }), 'unknown'],
  ['several providers', aStatement({ Principal: { Federated: ['arn:x', provider] } }), 'allow'],
  ['mixed types', aStatement({ Principal: { AWS: 'x', Federated: provider } }), 'allow'],
  ['part of an ARN as a wildcard', aStatement({ Principal: { Federated: `${provider.slice(0, -3)}*` } }), 'deny'],
  ['provider in other case', aStatement({ Principal: { Federated: provider.toLowerCase() } }), 'deny'],
  ['provider of another account', aStatement(), 'deny', { roleArn: 'arn:aws:iam::999999999999:role/x' }],
  ['provider of another partition', aStatement(), 'deny', { roleArn: 'arn:aws-cn:iam::111122223333:role/x' }],
  ['role that is no ARN', aStatement(), 'deny', { roleArn: 'x' }],
  ['issuer without scheme', aStatement(), 'allow', { issuer: P }],
  ['issuer with a slash', aStatement(), 'deny', { issuer: `https://${P}/` }],
  ['no principal', aStatement({ Principal: undefined }), 'unknown'],
  ['not principal', aStatement({ Principal: undefined, NotPrincipal: { AWS: 'x' } }), 'unknown'],
  ['empty principal', aStatement({ Principal: {} }), 'deny'],
  ['sts:AssumeRole', aStatement({ Action: 'sts:AssumeRole' }), 'deny'],
  ['action in other case', aStatement({ Action: 'STS:assumerolewithwebidentity' }), 'allow'],
  ['sts:*', aStatement({ Action: 'sts:*' }), 'allow'],
  ['*', aStatement({ Action: '*' }), 'allow'],
  ['sts:AssumeRole*', aStatement({ Action: 'sts:AssumeRole*' }), 'allow'],
  ['sts:AssumeRoleWithSAML', aStatement({ Action: 'sts:AssumeRoleWithSAML' }), 'deny'],
  ['list of actions', aStatement({ Action: ['sts:TagSession', 'sts:AssumeRoleWithWebIdentity'] }), 'allow'],
  ['wildcard in the service', aStatement({ Action: 's*:AssumeRoleWithWebIdentity' }), 'unknown'],
  ['other service', aStatement({ Action: 'iam:*' }), 'deny'],
  ['NotAction', aStatement({ Action: undefined, NotAction: 'sts:TagSession' }), 'allow'],
  ['NotAction that covers it', aStatement({ Action: undefined, NotAction: 'sts:Assume*' }), 'deny'],
  ['Action and NotAction', aStatement({ NotAction: 'sts:TagSession' }), 'unknown'],
  ['no action', aStatement({ Action: undefined }), 'unknown'],
  ['Resource', aStatement({ Resource: '*' }), 'unknown'],
];

function deny(condition: unknown) {
  return aStatement({ Effect: 'Deny', Condition: condition });
}

test.each(statementRows.map(([name, statements, outcome, request]) => ({ name, statements, outcome, request })))(
  'statement: $name: $outcome',
  ({ statements, outcome, request }) => {
    expect(decide(mustParse(policyText(statements)), aRequest(request)).decision).toBe(outcome);
  },
);

test('a top-level element that IAM does not know makes everything unknown', () => {
  const policy = mustParse(policyText([aStatement()], { Version: '2012-10-17', Resource: '*' }));
  expect(decide(policy, aRequest()).decision).toBe('unknown');
});

test('the decision says where: the failing value, with the token’s beside it', () => {
  const text = JSON.stringify({ Statement: aStatement({ Condition: { StringEquals: { [sub]: 'nobody' } } }) }, null, 1);
  const decision = decide(mustParse(text), aRequest());
  expect(decision.at).toEqual({
    line: text.split('\n').findIndex(line => line.includes('nobody')) + 1,
    column: expect.any(Number),
  });
  expect(decision.reasons[0]).toContain('wants "nobody", the token has "system:serviceaccount:prod:app"');
});
