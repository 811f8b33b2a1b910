import { describe, expect, test } from '@jest/globals';
import { audiencesOf, completeQuestion, type Policy } from '../../../lib/policy.ts';
import {
  aRequest,
  aStatement,
  aud,
  mustParse,
  P,
  policyText,
  policyWith,
  provider,
  S,
  sub,
} from '../../support/trust-cases.ts';
import { decide, decideOnly } from '../../support/whole/decide.ts';
import { subjectsOf } from '../../support/whole/subject-set.ts';

describe('the audiences that are allowed', () => {
  test.each([
    ['any, where none is asked for', {}, ['*']],
    ['any, by a pattern', { StringLike: { [aud]: '*' } }, ['*']],
    ['any but one', { StringNotEquals: { [aud]: 'vault' } }, ['*']],
    ['the default', { StringEquals: { [aud]: 'sts.amazonaws.com' } }, ['sts.amazonaws.com']],
    [
      'the default first, each once',
      { StringEquals: { [aud]: ['vault', 'sts.amazonaws.com', 'vault'] } },
      ['sts.amazonaws.com', 'vault'],
    ],
    ['a pattern as it is written', { StringLike: { [aud]: 'team-*' } }, ['team-*']],
    ['the default by a pattern, and the pattern', { StringLike: { [aud]: 'sts.*' } }, ['sts.amazonaws.com', 'sts.*']],
    ['none, where two tests contradict', { StringEquals: { [aud]: 'a' }, StringLike: { [aud]: 'b*' } }, []],
    ['none, where nobody is allowed', { StringEquals: { [aud]: 'a', [sub]: 'x' } }, []],
    ['what may be allowed', { StringEquals: { [aud]: 'a', 'sts:RoleSessionName': 'x' } }, ['a']],
    ['a literal star', { StringEquals: { [aud]: 'a*' } }, ['a*']],
    ['a pattern of one character', { StringLike: { [aud]: 'team-?' } }, ['team-?']],
    [
      'what another key is compared with is none',
      { StringLike: { [aud]: 'team-*' }, StringEquals: { 'aws:ResourceTag/x': 'team-x' } },
      ['team-*'],
    ],
    [
      'nor is a key that only begins so',
      { StringLike: { [aud]: 'team-*' }, StringEqualsIfExists: { [`${P}:audience`]: 'team-x' } },
      ['team-*'],
    ],
    [
      'nor what is compared as something else',
      { StringLike: { [aud]: 'tr*' }, ArnLike: { [aud]: 'true' }, Nonsense: { [aud]: 'trust' } },
      ['tr*'],
    ],
    ['values of other keys are none', { StringEquals: { [aud]: 'a', 'aws:ResourceAccount': '111122223333' } }, ['a']],
  ])('%s', (_, condition, expected) => {
    expect(audiencesOf(policyWith(condition), aRequest())).toEqual(expected);
  });

  test('at most 64 of a policy are tried', () => {
    const values = Array.from({ length: 80 }, (_, at) => `audience-${at}`);
    expect(audiencesOf(policyWith({ StringEquals: { [aud]: values } }), aRequest())).toEqual(values.slice(0, 64));
  });
});

