/** Shapes of policies that people have, each as small as possible, with the findings that lint reports. */
import { describe, expect, test } from '@jest/globals';
import { lintTexts } from './lint-texts.ts';
import { runLint } from './run-lint.ts';
import { cart, oidc, policyOf, type Shape, said, silent, sub, subLike } from './shapes.ts';

describe('a placeholder for a name is not a fault', () => {
  test.each<[string, Shape]>([
    [
      'double underscores',
      { federated: `${oidc}/__ISSUER__`, condition: sub('__ISSUER__:sub', 'system:serviceaccount:__THE_NS__:__SA__') },
    ],
    [
      'brackets',
      { federated: `${oidc}/[issuer]`, condition: sub('[issuer]:sub', 'system:serviceaccount:[k8s-namespace]:[name]') },
    ],
  ])('%s have no findings', async (_, shape) => {
    expect(await said(policyOf(shape))).toEqual(silent);
  });

  test.each([
    ['Allow-${Env}', silent],
    ['Allow-Env', { ...silent, rules: ['trust-undecidable'] }],
  ])('a placeholder in a Sid is not reported, other characters are: %s', async (Sid, expected) => {
    const host = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
    const { Statement, ...rest } = JSON.parse(
      policyOf({ federated: `${oidc}/${host}`, condition: sub(`${host}:sub`) }),
    );
    expect(await said(JSON.stringify({ ...rest, Statement: [{ Sid, ...Statement[0] }] }))).toEqual(expected);
  });

  test.each([
    [
      { NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 'sts:AssumeRole' },
      ['trust-undecidable', 'trust-open-to-accounts'],
    ],
    [
      { Principal: { Federated: 'accounts.google.com' }, Action: 'sts:AssumeRoleWithWebIdentity' },
      ['trust-open-to-logins'],
    ],
    [{ Principal: { AWS: '*' }, Action: 'sts:TagSession' }, []],
  ])('a statement for others beside that for a service account is judged: %j', async (other, ruleIds) => {
    const host = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
    const { Statement, ...rest } = JSON.parse(
      policyOf({ federated: `arn:aws:iam::111122223333:oidc-provider/${host}`, condition: sub(`${host}:sub`) }),
    );
    const text = JSON.stringify({ ...rest, Statement: [...Statement, { Effect: 'Allow', ...other }] });
    expect((await said(text)).rules.filter(id => id !== 'trust-audience-unchecked')).toEqual(ruleIds);
  });

  test('a character class is not a placeholder: IAM has none', async () => {
    expect(
      (
        await said(
          policyOf({
            federated: `${oidc}/[issuer]`,
            condition: subLike('[issuer]:sub', 'system:serviceaccount:[a-z]:cart'),
          }),
        )
      ).rules,
    ).toEqual(['trust-subject-malformed']);
  });
});

describe('a statement with a placeholder that cannot be a cluster is no finding', () => {
  test.each<[string, Shape, string]>([
    [
      'SAML',
      {
        federated: 'arn:aws:iam::${Account}:saml-provider/${Idp}',
        action: 'sts:AssumeRoleWithSAML',
        condition: sub('SAML:aud', 'https://signin.aws.amazon.com/saml'),
      },
      'whoever signs in at arn:aws:iam::${Account}:saml-provider/${Idp}',
    ],
    [
      'GitHub with an opaque key',
      {
        federated: `${oidc}/token.actions.githubusercontent.com`,
        condition: sub('token.actions.githubusercontent.com:${claim}', 'x'),
      },
      'any GitHub repository',
    ],
  ])('%s is judged', async (_, shape, who) => {
    const { findings } = await lintTexts({ 'a.json': policyOf(shape) });
    expect(findings.map(({ finding }) => finding.ruleId)).toEqual(['trust-open-to-logins']);
    expect(findings[0]?.finding.message).toContain(who);
  });

  test.each<[string, Shape]>([
    ['an ARN that SAML assumes with', { federated: '${IdpArn}', action: 'sts:AssumeRoleWithSAML' }],
  ])('%s is silent', async (_, shape) => {
    expect(await said(policyOf(shape))).toEqual(silent);
  });

  test.each(['sts.windows.net/${Tenant}/:aud', 'sts.windows.net/${Tenant}:aud'])(
    'another host with a path to fill in, and %s alone, is open to all of its logins',
    async key => {
      const shape = { federated: '${Provider}', condition: sub(key, '${App}') };
      expect((await said(policyOf(shape))).rules).toEqual(['trust-open-to-logins']);
    },
  );

  test('an opaque key on another principal is silent', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::${Account}:root' },
      Action: 'sts:AssumeRole',
      Condition: sub('aws:PrincipalTag/${Tag}', 'x'),
    };
    expect(await said(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }))).toEqual(silent);
  });

  test.each<[string, Shape]>([
    ['any provider', { federated: '${Provider}', condition: sub('${Issuer}:aud', 'sts.amazonaws.com') }],
    ['a host to fill in', { federated: '${Provider}', condition: sub('s3.REGION.amazonaws.com/issuer:aud', 'x') }],
    ['an opaque key', { federated: '${Provider}', condition: sub('${Key}') }],
    [
      'an opaque key of a cluster',
      { federated: `${oidc}/oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF`, condition: sub('${Key}', 'x') },
    ],
  ])('%s can be a cluster, so it is reported as not checked', async (_, shape) => {
    const { rules, doubts } = await said(policyOf(shape));
    expect(rules).toEqual([]);
    expect(doubts).toHaveLength(1);
  });

  test('a key that names an EKS issuer makes the statement one for a cluster', async () => {
    const condition = sub('oidc.eks.${Region}.amazonaws.com/id/${Id}:aud', 'sts.amazonaws.com');
    expect((await said(policyOf({ federated: '${Provider}', condition }))).rules).toEqual(['trust-any-subject']);
  });
});

