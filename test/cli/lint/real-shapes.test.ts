/** Shapes of files that people have, each made anew and as small as it goes, with what is to be said of it. */
import { describe, expect, test } from '@jest/globals';
import { runLint } from './run-lint.ts';

const webIdentity = 'sts:AssumeRoleWithWebIdentity';
const oidc = 'arn:aws:iam::111122223333:oidc-provider';
const cart = 'system:serviceaccount:checkout:cart';

interface Shape {
  readonly federated: string;
  readonly action?: string;
  readonly condition?: unknown;
}

const statementOf = ({ federated, action = webIdentity, condition }: Shape): unknown => ({
  Effect: 'Allow',
  Principal: { Federated: federated },
  Action: action,
  ...(condition === undefined ? {} : { Condition: condition }),
});

const policyOf = (shape: Shape): string => JSON.stringify({ Version: '2012-10-17', Statement: [statementOf(shape)] });

/** Rules of the findings from `low` on, and what was not judged. */
const said = async (
  input: string,
): Promise<{ readonly rules: readonly string[]; readonly doubts: readonly string[] }> => {
  const { findings, undecided, errors } = JSON.parse((await runLint(['--json', '-'], input)).out);
  expect(errors).toEqual([]);
  return {
    rules: findings.map((one: { ruleId: string }) => one.ruleId),
    doubts: undecided.map((one: { why: string }) => one.why),
  };
};

const silent = { rules: [], doubts: [] };
const sub = (key: string, value = cart) => ({ StringEquals: { [key]: value } });
const subLike = (key: string, value: string) => ({ StringLike: { [key]: value } });

