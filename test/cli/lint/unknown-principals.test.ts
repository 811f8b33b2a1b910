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

test('a transform that may write the policy is told', async () => {
  const text = JSON.stringify({
    Resources: { R: { Type: 'AWS::IAM::Role', Properties: { 'Fn::Transform': { Name: 'AWS::Include' } } } },
  });
  expect(doubtsIn(await lintTexts({ 'stack.json': text }))).toEqual([
    'stack.json:1 AWS::IAM::Role R: Fn::Transform is known only after deployment: it may write the trust policy',
  ]);
});