describe('values that a tool left empty or filled with a whole URL', () => {
  const id = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
  const url = `oidc.eks.eu-west-1.amazonaws.com/id/https://${id}`;

  test('an empty issuer is reported', async () => {
    expect((await said(policyOf({ federated: `${oidc}/`, condition: sub(':sub') }))).rules).toEqual([
      'trust-provider-missing',
    ]);
  });

  test('a URL in place of its last part is reported once, with the right ARN in the fix', async () => {
    const { out } = await runLint(
      ['--json', '-'],
      policyOf({ federated: `${oidc}/${url}`, condition: sub(`${url}:sub`) }),
    );
    const [finding, ...others] = JSON.parse(out).findings;
    expect(others).toEqual([]);
    expect(finding.ruleId).toBe('trust-provider-missing');
    expect(finding.fix.summary).toMatch(new RegExp(`oidc-provider/${id}\\.$`));
  });

  test('a URL in a key alone is reported, with the right key in the fix', async () => {
    const { out } = await runLint(
      ['--json', '-'],
      policyOf({ federated: `${oidc}/${id}`, condition: sub(`${url}:sub`) }),
    );
    expect(JSON.parse(out).findings[0].evidence[0].what).toMatch(/ that contains a whole URL$/);
    expect(JSON.parse(out).findings[0].fix.summary).toContain(` to ${id}:sub.`);
  });

  test('a list as a condition, with a placeholder as provider, is reported as not checked', async () => {
    const condition = { StringEquals: [sub('${Issuer}:sub')] };
    expect((await said(policyOf({ federated: '${Provider}', condition }))).doubts).toEqual([
      'the provider is a placeholder, and the condition "StringEquals" is an array, wanted an object of keys',
    ]);
  });
});

describe('fixes name the issuer as it is written in the file', () => {
  const fixOf = async (shape: Shape): Promise<string> =>
    JSON.parse((await runLint(['--json', '--min-severity', 'info', '-'], policyOf(shape))).out).findings[0].fix.summary;

  test('a fix uses the issuer of the condition keys', async () => {
    expect(await fixOf({ federated: '${provider_arn}', condition: sub('${provider_url}:sub') })).toBe(
      'Test ${provider_url}:aud for sts.amazonaws.com.',
    );
  });

  test('a fix names every key to rename', async () => {
    const condition = { StringEquals: { 'https://${url}:aud': 'sts.amazonaws.com', 'https://${url}:sub': cart } };
    expect(await fixOf({ federated: `${oidc}/\${url}`, condition })).toBe(
      'Rename the condition keys https://${url}:aud to ${url}:aud and https://${url}:sub to ${url}:sub.',
    );
  });

  test('a fix for an ARN with a scheme does not mention what was not read', async () => {
    const shape = { federated: `${oidc}/https://\${url}`, condition: sub('${url}:sub') };
    expect(await fixOf(shape)).toMatch(/ as arn:<partition>:iam::<account>:oidc-provider\/\$\{url\}\.$/);
    expect((await runLint(['--json', '-'], policyOf(shape))).out).not.toContain('ListOpenIDConnectProviders');
  });

  test('a fix does not use the ARN as issuer, even if a tool puts it into the key', async () => {
    expect(await fixOf({ federated: '${provider}', condition: sub('${provider}:sub') })).toBe(
      'Rename the condition key ${provider}:sub to <issuer of ${provider}>:sub.',
    );
  });

  test('a placeholder that a person fills in may have different values', async () => {
    expect(await said(policyOf({ federated: '%s', condition: sub('%s:sub') }))).toEqual(silent);
  });
});