describe('what stands for a name is no fault', () => {
  test.each<[string, Shape]>([
    [
      'double underscores',
      { federated: `${oidc}/__ISSUER__`, condition: sub('__ISSUER__:sub', 'system:serviceaccount:__THE_NS__:__SA__') },
    ],
    [
      'brackets',
      { federated: `${oidc}/[issuer]`, condition: sub('[issuer]:sub', 'system:serviceaccount:[k8s-namespace]:[name]') },
    ],
  ])('%s', async (_, shape) => {
    expect(await said(policyOf(shape))).toEqual(silent);
  });

  test('a character class is none: IAM has no such thing', async () => {
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

describe('a placeholder that cannot be a cluster is nobody’s doubt', () => {
  test.each<[string, Shape]>([
    [
      'SAML',
      {
        federated: 'arn:aws:iam::${Account}:saml-provider/${Idp}',
        action: 'sts:AssumeRoleWithSAML',
        condition: sub('SAML:aud', 'https://signin.aws.amazon.com/saml'),
      },
    ],
    ['an ARN that SAML assumes with', { federated: '${IdpArn}', action: 'sts:AssumeRoleWithSAML' }],
    [
      'another host with a path to fill in',
      { federated: '${Provider}', condition: sub('sts.windows.net/${Tenant}/:aud', '${App}') },
    ],
    [
      'GitHub with an opaque key',
      {
        federated: `${oidc}/token.actions.githubusercontent.com`,
        condition: sub('token.actions.githubusercontent.com:${claim}', 'x'),
      },
    ],
  ])('%s', async (_, shape) => {
    expect(await said(policyOf(shape))).toEqual(silent);
  });

  test('nor is an opaque key on another principal', async () => {
    const statement = {
      Effect: 'Allow',
      Principal: { AWS: '${Account}' },
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
  ])('but %s may be one', async (_, shape) => {
    const { rules, doubts } = await said(policyOf(shape));
    expect(rules).toEqual([]);
    expect(doubts).toHaveLength(1);
  });

  test('a key that names a cluster says that one is meant', async () => {
    const condition = sub('oidc.eks.${Region}.amazonaws.com/id/${Id}:aud', 'sts.amazonaws.com');
    expect((await said(policyOf({ federated: '${Provider}', condition }))).rules).toEqual(['trust-any-subject']);
  });
});

describe('what a tool leaves behind where a value was not set, or was set to too much', () => {
  const id = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
  const url = `oidc.eks.eu-west-1.amazonaws.com/id/https://${id}`;

  test('an issuer of no text', async () => {
    expect((await said(policyOf({ federated: `${oidc}/`, condition: sub(':sub') }))).rules).toEqual([
      'trust-provider-missing',
    ]);
  });

  test('a URL where its last part belongs', async () => {
    const { out } = await runLint(
      ['--json', '-'],
      policyOf({ federated: `${oidc}/${url}`, condition: sub(`${url}:sub`) }),
    );
    const [finding, ...others] = JSON.parse(out).findings;
    expect(others).toEqual([]);
    expect(finding.ruleId).toBe('trust-provider-missing');
    expect(finding.fix.summary).toMatch(new RegExp(`oidc-provider/${id}\\.$`));
  });

  test('the same in a key alone', async () => {
    const { out } = await runLint(
      ['--json', '-'],
      policyOf({ federated: `${oidc}/${id}`, condition: sub(`${url}:sub`) }),
    );
    expect(JSON.parse(out).findings[0].message).toContain(' has a whole URL in it: ');
    expect(JSON.parse(out).findings[0].fix.summary).toContain(` to ${id}:sub.`);
  });

  test('a condition that is a list, on a provider to fill in', async () => {
    const condition = { StringEquals: [sub('${Issuer}:sub')] };
    expect((await said(policyOf({ federated: '${Provider}', condition }))).doubts).toEqual([
      'its provider is a placeholder, and the condition "StringEquals" is an array, wanted an object of keys',
    ]);
  });
});

describe('fixes name the issuer as the file does', () => {
  const fixOf = async (shape: Shape): Promise<string> =>
    JSON.parse((await runLint(['--json', '--min-severity', 'info', '-'], policyOf(shape))).out).findings[0].fix.summary;

  test('as its keys', async () => {
    expect(await fixOf({ federated: '${provider_arn}', condition: sub('${provider_url}:sub') })).toBe(
      'Test ${provider_url}:aud for sts.amazonaws.com.',
    );
  });

  test('every key that is to be renamed', async () => {
    const condition = { StringEquals: { 'https://${url}:aud': 'sts.amazonaws.com', 'https://${url}:sub': cart } };
    expect(await fixOf({ federated: `${oidc}/\${url}`, condition })).toBe(
      'Rename the condition keys https://${url}:aud to ${url}:aud and https://${url}:sub to ${url}:sub.',
    );
  });

  test('an ARN with a scheme in it, without saying what was not read', async () => {
    const shape = { federated: `${oidc}/https://\${url}`, condition: sub('${url}:sub') };
    expect(await fixOf(shape)).toMatch(/ as arn:<partition>:iam::<account>:oidc-provider\/\$\{url\}\.$/);
    expect((await runLint(['--json', '-'], policyOf(shape))).out).not.toContain('ListOpenIDConnectProviders');
  });

  test('not as its ARN, which a tool puts into the key all the same', async () => {
    expect(await fixOf({ federated: '${provider}', condition: sub('${provider}:sub') })).toBe(
      'Rename the condition key ${provider}:sub to <issuer of ${provider}>:sub.',
    );
  });

  test('what a person fills in may differ from place to place', async () => {
    expect(await said(policyOf({ federated: '%s', condition: sub('%s:sub') }))).toEqual(silent);
  });
});

describe('a template says what its own resources give', () => {
  const resources = {
    Cluster: { Type: 'AWS::EKS::Cluster' },
    Provider: {
      Type: 'AWS::IAM::OIDCProvider',
      Properties: { Url: { 'Fn::GetAtt': 'Cluster.OpenIdConnectIssuerUrl' } },
    },
    GitHub: { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: 'https://token.actions.githubusercontent.com' } },
    Loop: { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: { Ref: 'Loop' } } },
  };
  const templateOf = (document: unknown, more: object = {}): string =>
    JSON.stringify({
      Resources: {
        ...resources,
        ...more,
        Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: document } },
      },
    });
  const plain = (shape: Omit<Shape, 'federated'> & { readonly federated: unknown }, more?: object): string =>
    templateOf({ Version: '2012-10-17', Statement: [statementOf({ ...shape, federated: 'X' })] }, more).replace(
      '"X"',
      JSON.stringify(shape.federated),
    );
  const asText = (key: string, variables: object, federated = '${Provider}'): string =>
    templateOf({ 'Fn::Sub': [policyOf({ federated, condition: sub(key) }), variables] });
  const url = { 'Fn::GetAtt': ['Cluster', 'OpenIdConnectIssuerUrl'] };

  test.each<[string, string, readonly string[]]>([
    [
      'a provider of the cluster, without a condition',
      plain({ federated: { Ref: 'Provider' } }),
      ['trust-any-subject'],
    ],
    ['a provider of GitHub, without a condition', plain({ federated: { 'Fn::GetAtt': ['GitHub', 'Arn'] } }), []],
    ['the issuer with its scheme as a key', asText('${Url}:sub', { Url: url }), ['trust-key-issuer-mismatch']],
    [
      'the attribute itself as a key',
      asText('${Cluster.OpenIdConnectIssuerUrl}:sub', {}),
      ['trust-key-issuer-mismatch'],
    ],
    ['the ARN as a key', asText('${Provider}:sub', {}), ['trust-key-issuer-mismatch']],
    [
      'the issuer without its scheme',
      asText('${Issuer}:sub', { Issuer: { 'Fn::Select': [1, { 'Fn::Split': ['//', url] }] } }),
      [],
    ],
    [
      'what follows oidc-provider/ in the ARN',
      asText('${Issuer}:sub', {
        Issuer: { 'Fn::Select': ['1', { 'Fn::Split': [':oidc-provider/', { Ref: 'Provider' }] }] },
      }),
      [],
    ],
    [
      'a separator that a value may have',
      asText('${Issuer}:sub', { Issuer: { 'Fn::Select': [5, { 'Fn::Split': [':', { Ref: 'Provider' }] }] } }),
      [],
    ],
    [
      'a part that is not there',
      asText('${Issuer}:sub', { Issuer: { 'Fn::Select': [7, { 'Fn::Split': ['//', url] }] } }),
      [],
    ],
    ['the scheme within the ARN', asText('${Url}:sub', { Url: url }, `${oidc}/\${Url}`), ['trust-provider-missing']],
    ['an ARN within the ARN', asText('x:sub', {}, `${oidc}/\${Provider}`), ['trust-provider-missing']],
    ['a parameter', asText('${Issuer}:sub', {}, `${oidc}/\${Issuer}`), []],
    ['a resource that refers to itself', plain({ federated: { Ref: 'Loop' }, condition: sub('x.example/id:sub') }), []],
    [
      'conditions of the CDK',
      plain(
        { federated: { Ref: 'Provider' }, condition: { StringEquals: { 'Fn::GetAtt': ['Json', 'Value'] } } },
        {
          Json: {
            Type: 'Custom::AWSCDKCfnJson',
            Properties: { Value: { 'Fn::Join': ['', ['{"', url, `:sub":"${cart}"}`]] } },
          },
        },
      ),
      ['trust-key-issuer-mismatch'],
    ],
  ])('%s', async (_, template, rules) => {
    expect(await said(template)).toEqual({ rules, doubts: [] });
  });

  test('a function as a key is refused by CloudFormation; what it says is judged all the same', async () => {
    const role = (key: string): string =>
      [
        'Resources:',
        '  Role:',
        '    Type: AWS::IAM::Role',
        '    Properties:',
        '      AssumeRolePolicyDocument:',
        '        Statement:',
        '          - Effect: Allow',
        '            Principal: { Federated: !Sub "arn:aws:iam::${AWS::AccountId}:oidc-provider/${Issuer}" }',
        `            Action: ${webIdentity}`,
        '            Condition:',
        '              StringLike:',
        `                ${key}: system:serviceaccount:*:cart`,
      ].join('\n');
    const doubts = [expect.stringMatching(/^a function stands where a key belongs/)];
    expect(await said(role('!Sub "${Issuer}:sub"'))).toEqual({ rules: ['trust-any-namespace'], doubts });
    expect((await said(role('!Ref Key'))).doubts).toEqual([...doubts, expect.stringMatching(/whole condition key/)]);
    expect((await said(role('!Join ["", [a]]'))).doubts).toEqual([
      ...doubts,
      expect.stringMatching(/whole condition key/),
    ]);
    expect((await said(role('{ a: b }'))).doubts).toEqual([expect.stringMatching(/whole condition key/)]);
  });
});
