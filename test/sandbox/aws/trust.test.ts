/** The sandbox's STS and the auditor decide the same, and as AWS documents it (docs/facts.md §A.3). */
import { describe, expect, test } from '@jest/globals';
import { decideOnly, parsePolicy } from '../../../lib/policy.ts';
import { isTrusted } from '../../../sandbox/aws/sts/trust.ts';
import { aWorld, aWorldAccount, aWorldRole, issuer, mainAccount, region } from '../../support/aws-world.ts';

const host = issuer.slice('https://'.length);
const provider = `arn:aws:iam::${mainAccount}:oidc-provider/${host}`;
const roleArn = `arn:aws:iam::${mainAccount}:role/checkout-cart`;
const subject = 'system:serviceaccount:checkout:cart';
const audience = 'sts.amazonaws.com';

const answers = async (statements: readonly object[]): Promise<readonly [sts: boolean, auditor: string]> => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const call = { world: aWorld(), account: aWorldAccount(), callerArn: '', region, userAgent: 'test', input: {} };
  const sts = await isTrusted(call, {
    action: 'sts:AssumeRoleWithWebIdentity',
    principal: provider,
    roleArn,
    role: aWorldRole({ trustPolicy }),
    issuer: host,
    context: { [`${host}:sub`]: subject, [`${host}:aud`]: audience },
  });
  const parsed = parsePolicy(trustPolicy);
  if (!parsed.ok) throw new Error('a policy of this test is not read');
  const now = '2026-11-01T00:00:00.000Z';
  return [sts, decideOnly(parsed.policy, { roleArn, issuer, subject, audience, now, roleTags: {} })];
};

const allow = (Condition: object, Federated = provider): object => ({
  Effect: 'Allow',
  Principal: { Federated },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition,
});

describe('trust policies', () => {
  test.each<[string, readonly object[], boolean]>([
    [
      'the subject and the audience',
      [allow({ StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: audience } })],
      true,
    ],
    ['a wildcard under StringLike', [allow({ StringLike: { [`${host}:sub`]: 'system:*:checkout:*' } })], true],
    ['a wildcard under StringEquals', [allow({ StringEquals: { [`${host}:sub`]: 'system:*' } })], false],
    ['another case of the key', [allow({ StringEquals: { [`${host.toUpperCase()}:SUB`]: subject } })], true],
    ['another case of the value', [allow({ StringEquals: { [`${host}:sub`]: subject.toUpperCase() } })], false],
    ['the key of another issuer', [allow({ StringEquals: { [`${host}2:sub`]: subject } })], false],
    ['the key of Google', [allow({ StringEquals: { 'accounts.google.com:sub': subject } })], false],
    ['another provider', [allow({}, `${provider}2`)], false],
    ['a negation of an absent key', [allow({ StringNotEquals: { 'accounts.google.com:sub': subject } })], true],
    ['a key that is absent, if it exists', [allow({ StringEqualsIfExists: { [`${host}2:sub`]: 'x' } })], true],
    ['any value of an absent key', [allow({ 'ForAnyValue:StringEquals': { [`${host}:amr`]: 'x' } })], false],
    ['a variable of the subject', [allow({ StringLike: { [`${host}:sub`]: `\${${host}:sub}` } })], true],
    [
      'a variable of another key of the token',
      [allow({ StringEquals: { [`${host}:sub`]: `\${${host}:aud}` } })],
      false,
    ],
    [
      'a negation of a variable that has no value',
      [allow({ StringNotEquals: { [`${host}:sub`]: `\${${host}:amr}` } })],
      true,
    ],
    ['a test on methods of a login, which no pod has', [allow({ StringEquals: { [`${host}:amr`]: 'mfa' } })], false],
    [
      'a deny beside it',
      [allow({}), { ...allow({ StringEquals: { [`${host}:sub`]: subject } }), Effect: 'Deny' }],
      false,
    ],
  ])('%s', async (_, statements, trusted) => {
    expect(await answers(statements)).toEqual([trusted, trusted ? 'allow' : 'deny']);
  });

  test.each<[string, object, RegExp]>([
    ['the audience before it was checked', { StringEquals: { [`${host}:oaud`]: audience } }, /the key \S+:oaud$/],
    ['an operator in small letters', { stringequals: { [`${host}:sub`]: subject } }, /the operator stringequals$/],
    ['an ARN test of a subject', { ArnLike: { [`${host}:sub`]: subject } }, /ArnLike with a value that is no ARN$/],
    ['a list without values', { StringEquals: { [`${host}:sub`]: [] } }, /StringEquals without values$/],
    ['any value of a key that is absent', { 'ForAnyValue:StringLikeIfExists': { [`${host}:amr`]: 'x' } }, /its key$/],
  ])('%s, which no page tells, is refused by its name', async (_, condition, named) => {
    await expect(answers([allow(condition)])).rejects.toThrow(named);
    await expect(answers([allow(condition)])).rejects.toThrow('AWS does not document');
    // Where another statement decides, it does not matter.
    expect(await answers([allow(condition), allow({})])).toEqual([true, 'allow']);
    expect(await answers([allow({ ...condition, Bool: { 'aws:SecureTransport': 'false' } })])).toEqual([false, 'deny']);
  });
});