describe('what a question leaves out', () => {
  const trusting = (...federated: readonly unknown[]) =>
    mustParse(policyText(federated.map(each => aStatement({ Principal: { Federated: each } }))));
  const other = 'arn:aws-cn:iam::444455556666:oidc-provider/oidc.eks.cn-north-1.amazonaws.com.cn/id/AB';
  const given = { issuer: 'https://given.example', roleArn: 'arn:aws:iam::999999999999:role/given' };

  test.each([
    ['nothing', trusting(provider), given, given],
    [
      'both: the first provider’s issuer, a role in its account',
      trusting(other, provider),
      {},
      {
        issuer: 'https://oidc.eks.cn-north-1.amazonaws.com.cn/id/AB',
        roleArn: 'arn:aws-cn:iam::444455556666:role/unnamed',
      },
    ],
    [
      'the role: in the account of the provider that serves the issuer',
      trusting(other, provider),
      { issuer: `https://${P}` },
      { issuer: `https://${P}`, roleArn: 'arn:aws:iam::111122223333:role/unnamed' },
    ],
    [
      'the role, of an issuer that no provider serves',
      trusting(other),
      { issuer: given.issuer },
      { issuer: given.issuer, roleArn: 'arn:aws-cn:iam::444455556666:role/unnamed' },
    ],
    ['the issuer', trusting(provider), { roleArn: given.roleArn }, { issuer: `https://${P}`, roleArn: given.roleArn }],
    [
      'what is no provider is passed over',
      trusting('cognito-identity.amazonaws.com', 'arn:aws:iam::111122223333:saml-provider/x', provider),
      {},
      { issuer: `https://${P}`, roleArn: 'arn:aws:iam::111122223333:role/unnamed' },
    ],
    ...['https://', 'HTTP://', 'oidc.eks.eu-west-1.amazonaws.com/id/https://', ''].map(
      (before): [string, Policy, object, object] => [
        `an ARN with ${before} and slashes too much means the issuer of tokens`,
        mustParse(policyText([aStatement({ Principal: { Federated: provider.replace(P, `${before}${P}//`) } })])),
        {},
        { issuer: `https://${P}`, roleArn: 'arn:aws:iam::111122223333:role/unnamed' },
      ],
    ),
    [
      'what a template makes of a URL is left to the template',
      mustParse(
        policyText([aStatement({ Principal: { Federated: provider.replace(P, '${replace(u,"https://","")}') } })]),
      ),
      {},
      { issuer: 'https://${replace(u,"https://","")}', roleArn: 'arn:aws:iam::111122223333:role/unnamed' },
    ],
    [
      'an ARN without an issuer is no provider',
      mustParse(policyText([aStatement({ Principal: { Federated: provider.replace(P, '') } })])),
      {},
      { issuer: 'https://issuer.invalid/none', roleArn: 'arn:aws:iam::000000000000:role/unnamed' },
    ],
    [
      'an ARN under another type is no provider',
      mustParse(
        policyText([
          aStatement({ Principal: { AWS: provider } }),
          aStatement({ Principal: '*' }),
          aStatement({ Principal: undefined }),
        ]),
      ),
      {},
      { issuer: 'https://issuer.invalid/none', roleArn: 'arn:aws:iam::000000000000:role/unnamed' },
    ],
  ])('%s', (_, policy, question, expected) => {
    expect(completeQuestion(policy, question)).toEqual(expected);
  });

  test('the answer to a completed question is that of the account itself', () => {
    const policy = policyWith({ StringEquals: { [sub]: `${S}prod:app` } });
    expect(completeQuestion(policy, {})).toEqual({
      issuer: `https://${P}`,
      roleArn: 'arn:aws:iam::111122223333:role/unnamed',
    });
  });
});

describe('a policy that IAM refuses as it stands is not decided', () => {
  const allowed = JSON.stringify(aStatement());
  test.each([
    ['a key that is used twice', `[{"Effect":"Deny","Effect":"Allow",${allowed.slice('{"Effect":"Allow",'.length)}]`],
    ['a Sid with other characters', `[${allowed.replace('{', '{"Sid":"a b",')}]`],
    ['a Sid that is used twice', `[${allowed.replace('{', '{"Sid":"a",')},${allowed.replace('{', '{"Sid":"a",')}]`],
  ])('%s, in any statement', (_, statements) => {
    const policy = mustParse(`{"Version":"2012-10-17","Statement":${statements}}`);
    const { decision, reasons, statements: results } = decide(policy, aRequest());
    expect(decision).toBe('unknown');
    expect(reasons).toEqual([expect.stringContaining('IAM refuses')]);
    expect(results.map(({ applies }) => applies)).not.toContain('true');
    expect(decideOnly(policy, aRequest({ issuer: 'https://issuer.example/other' }))).toBe('unknown');
    expect(subjectsOf(policy, aRequest())).toMatchObject({ kind: 'unknown', because: reasons.join('; ') });
  });
});
