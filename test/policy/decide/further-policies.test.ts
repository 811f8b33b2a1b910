import { expect, test } from '@jest/globals';
import type { Decision } from '../../../lib/policy.ts';
import { mustParse } from '../../support/trust-cases.ts';
import { decide } from '../../support/whole/decide.ts';

type Json = Readonly<Record<string, unknown>>;
const host = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const provider = `arn:aws:iam::111122223333:oidc-provider/${host}`;
const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const aud = { [`${host}:aud`]: 'sts.amazonaws.com' };
const app = 'system:serviceaccount:prod:app';
const own = { StringEquals: { ...aud, [`${host}:sub`]: app } };

const statement = (Condition: Json = own, over: Json = {}): Json => ({
  Effect: 'Allow',
  Principal: { Federated: provider },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition,
  ...over,
});
const sub = (operator: string, value: unknown) =>
  operator === 'StringEquals'
    ? { StringEquals: { ...aud, [`${host}:sub`]: value } }
    : { StringEquals: aud, [operator]: { [`${host}:sub`]: value } };
const also = (operator: string, key: string, value: unknown) => ({
  ...own,
  [operator]: { ...(operator === 'StringEquals' ? own.StringEquals : {}), [key]: value },
});
const deny = (Condition: Json, over: Json = {}) => [statement(), statement(Condition, { Effect: 'Deny', ...over })];

/** Each judged by the IAM User Guide as docs/facts.md §A has it, before it was tried; the token is of prod/app. */
const policies: readonly (readonly [
  why: string,
  answer: Decision['decision'],
  statements: readonly Json[],
  version?: string,
])[] = [
  [
    'two providers in one principal are either',
    'allow',
    [statement(own, { Principal: { Federated: [github, provider] } })],
  ],
  ['a pattern for the namespace', 'allow', [statement(sub('StringLike', 'system:serviceaccount:prod:*'))]],
  [
    'one key under two operators must pass both',
    'deny',
    [statement({ ...own, StringLike: { [`${host}:sub`]: 'system:serviceaccount:dev:*' } })],
  ],
  [
    'a negated list matches where none of its values does',
    'allow',
    [statement(sub('StringNotLike', ['system:serviceaccount:kube-*', '*:dev:*']))],
  ],
  [
    'a negated list fails where one of its values matches',
    'deny',
    [statement(sub('StringNotLike', ['*:dev:*', '*:prod:*']))],
  ],
  ['ForAnyValue on a key with one value', 'allow', [statement(sub('ForAnyValue:StringEquals', [app, 'x']))]],
  ['a claim that no token has may be asked to be absent', 'allow', [statement(also('Null', `${host}:amr`, 'true'))]],
  ['the subject is never absent', 'deny', [statement(also('Null', `${host}:sub`, 'true'))]],
  ['a Boolean need not be quoted', 'allow', [statement(also('Bool', 'aws:SecureTransport', true))]],
  [
    'the account of the resource is the role’s',
    'allow',
    [statement(also('StringEquals', 'aws:ResourceAccount', '111122223333'))],
  ],
  ['it is no other', 'deny', [statement(also('StringEquals', 'aws:ResourceAccount', '444455556666'))]],
  ['any name of a session', 'allow', [statement(also('StringLike', 'sts:RoleSessionName', '*'))]],
  [
    'a name of a session that the SDK chooses',
    'unknown',
    [statement(also('StringLike', 'sts:RoleSessionName', 'app-*'))],
  ],
  ['no pod has the age of an MFA', 'deny', [statement(also('NumericLessThan', 'aws:MultiFactorAuthAge', '3600'))]],
  ['all actions but another', 'allow', [{ ...statement(), Action: undefined, NotAction: 'sts:TagSession' }]],
  ['an action with a wildcard', 'allow', [statement(own, { Action: 'sts:AssumeRoleWith*' })]],
  ['the action of SAML', 'deny', [statement(own, { Action: 'sts:AssumeRoleWithSAML' })]],
  ['a Deny for tokens without a claim that none has', 'deny', deny({ Null: { [`${host}:amr`]: 'true' } })],
  [
    'a Deny on a key that is absent does not match',
    'allow',
    deny({ StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
  ],
  [
    'a negated Deny on a key that is absent matches',
    'deny',
    deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }),
  ],
  ['so it does with IfExists', 'deny', deny({ StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } })],
  [
    'a Deny for every AWS principal is one for all principals',
    'deny',
    deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }, { Principal: { AWS: '*' }, Action: 'sts:*' }),
  ],
  [
    'the default of a variable that has no value',
    'allow',
    [statement(sub('StringEquals', "system:serviceaccount:prod:${aws:RequestTag/app, 'app'}"))],
  ],
  [
    'the same text is no variable under the version of 2008',
    'deny',
    [statement(sub('StringEquals', "system:serviceaccount:prod:${aws:RequestTag/app, 'app'}"))],
    '2008-10-17',
  ],
  [
    'a source address that may be hidden by a VPC endpoint',
    'unknown',
    [statement(also('IpAddress', 'aws:SourceIp', '0.0.0.0/0'))],
  ],
  ['a day that is to come', 'allow', [statement(also('DateLessThan', 'aws:CurrentTime', '2027-01-01T00:00:00Z'))]],
  ['a day that has passed', 'deny', [statement(also('DateLessThan', 'aws:CurrentTime', '2026-10-01T00:00:00Z'))]],
  [
    'a key with https:// is no key of the issuer',
    'deny',
    [statement({ StringEquals: { ...aud, [`https://${host}:sub`]: app } })],
  ],
  [
    'a provider of another partition',
    'deny',
    [statement(own, { Principal: { Federated: provider.replace('arn:aws:', 'arn:aws-cn:') } })],
  ],
  ['a claim that need not exist', 'allow', [statement(also('StringEqualsIfExists', `${host}:email`, 'x@example.com'))]],
];

test.each(policies)('%s: %s', (_, answer, statements, version = '2012-10-17') => {
  const { decision } = decide(mustParse(JSON.stringify({ Version: version, Statement: statements })), {
    roleArn: 'arn:aws:iam::111122223333:role/r',
    issuer: `https://${host}`,
    subject: app,
    audience: 'sts.amazonaws.com',
    now: '2026-11-01T06:00:00.000Z',
  });
  expect(decision).toBe(answer);
});
