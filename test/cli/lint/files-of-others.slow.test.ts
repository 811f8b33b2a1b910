/** Files as people write them: what is said of each. */
import { expect, test } from '@jest/globals';
import { lintTexts } from './lint-texts.ts';

const key = 'eks.amazonaws.com/role-arn';
const role = (statement: string): string =>
  `resource "aws_iam_role" "r" {\n  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", ${statement} }] })\n}\n`;
const issuer = 'aws_eks_cluster.c.identity[0].oidc[0].issuer';
const subject = (prefix: string): string =>
  `Condition = { StringEquals = { "${prefix}:sub" = "system:serviceaccount:shop:cart" } }`;
const provider = `resource "aws_iam_openid_connect_provider" "c" {\n  url = ${issuer}\n}\n`;

/** Findings as `severity rule`, and what is not checked. */
const saidOf = async (files: Readonly<Record<string, string>>) => {
  const { findings, doubts, errors } = await lintTexts(files, { isOptional: true });
  return [
    ...findings.map(({ finding }) => `${finding.severity} ${finding.ruleId}`),
    ...doubts.map(({ why }) => why),
    ...errors.map(({ why }) => `error ${why}`),
  ];
};

test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
  [
    'an expression with quotes in a text',
    { 'a.tf': `locals {\n  v = <<V\n  ${key}: "\${local.x["enabled"] ? module.m.arn : ""}"\nV\n}\n` },
    ['the role of a service account is filled in later: ${local.x["enabled"] ? module.m.arn : ""}'],
  ],
  ['prose', { 'a.tf': `output "o" {\n  description = "Annotate ServiceAccounts with ${key}."\n  value = 1\n}\n` }, []],
  [
    'a value that a patch of a composition overwrites',
    {
      'a.yaml': `apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nspec:\n  resources:\n  - base:\n      annotations:\n        ${key}: arn\n    patches:\n    - toFieldPath: spec.annotations[${key}]\n`,
    },
    ['the role of a service account is filled in later: arn', 'a patch fills in the role of a service account'],
  ],
  [
    'a mistyped key in a patch of a composition',
    { 'a.yaml': 'kind: Composition\nspec:\n  - toFieldPath: metadata.annotations[eks.amazonaws.com/role-anr]\n' },
    ['high service-account-annotation-mistyped'],
  ],
  [
    'a mistyped key and a malformed ARN in sets of one line',
    {
      'a.tf': `resource "helm_release" "a" {\n  set = [{ name = "s.annotations.eks\\\\.amazonaws\\\\.com/role-arnn", value = aws_iam_role.r.arn }]\n}\nresource "helm_release" "b" {\n  set = [{ name = "s.annotations.eks\\\\.amazonaws\\\\.com/role-arn", value = "arn:aws:iam::1111:role/x" }]\n}\n`,
    },
    ['high service-account-annotation-mistyped', 'high service-account-role-arn-malformed'],
  ],
  [
    'the type of a variable',
    { 'a.tf': 'variable "v" {\n  type = object({ assume_role_policy = object({ type = string }) })\n}\n' },
    [],
  ],
  [
    'the URL of a cluster as a key, by an output of its module',
    {
      'a.tf': `module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n}\n${role(`Principal = { Federated = module.eks.oidc_provider_arn }, ${subject('${module.eks.cluster_oidc_issuer_url}')}`)}`,
    },
    ['high trust-key-issuer-mismatch'],
  ],
  [
    'a replacement of nothing',
    {
      'a.tf': `${provider}${role(`Principal = { Federated = aws_iam_openid_connect_provider.c.arn }, ${subject(`\${replace(${issuer}, "https:#", "")}`)}`)}`,
    },
    ['high trust-key-issuer-mismatch'],
  ],
  [
    'a cluster as the provider',
    {
      'a.tf': role(
        `Principal = { Federated = aws_eks_cluster.c.arn }, ${subject(`\${replace(${issuer}, "https://", "")}`)}`,
      ),
    },
    ['its principal ${aws_eks_cluster.c.arn} is no ARN of an OIDC provider'],
  ],
  [
    'everyone, with the subject of an issuer that is not known',
    { 'a.tf': role(`Principal = { AWS = "*" }, ${subject('${var.url}')}`) },
    ['everyone is its principal: whether ${var.url}:sub restricts who may assume the role'],
  ],
  [
    'a principal without oidc-provider/',
    {
      'a.json': `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::<ACCOUNT>:<ID>"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"<ID>:sub":"system:serviceaccount:a:b"}}}]}`,
    },
    ['its principal arn:aws:iam::<ACCOUNT>:<ID> is no ARN of an OIDC provider'],
  ],
  [
    'a permission',
    {
      'a.tf':
        'resource "aws_iam_policy" "p" {\n  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Resource = "*" }] })\n}\n',
    },
    [],
  ],
  [
    'an annotation that is null',
    {
      'a.yaml': `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: a\n  namespace: b\n  annotations:\n    ${key}:\n`,
    },
    ['low service-account-role-arn-malformed'],
  ],
  [
    'values with nothing behind the key: the next line is no role',
    {
      'values.yaml': `a:\n  ${key}:\n  other: x\nb:\n  ${key}: null\nc:\n  ${key}: ~\nd:\n  ${key}: # later\ne:\n  ${key}:\n  "other": x\n`,
    },
    Array(5).fill('the role of a service account is filled in later: it is empty here'),
  ],
  [
    'a role on the line below its key',
    { 'values.yaml': `a:\n  ${key}:\n    arn:aws:iam::1111:role/x\n` },
    ['high service-account-role-arn-malformed'],
  ],
  [
    'a default that is empty as JSON',
    { 'a.tf': 'variable "p" {\n  default = "{}"\n}\nresource "aws_iam_role" "r" {\n  assume_role_policy = var.p\n}\n' },
    ['the trust policy is known only after apply: var.p'],
  ],
  [
    'a key in parentheses below a name',
    {
      'a.tf': `locals {\n  l = {\n    "a" : v\n    (k) : v\n  }\n}\n${role('Principal = { Federated = "arn:aws:iam::802233445566:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A" }')}`,
    },
    ['high trust-any-subject'],
  ],
  [
    'a role within a comment of several lines',
    {
      'a.tf': `/* ${role('Principal = { Service = "eks.amazonaws.com" }')} */\nlocals {\n  arn = "arn:aws:s3:::x/*"\n}\n`,
    },
    [],
  ],
  [
    'a key that format() makes',
    {
      'a.tf': role(
        'Principal = { Federated = format("arn:aws:iam::802233445566:oidc-provider/%s", var.url) }, Condition = { StringEquals = { format("%s:sub", var.url) = "system:serviceaccount::a:b" } }',
      ),
    },
    ['high trust-subject-malformed'],
  ],
  [
    'annotations by a condition',
    {
      'a.tf': `${role(`Principal = { Federated = module.eks.oidc_provider_arn }, ${subject('${module.eks.oidc_provider}')}`)}resource "kubernetes_service_account" "s" {\n  metadata {\n    name = "tart"\n    namespace = "shop"\n    annotations = var.p != null ? { "${key}" : aws_iam_role.r.arn } : null\n  }\n}\n`,
    },
    ['high service-account-role-not-trusting'],
  ],
  [
    'names and types of variables that are called as the role of a service account',
    {
      'a.tf':
        'variable "service_account_role_arn" {\n  default = ""\n}\nvariable "a" {\n  type = object({\n    service_account_role_arn = optional(string)\n  })\n}\nlocals {\n  b = { assumeRoleArn = var.service_account_role_arn }\n}\n',
    },
    [],
  ],
  [
    'a path of Helm with dots that have no backslash, and one whose dots have one',
    {
      'a.tf': `resource "helm_release" "a" {\n  set {\n    name = "s.annotations.eks\\\\.amazonaws.com/role-arn"\n    value = aws_iam_role.r.arn\n  }\n  set {\n    name = "s.annotations.eks\\\\.amazonaws\\\\.com/role-arn"\n    value = "arn:aws:iam::802233445566:role/x"\n  }\n}\n`,
      'b.yaml': `parameters:\n- name: s.annotations.${key}\n  value: arn:aws:iam::802233445566:role/x\n- name: s.annotations.eks\\.amazonaws\\.com/role-arn\n  value: arn:aws:iam::802233445566:role/x\n`,
      'c.yaml': `s.annotations.${key}: arn:aws:iam::802233445566:role/x\n`,
    },
    ['high service-account-annotation-mistyped', 'high service-account-annotation-mistyped'],
  ],
  [
    'the audience that no token for AWS has, in China neither',
    {
      'a.json': `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::802233445566:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"oidc.eks.us-east-1.amazonaws.com/id/7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A:sub":"system:serviceaccount:a:b","oidc.eks.us-east-1.amazonaws.com/id/7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A:aud":"sts.amazonaws.com.cn"}}}]}`,
    },
    [
      'its audience is sts.amazonaws.com.cn: tokens have sts.amazonaws.com unless the service account is annotated with eks.amazonaws.com/audience',
    ],
  ],
  [
    'values of programs behind the key: a name, a sum, a text with a part that is computed, and texts',
    {
      'a.libsonnet': `{\n  [if arn != null then '${key}']: irsa_arn,\n  b: { '${key}': 'arn:aws:iam::' + account + ':role/x' },\n}\n`,
      'b.cue': `a: "${key}": role.arn\nb: "${key}": "arn:aws:iam::\\(account):role/x"\n`,
      'c.k': `a = {"${key}": role_arn}\nb = {"${key}": "arn:aws:iam::" + account}\n`,
      'terragrunt.hcl': `inputs = {\n  a = { "${key}" = dependency.role.outputs.arn }\n}\n`,
      'd.jsonnet': `{ '${key}': 'arn:aws:iam::802233445566:role/x', b: { '${key}': 'arn:aws:iam::80223344556:role/x' } }\n`,
    },
    [
      'high service-account-role-arn-malformed',
      'the role of a service account is filled in later: irsa_arn',
      'the role of a service account is filled in later: arn:aws:iam::',
      'the role of a service account is filled in later: role.arn',
      'the role of a service account is filled in later: arn:aws:iam::\\(account):role/x',
      'the role of a service account is filled in later: role_arn',
      'the role of a service account is filled in later: arn:aws:iam::',
      'the role of a service account is filled in later: dependency.role.outputs.arn',
    ],
  ],
  [
    'a provider with a colon too few, whose account is filled in later',
    {
      'a.json': `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam:%s:oidc-provider/%s"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"%s:sub":"system:serviceaccount:%s:%s"}}}]}`,
      'b.tf': role(
        `Principal = { Federated = "arn:aws:iam:\${var.account}:oidc-provider/\${var.url}" }, ${subject('${var.url}')}`,
      ),
    },
    [
      'its principal arn:aws:iam:%s:oidc-provider/%s is no ARN of an OIDC provider',
      'its principal arn:aws:iam:${var.account}:oidc-provider/${var.url} is no ARN of an OIDC provider',
    ],
  ],
  [
    'two issuers in the keys of one statement, one of which is filled in later, as the provider is',
    {
      'a.tf': `resource "aws_iam_role" "r" {\n  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRoleWithWebIdentity", Principal = { Federated = var.arn }, Condition = { StringEquals = { "\${var.url}:aud" = "sts.amazonaws.com", "oidc.eks.us-east-1.amazonaws.com/id/7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A:sub" = "system:serviceaccount:a:b" } } }] })\n}\n`,
    },
    [
      'whether ${var.url} is oidc.eks.us-east-1.amazonaws.com/id/7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A7A: the keys of its conditions name both',
    ],
  ],
  [
    'names that a caller looks up in a map that its own caller fills in',
    {
      'main.tf': 'module "a" {\n  source = "./addon"\n  arn = var.arn\n}\n',
      'addon/main.tf':
        'variable "config" {\n  default = {}\n}\nmodule "irsa" {\n  source = "./irsa"\n  count = length(var.config) > 0 ? 1 : 0\n  name = lookup(var.config, "name", "")\n  namespace = lookup(var.config, "namespace", "")\n  arn = var.arn\n}\n',
      'addon/irsa/main.tf': role(
        `Principal = { Federated = var.arn }, Condition = { StringEquals = { "\${replace(var.arn, "/^.*provider./", "")}:sub" = "system:serviceaccount:\${var.namespace}:\${var.name}" } }`,
      ),
    },
    [],
  ],
  ['a template of another language', { 'tfvars.template': 'a: [\narn:aws:iam::YOUR-ACCOUNT-ID:oidc-provider/x\n' }, []],
])('%s', async (_, files, expected) => {
  const said = (await saidOf(files)).filter(one => !one.startsWith('a template, to be linted'));
  expect(said).toEqual(expected);
});

