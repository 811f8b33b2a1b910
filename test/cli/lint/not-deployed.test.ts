/** Parts of files that are never deployed, and principals that say too little. */
import { expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const role = (name: string, more: string, principal = '{ AWS = "*" }'): string =>
  `resource "aws_iam_role" "${name}" {\n${more}  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = ${principal}, Action = "sts:AssumeRole" }] })\n}\n`;
const closed = '{ Service = "lambda.amazonaws.com" }';

const ruleIn = async (texts: Readonly<Record<string, string>>) => {
  const report = await lintTexts(texts);
  return [...findingsIn(report).map(one => one.replace(/^.* /, '')), ...doubtsIn(report).map(() => 'not checked')];
};

test.each<readonly [count: string, isTold: boolean]>([
  ['  count = 0\n', false],
  ['  count = 1\n', true],
  ['  count = var.n\n', true],
  ['  count = var.on ? 0 : 1\n', true],
  ['', true],
])('a role with %s', async (count, isTold) => {
  const text = `${role('r', count)}${role('other', '', closed)}variable "n" {\n  default = 0\n}\n`;
  expect(await ruleIn({ 'main.tf': text })).toEqual(isTold ? ['trust-principal-wildcard'] : []);
});

test('a call of a module that makes nothing gives it no values', async () => {
  const call = (count: number): string => `module "m" {\n  source = "./m"\n  count  = ${count}\n  who    = "*"\n}\n`;
  const made = `${role('r', '', '{ AWS = var.who }')}variable "who" {\n  default = "arn:aws:iam::\${data.aws_caller_identity.current.account_id}:root"\n}\n`;
  expect(await ruleIn({ 'main.tf': call(0), 'm/main.tf': made })).toEqual([]);
  expect(await ruleIn({ 'main.tf': call(1), 'm/main.tf': made })).toEqual(['trust-principal-wildcard']);
});

const template = (condition: string, principal: string, more = ''): string =>
  `Conditions:\n  Never: ${condition}\nResources:\n  R:\n    Type: AWS::IAM::Role\n${more}    Properties:\n      AssumeRolePolicyDocument:\n        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Principal: ${principal}\n            Action: sts:AssumeRole\n`;
const ofService = "{Service: 'lambda.amazonaws.com'}";

test.each<readonly [condition: string, whenTrue: boolean, otherwise: boolean]>([
  ['!Equals [a, b]', false, true],
  ['!Equals [a, a]', true, false],
  ['!Equals [!Ref Stage, prod]', true, true],
  ["!Equals ['{{resolve:ssm:stage}}', prod]", true, true],
])('Fn::If over %s', async (condition, whenTrue, otherwise) => {
  const told = (isTold: boolean) => (isTold ? ['trust-principal-wildcard'] : []);
  const first = template(condition, `!If [Never, {AWS: '*'}, ${ofService}]`);
  const second = template(condition, `!If [Never, ${ofService}, {AWS: '*'}]`);
  expect(await ruleIn({ 't.yaml': first })).toEqual(told(whenTrue));
  expect(await ruleIn({ 't.yaml': second })).toEqual(told(otherwise));
  const ofRole = template(condition, "{AWS: '*'}", '    Condition: Never\n');
  expect(await ruleIn({ 't.yaml': ofRole })).toEqual(told(whenTrue));
});

test.each<readonly [principal: string, isTold: boolean]>([
  [`{"CanonicalUser": "${'79a59df900b949e5'.repeat(4)}"}`, true],
  [`{"CanonicalUser": ["${'79a59df900b949e5'.repeat(4)}"]}`, true],
  ['{"Service": "ec2.amazonaws.com"}', false],
])('the principal %s is told', async (principal, isTold) => {
  const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":${principal},"Action":"sts:AssumeRole"}]}`;
  expect(await ruleIn({ 'trust.json': text })).toEqual(isTold ? ['not checked'] : []);
});

test('of two dynamic conditions one may be made in place of the other', async () => {
  const one = (list: string, test: string, value: string): string =>
    `    dynamic "condition" {\n      for_each = ${list}\n      content {\n        test     = "${test}"\n        variable = "\${var.oidc_provider}:sub"\n        values   = ["${value}"]\n      }\n    }\n`;
  const document = (conditions: string): string =>
    `data "aws_iam_policy_document" "d" {\n  statement {\n    actions = ["sts:AssumeRoleWithWebIdentity"]\n    principals {\n      type        = "Federated"\n      identifiers = [var.oidc_provider_arn]\n    }\n${conditions}  }\n}\nresource "aws_iam_role" "r" {\n  assume_role_policy = data.aws_iam_policy_document.d.json\n}\n`;
  const exact = one('var.wide ? [] : [1]', 'StringEquals', 'system:serviceaccount:shop:cart');
  const wide = one('var.wide ? [1] : []', 'StringLike', 'system:serviceaccount:pay:*');
  expect(await ruleIn({ 'main.tf': document(exact + wide) })).toEqual(['not checked']);
});

const withConditions = (conditions: string): string => `data "aws_iam_policy_document" "d" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"]
    }
    condition {
      test     = "StringEquals"
      variable = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:aud"
      values   = ["sts.amazonaws.com"]
    }
${conditions}  }
}
resource "aws_iam_role" "r" {
  assume_role_policy = data.aws_iam_policy_document.d.json
}
`;
const onSubject = (value: string): string =>
  `test = "StringLike"\nvariable = "oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF:sub"\nvalues = ["${value}"]\n`;
const anyCart = 'system:serviceaccount:*:cart';
const oneCart = 'system:serviceaccount:shop:cart';

test.each<readonly [each: string, subject: string, blocks: number]>([
  ['["a"]', anyCart, 1],
  ['["a", var.b]', anyCart, 2],
  ['{ a = 1 }', anyCart, 1],
  ['[1]', oneCart, 1],
  ['[]', oneCart, 0],
  ['{}', oneCart, 0],
])('a dynamic condition over %s with %s is judged as the blocks that it makes', async (each, subject, blocks) => {
  const [content, plain] = [onSubject(subject), `condition {\n${onSubject(subject)}}\n`];
  const rules = await ruleIn({ 'main.tf': withConditions(plain.repeat(blocks)) });
  expect(rules).toHaveLength(subject === oneCart && blocks > 0 ? 0 : 1);
  const made = `dynamic "condition" {\nfor_each = ${each}\ncontent {\n${content}}\n}\n`;
  expect(await ruleIn({ 'main.tf': withConditions(made) })).toEqual(rules);
});

test.each<readonly [each: string, subject: string, more: string]>([
  ['["shop"]', 'system:serviceaccount:${condition.value}:cart', ''],
  ['["shop"]', 'system:serviceaccount:${ns.value}:cart', 'iterator = ns\n'],
  ['["shop"]', 'system:serviceaccount:${ns.value}:cart', 'iterator = "ns"\n'],
  ['[for x in var.all : x]', oneCart, ''],
  ['{ for x in var.all : x => x }', oneCart, ''],
  ['var.all', oneCart, ''],
  ['var.on ? [1] : []', oneCart, ''],
])('a dynamic condition over %s with %s is told', async (each, subject, more) => {
  const made = `dynamic "condition" {\nfor_each = ${each}\n${more}content {\n${onSubject(subject)}}\n}\n`;
  expect(await ruleIn({ 'main.tf': withConditions(made) })).toEqual(['not checked']);
});
