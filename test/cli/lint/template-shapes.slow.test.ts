/** Shapes of templates that people have, each as small as possible, with the findings that lint reports. */
import { describe, expect, test } from '@jest/globals';
import { runLint } from './run-lint.ts';
import { cart, oidc, policyOf, type Shape, said, statementOf, sub, webIdentity } from './shapes.ts';

describe('references to resources of the template are resolved', () => {
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
  ])('%s gives the expected findings', async (_, template, rules) => {
    expect(await said(template)).toEqual({ rules, doubts: [] });
  });

  test('a provider of GitHub, without a condition, is open to any repository', async () => {
    const { rules, doubts } = await said(plain({ federated: { 'Fn::GetAtt': ['GitHub', 'Arn'] } }));
    expect({ rules, doubts }).toEqual({ rules: ['trust-open-to-logins'], doubts: [] });
  });

  test('a pseudo parameter outside of Fn::Sub is reported, in a key and in a value', async () => {
    const key = 'oidc.eks.${AWS::Region}.amazonaws.com/id/${Id}';
    const inKey = plain({
      federated: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:oidc-provider/${key}` },
      condition: sub(`${key}:sub`),
    });
    const inValue = plain({
      federated: `arn:aws:iam::\${AWS::AccountId}:oidc-provider/${key}`,
      condition: sub('x:sub'),
    });
    const why = ' is outside of Fn::Sub: CloudFormation deploys it as literal text';
    expect(await said(inKey)).toEqual({ rules: [], doubts: [`\${AWS::Region}${why}`] });
    expect((await said(inValue)).doubts).toEqual([`\${AWS::AccountId}${why}`]);
    expect((await said(templateOf('${AWS::StackName}'))).doubts).toHaveLength(2);
  });

  test('a function as a key is reported, and its text is checked all the same', async () => {
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
    const doubts = [expect.stringMatching(/^a function is used as a key/)];
    expect(await said(role('!Sub "${Issuer}:sub"'))).toEqual({ rules: ['trust-any-namespace'], doubts });
    expect((await said(role('!Ref Key'))).doubts).toEqual([...doubts, expect.stringMatching(/whole condition key/)]);
    expect((await said(role('!Join ["", [a]]'))).doubts).toEqual([
      ...doubts,
      expect.stringMatching(/whole condition key/),
    ]);
    expect((await said(role('{ a: b }'))).doubts).toEqual([expect.stringMatching(/whole condition key/)]);
  });
});

interface SarifResult {
  readonly locations: readonly [{ readonly physicalLocation: { readonly region: { readonly startColumn: number } } }];
  readonly partialFingerprints: Readonly<Record<string, string>>;
}

describe('every form that a template has under its conditions is checked', () => {
  const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123';
  const fnIf = (name: string, then: unknown, otherwise: unknown) => ({ 'Fn::If': [name, then, otherwise] });
  const noValue = { Ref: 'AWS::NoValue' };
  const open = statementOf({ federated: `${oidc}/${issuer}` });
  const sound = statementOf({ federated: `${oidc}/${issuer}`, condition: sub(`${issuer}:sub`) });
  const template = (document: unknown, more: object = {}): string =>
    JSON.stringify({
      Resources: { Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: document }, ...more } },
    });
  const withStatement = (...statements: readonly unknown[]) => ({ Version: '2012-10-17', Statement: statements });
  const withCondition = (condition: unknown) =>
    withStatement(statementOf({ federated: `${oidc}/${issuer}`, condition }));

  test.each<[string, string, readonly string[]]>([
    ['a statement', template(withStatement(sound, fnIf('A', open, noValue))), ['trust-any-subject']],
    [
      'a value',
      template(withCondition({ StringLike: { [`${issuer}:sub`]: fnIf('A', cart, 'system:serviceaccount:*:cart') } })),
      ['trust-any-namespace'],
    ],
    [
      'a value that is not there',
      template(withCondition({ StringEquals: { [`${issuer}:sub`]: fnIf('A', cart, noValue) } })),
      ['trust-any-subject'],
    ],
    [
      'a principal with its condition',
      template(
        withStatement({
          Effect: 'Allow',
          Principal: fnIf('A', { Federated: `${oidc}/${issuer}` }, { Service: 'ec2.amazonaws.com' }),
          Action: fnIf('A', webIdentity, 'sts:AssumeRole'),
          Condition: fnIf('A', sub(`${issuer}:sub`), noValue),
        }),
      ),
      [],
    ],
    [
      'a statement before another of the same fault',
      template(withStatement(fnIf('A', open, noValue), open)),
      ['trust-any-subject', 'trust-any-subject'],
    ],
    [
      'either of two statements',
      template(withStatement(fnIf('A', open, open))),
      ['trust-any-subject', 'trust-any-subject'],
    ],
    ['a whole policy', template(fnIf('A', withStatement(open), noValue)), ['trust-any-subject']],
    [
      'a role that is there under the same condition',
      template(fnIf('A', withStatement(sound), withStatement(open)), { Condition: 'A' }),
      [],
    ],
  ])('Fn::If on %s gives the expected findings', async (_, text, rules) => {
    expect(await said(text)).toEqual({ rules, doubts: [] });
    expect(JSON.parse((await runLint(['--json', '-'], text)).out).policies).toBe(1);
  });

  test('faults of several forms have their own places and ids', async () => {
    const text = template(withStatement(fnIf('A', open, noValue), open));
    const { results } = JSON.parse((await runLint(['--format', 'sarif', '-'], text)).out).runs[0];
    const columns = results.map((one: SarifResult) => one.locations[0].physicalLocation.region.startColumn);
    expect(columns).toEqual([text.indexOf('{"Effect"') + 1, text.lastIndexOf('{"Effect"') + 1]);
    const ids = results.map((one: SarifResult) => Object.values(one.partialFingerprints).join());
    expect(new Set(ids).size).toBe(2);
  });

  test('several conditions in one policy are reported as not evaluated', async () => {
    const { rules, doubts } = await said(template(withStatement(fnIf('A', sound, noValue), fnIf('B', open, noValue))));
    expect(rules).toEqual(['trust-any-subject']);
    expect(doubts).toEqual(['Fn::If with several conditions (A, B) is not evaluated']);
  });

  test('roles of a loop are checked', async () => {
    const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: withStatement(open) } };
    const loop = { 'Fn::ForEach::Roles': ['Name', ['a'], { 'Role${Name}': role }] };
    expect((await said(JSON.stringify({ Resources: loop }))).rules).toEqual(['trust-any-subject']);
  });

  test('a key of the mapping itself takes precedence over merged keys, then the first of several', async () => {
    const text = [
      'x: &statement',
      `  Effect: Allow`,
      `  Principal: { Federated: "${oidc}/${issuer}" }`,
      '  Action: sts:AssumeRole',
      `y: &sound { Action: "${webIdentity}", Condition: ${JSON.stringify(sub(`${issuer}:sub`))} }`,
      'Resources:',
      '  One: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ <<: *statement }] } } }',
      '  Two: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ <<: [*sound, *statement] }] } } }',
      `  Three: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Statement: [{ <<: *statement, Action: "${webIdentity}" }] } } }`,
    ].join('\n');
    expect((await said(text)).rules.toSorted()).toEqual(['trust-action-wrong', 'trust-any-subject']);
  });
});