test('a mistyped prefix of a subject is told, whatever the issuer is', async () => {
  const files = {
    'a.tf':
      'module "m" {\n  source = "terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc"\n  create_role = true\n  provider_url = replace(var.url, "https://", "")\n  oidc_fully_qualified_subjects = ["system:serviceaccounts:shop:cart"]\n}\n',
  };
  expect((await saidOf(files)).join()).toMatch(/high trust-subject/);
});

test('the role that a manifest in Terraform refers to', async () => {
  const manifest = `resource "kubectl_manifest" "sa" {\n  yaml_body = <<Y\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: lb\n  namespace: kube-system\n  annotations:\n    ${key}: \${aws_iam_role.r.arn}\nY\n}\n`;
  const text = `${role(`Principal = { Federated = module.eks.oidc_provider_arn }, ${subject('${module.eks.oidc_provider}')}`)}${manifest}`;
  expect((await saidOf({ 'a.tf': text })).join()).toMatch(/service-account-role-not-trusting/);
});

test('a file with the role of an annotation alone counts as one that was read, and one without any does not', async () => {
  const values = `list:\n  - annotations:\n      ${key}: arn:aws:iam::802233445566:role/tarn\n`;
  const { files, annotations } = await lintTexts(
    { 'values.yaml': values, 'others.yaml': 'a: 1\n' },
    { isOptional: true },
  );
  expect([files.map(name => name.split('/').at(-1)), annotations]).toEqual([['values.yaml'], 1]);
});
