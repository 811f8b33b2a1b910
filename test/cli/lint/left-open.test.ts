/** Parts of policies and annotations that stand elsewhere: each is found where the files have it, else it is told as not checked. */
import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';
const provider = `arn:aws:iam::444455556666:oidc-provider/${issuer}`;
const statement = (rest: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...rest }] });
const forPods = (subject: string): object => ({
  Principal: { Federated: provider },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: { StringEquals: { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: 'sts.amazonaws.com' } },
});

describe('a policy as JSON', () => {
  test('whose subject is one placeholder', async () => {
    const report = await lintTexts({ 'trust.json': statement(forPods('${SUBJECT}')) });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([
      [],
      [expect.stringContaining('the subject ${SUBJECT} is known only after it is filled in')],
    ]);
  });

  test('whose namespace is one is judged', async () => {
    const report = await lintTexts({ 'trust.json': statement(forPods('system:serviceaccount:${NS}:cart')) });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([[], []]);
  });

  test('that a module fills in is judged there', async () => {
    const module = `resource "aws_iam_role" "a" {\n  assume_role_policy = templatefile("trust.json.tpl", { SUBJECT = "system:serviceaccount:shop:cart" })\n}\n`;
    const report = await lintTexts({ 'trust.json.tpl': statement(forPods('${SUBJECT}')), 'main.tf': module });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([[], []]);
  });
});

describe('a principal', () => {
  const role = (principal: string): string =>
    `resource "aws_iam_role" "a" {\n  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = ${principal} } }] })\n}\n`;

  test.each([
    'module.other.principal',
    'data.terraform_remote_state.other.outputs.principal',
    'data.external.other.result.principal',
    'data.aws_ssm_parameter.other.value',
  ])('may be everyone: %s', async principal => {
    expect(doubtsIn(await lintTexts({ 'main.tf': role(principal) }))).toEqual([
      expect.stringContaining('is not known: it may be everyone'),
    ]);
  });

  test.each(['aws_iam_role.other.arn', 'data.aws_caller_identity.own.account_id', 'data.aws_iam_role.other.arn'])(
    'is one of AWS: %s',
    async principal => {
      expect(doubtsIn(await lintTexts({ 'main.tf': role(principal) }))).toEqual([]);
    },
  );
});

describe('an annotation with a mistyped key', () => {
  const inSet = (value: string): string =>
    `resource "helm_release" "a" {\n  set {\n    name = "serviceAccount.annotations.eks\\\\.amazonaws\\\\.com/role_arn"\n    value = ${value}\n  }\n}\n`;
  const inMetadata = (value: string): string =>
    `resource "kubernetes_service_account" "a" {\n  metadata {\n    name = "cart"\n    annotations = { "eks.amazonaws.com/role_arn" = ${value} }\n  }\n}\n`;
  const choicesOf = async (text: string): Promise<readonly (string | undefined)[]> =>
    (await lintTexts({ 'main.tf': text })).findings.map(({ finding }) => finding.fix.choice);

  test.each([inSet, inMetadata])('says nothing of its ARN where that is an attribute', async form => {
    expect(await choicesOf(form('aws_iam_role.x.arn'))).toEqual([undefined]);
  });

  test.each([inSet, inMetadata])('says that a name is no ARN', async form => {
    expect(await choicesOf(form('"cart"'))).toEqual([expect.stringContaining('does not hold an ARN')]);
  });
});

describe('the audiences of a provider', () => {
  const issuerOfCluster = 'aws_eks_cluster.c.identity[0].oidc[0].issuer';
  const providerWith = (audience: string, url = issuerOfCluster): string =>
    `resource "aws_iam_openid_connect_provider" "a" {\n  url = ${url}\n  client_id_list = ${audience}\n}\n`;

  test.each([
    '["sts.amazonaws.co"]',
    '["sts.amazonaws.com.cn", "https://sts.amazonaws.com"]',
    '["sts.amazonaws.com "]',
  ])('without the usual one: %s', async audiences => {
    expect(doubtsIn(await lintTexts({ 'main.tf': providerWith(audiences) }))).toEqual([
      expect.stringContaining('main.tf:3 aws_iam_openid_connect_provider.a: none of the audiences'),
    ]);
  });

  test.each([
    ['["sts.amazonaws.com"]', issuerOfCluster],
    ['["sts.${data.aws_partition.p.dns_suffix}"]', issuerOfCluster],
    ['var.audiences', issuerOfCluster],
    ['["a", "sts.amazonaws.com"]', issuerOfCluster],
    ['["https://gitlab.example.com"]', '"https://gitlab.example.com"'],
  ])('that are right, open, or of another service: %s', async (audiences, url) => {
    expect(doubtsIn(await lintTexts({ 'main.tf': providerWith(audiences, url) }))).toEqual([]);
  });
});

