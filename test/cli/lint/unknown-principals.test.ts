/** A principal that a function gives is told as not checked; one of the role's own account, and of a resource, is none of these. */
import { expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const terraform = (principal: string) => ({
  'main.tf': `locals {\n  s = "*"\n}\nresource "aws_iam_role" "r" {\n  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = ${principal} } }] })\n}\n`,
});
const template = (principal: unknown) => ({
  'stack.json': JSON.stringify({
    Resources: {
      R: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: principal } }],
          },
        },
      },
    },
  }),
});

test.each([
  ['a function', terraform('chomp(local.s)')],
  ['a function in a list', terraform('["arn:aws:iam::558201947736:root", chomp(local.s)]')],
  ['the account by a function', terraform('"arn:aws:iam::${substr("999999999999", 0, 12)}:root"')],
  ['a variable', terraform('var.principal')],
  ['a function of CloudFormation', template({ 'Fn::Base64': 'Kg==' })],
  ['a value of another stack', template([{ 'Fn::ImportValue': 'who' }])],
  ['a parameter', template({ Ref: 'Who' })],
  ['a parameter in a list', template([{ Ref: 'Who' }])],
  ['a parameter in a text', template({ 'Fn::Sub': '${Who}' })],
  ['a value of the parameter store', template('{{resolve:ssm:who}}')],
  ['a placeholder of documentation', template('<WHO>')],
  ['an output of a nested stack', template({ 'Fn::GetAtt': ['Nested', 'Outputs.Who'] })],
])('%s is told', async (_, texts) => {
  const report = await lintTexts(texts);
  expect([
    findingsIn(report),
    doubtsIn(report).filter(one => /it may be (?:everyone|of another account)/.test(one)),
  ]).toEqual([
    [],
    [
      expect.stringMatching(
        /^(?:main\.tf:5|stack\.json:1) .*: its principal .* is not known: it may be (?:everyone|of another account)$/,
      ),
    ],
  ]);
});

test.each([
  ['a role of the module', terraform('aws_iam_role.other.arn')],
  ['the account of the deployment', terraform('"arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"')],
  ['a resource of the template', template({ 'Fn::GetAtt': ['Other', 'Arn'] })],
  [
    'a user of the account of the deployment',
    terraform('"arn:aws:iam::${data.aws_caller_identity.current.account_id}:user/${lower(var.a)}"'),
  ],
  ['its account', template({ 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' })],
])('%s is quiet', async (_, texts) => {
  const report = await lintTexts(texts);
  expect([findingsIn(report), doubtsIn(report)]).toEqual([[], []]);
});

const statementOf = (more: object) => {
  const texts = template('*')['stack.json'];
  const given = JSON.parse(texts);
  Object.assign(given.Resources.R.Properties.AssumeRolePolicyDocument.Statement[0], more);
  return { 'stack.json': JSON.stringify(given) };
};
const login = { Federated: 'arn:aws:iam::558201947736:oidc-provider/token.actions.githubusercontent.com' };

test.each([
  [
    'the whole principal',
    statementOf({ Principal: { Ref: 'Who' } }),
    'the principal ${Who} is known only after deployment',
  ],
  ['the condition', statementOf({ Condition: { Ref: 'Who' } }), 'the condition ${Who} is known only after deployment'],
  [
    'a pattern that alone keeps strangers out',
    statementOf({ Condition: { StringLike: { 'aws:PrincipalOrgID': { Ref: 'Who' } } } }),
    'the value of aws:PrincipalOrgID ${Who} is known only after deployment',
  ],
  [
    'a principal by an operator that takes patterns, too',
    statementOf({ Condition: { ArnEquals: { 'aws:PrincipalArn': [{ Ref: 'Who' }] } } }),
    'the value of aws:PrincipalArn ${Who} is known only after deployment',
  ],
  [
    'the subject of a login',
    statementOf({
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: login,
      Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': [{ Ref: 'Who' }] } },
    }),
    'the subject ${Who} is known only after deployment',
  ],
])('%s that is a parameter is told, and nothing is found', async (_, texts, why) => {
  const report = await lintTexts(texts);
  expect([findingsIn(report), doubtsIn(report)]).toEqual([[], [`stack.json:1 AWS::IAM::Role R: ${why}`]]);
});

test.each(['ArnLike', 'ArnEquals', 'StringLike', 'StringEquals'])(
  'a role of the template by %s is quiet',
  async operator => {
    const arn = { 'Fn::GetAtt': ['App', 'Arn'] };
    const below = { 'Fn::Sub': '${App.Arn}/*' };
    const report = await lintTexts(statementOf({ Condition: { [operator]: { 'aws:PrincipalArn': [arn, below] } } }));
    expect([findingsIn(report), doubtsIn(report)]).toEqual([[], []]);
  },
);

test('a transform that may write the policy is told', async () => {
  const text = JSON.stringify({
    Resources: { R: { Type: 'AWS::IAM::Role', Properties: { 'Fn::Transform': { Name: 'AWS::Include' } } } },
  });
  expect(doubtsIn(await lintTexts({ 'stack.json': text }))).toEqual([
    'stack.json:1 AWS::IAM::Role R: Fn::Transform is known only after deployment: it may write the trust policy',
  ]);
});

test('an empty principal is told as one', async () => {
  const report = await lintTexts({
    'trust.json': JSON.stringify({
      Statement: [{ Effect: 'Allow', Principal: { Federated: '' }, Action: 'sts:AssumeRoleWithWebIdentity' }],
    }),
  });
  expect(doubtsIn(report)).toEqual(['trust.json:1 : its principal is empty']);
});