describe('an output of a module of the files', () => {
  const role = (key: string): string => `module "cluster" {
  source = "./cluster"
}
resource "aws_iam_role" "a" {
  assume_role_policy = jsonencode({ Statement = [{
    Effect    = "Allow"
    Action    = "sts:AssumeRoleWithWebIdentity"
    Principal = { Federated = module.cluster.oidc_provider_arn }
    Condition = { StringEquals = {
      "\${${key}}:sub" = "system:serviceaccount:shop:cart"
      "\${${key}}:aud" = "sts.amazonaws.com"
    } }
  }] })
}
`;
  const outputs = (value: string): string =>
    `resource "aws_eks_cluster" "c" {}\noutput "issuer" {\n  value = ${value}\n}\noutput "oidc_provider_arn" {\n  value = aws_iam_openid_connect_provider.p.arn\n}\n`;
  const whole = 'aws_eks_cluster.c.identity[0].oidc[0].issuer';
  const bare = `replace(${whole}, "https://", "")`;

  test('with the scheme is no key of a condition', async () => {
    const report = await lintTexts({ 'main.tf': role('module.cluster.issuer'), 'cluster/c.tf': outputs(whole) });
    expect(findingsIn(report)).toEqual([expect.stringMatching(/aws_iam_role\.a trust-key-issuer-mismatch$/)]);
  });

  test.each([
    ['module.cluster.issuer', bare],
    ['replace(module.cluster.issuer, "https://", "")', whole],
    ['module.cluster.issuer', 'module.cluster.issuer'],
  ])('without it is: %s of %s', async (key, value) => {
    const report = await lintTexts({ 'main.tf': role(key), 'cluster/c.tf': outputs(value) });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([[], []]);
  });
});

describe('a condition of CloudFormation', () => {
  const template = (condition: string): string => `Parameters:
  Stage: { Type: String }
Conditions:
  IsOpen: !Equals [!Ref Stage, test]
  IsTrue: !Equals [a, a]
  IsFalse: !Equals [a, b]
  Asked: ${condition}
Resources:
  Role:
    Type: AWS::IAM::Role
    Condition: Asked
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{ Effect: Allow, Action: 'sts:AssumeRole', Principal: { AWS: '*' } }]
`;

  test.each([
    ['!Not [!Condition IsTrue]', 0],
    ['!Not [!Condition IsOpen]', 1],
    ['!And [!Condition IsOpen, !Condition IsFalse]', 0],
    ['!And [!Condition IsOpen, !Condition IsTrue]', 1],
    ['!Or [!Condition IsFalse, !Not [!Equals [b, b]]]', 0],
    ['!Or [!Condition IsFalse, !Condition IsOpen]', 1],
    ['!Not [!Condition Asked]', 1],
    ['!Not [!Condition None]', 1],
  ])('%s', async (condition, count) => {
    expect(findingsIn(await lintTexts({ 't.yaml': template(condition) }))).toHaveLength(count);
  });
});

test('values of Helmfile are those of a chart', async () => {
  const text = 'serviceAccount:\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::44445555666:role/x\n';
  expect(findingsIn(await lintTexts({ 'values.yaml.gotmpl': text }))).toEqual([
    expect.stringMatching(/service-account-role-arn-malformed$/),
  ]);
});

test.each([
  ['444455556666', []],
  ['44445555666', ['service-account-role-arn-malformed']],
])('a text of YAML in JSON has the role of account %s to the end of its line', async (account, rules) => {
  const values = `serviceAccount:\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::${account}:role/cart\n  name: cart\n`;
  for (const text of [JSON.stringify({ kind: 'Application', values }), `values: ${JSON.stringify(values)}\n`]) {
    const name = text.startsWith('{') ? 'app.json' : 'app.yaml';
    const { findings } = await lintTexts({ [name]: text });
    expect([name, findings.map(({ finding }) => finding.ruleId)]).toEqual([name, rules]);
  }
});
