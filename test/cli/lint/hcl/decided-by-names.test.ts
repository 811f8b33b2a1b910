/** Values that no run of Terraform makes right: the attribute of a cluster, a role or a provider that is named is none of the
 *  wanted kind, whatever its value will be. */
import { expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';

const cluster = 'resource "aws_eks_cluster" "c" {\n  name = "c"\n}\n';
const issuer = 'aws_eks_cluster.c.identity[0].oidc[0].issuer';
const provider = `resource "aws_iam_openid_connect_provider" "p" {\n  url = ${issuer}\n}\n`;
const eks = 'module "eks" {\n  source = "terraform-aws-modules/eks/aws"\n}\n';
const trust = (federated: string, key: string, subject = 'system:serviceaccount:shop:cart'): string =>
  `jsonencode({ Statement = [{ Effect = "Allow", Principal = { Federated = ${federated} }, Action = "sts:AssumeRoleWithWebIdentity", Condition = { StringEquals = { "${key}:sub" = "${subject}" } } }] })`;
const role = (policy: string, more = ''): string =>
  `resource "aws_iam_role" "r" {\n${more}  assume_role_policy = ${policy}\n}\n`;
const own = 'aws_iam_openid_connect_provider.p.arn';

const linted = async (text: string) => {
  const report = await lintTexts({ 'main.tf': text });
  return {
    findings: findingsIn(report).map(one => one.replace(/^.* /, '')),
    doubts: doubtsIn(report).map(one => one.replace(/^\S+ \S*:? ?/, '')),
  };
};

test.each<readonly [key: string]>([
  [`\${replace(${issuer}, "http://", "")}`],
  [`\${replace(${issuer}, "https:", "")}`],
  [`\${trimprefix(${issuer}, "https:")}`],
  [`\${trimprefix(${issuer}, "http://")}`],
  [`\${trimsuffix(${issuer}, "https://")}`],
  [`\${split("//", ${issuer})[0]}`],
  ['${replace(aws_eks_cluster.c.endpoint, "https://", "")}'],
  ['${replace(data.aws_eks_cluster.c.endpoint, "https://", "")}'],
  ['${aws_eks_cluster.c.arn}'],
  ['${aws_eks_cluster.c.id}'],
  ['${module.eks.cluster_endpoint}'],
])('the key %s:sub is of no token', async key => {
  const { findings } = await linted(cluster + provider + eks + role(trust(own, key)));
  expect(findings).toEqual(['trust-key-issuer-mismatch']);
});

test.each<readonly [key: string]>([
  [`\${replace(${issuer}, "https://", "")}`],
  [`\${trimprefix(${issuer}, "https://")}`],
  [`\${split("//", ${issuer})[1]}`],
  [`\${element(split("//", ${issuer}), 1)}`],
  [`\${split("https://", ${issuer})[1]}`],
  [`oidc.eks.eu-west-1.amazonaws.com/id/\${split(".", replace(aws_eks_cluster.c.endpoint, "https://", ""))[0]}`],
  ['${var.oidc}'],
  [`\${replace(${own}, "/^(.*provider/)/", "")}`],
])('the key %s:sub is that of the cluster, or may be', async key => {
  expect(await linted(cluster + provider + role(trust(own, key)))).toEqual({ findings: [], doubts: [] });
});

test.each<readonly [principal: string, key: string]>([
  ['aws_iam_openid_connect_provider.p.url', `\${replace(${issuer}, "https://", "")}`],
  ['aws_eks_cluster.c.identity[0].oidc[0].issuer', `\${replace(${issuer}, "https://", "")}`],
  ['aws_eks_cluster.c.arn', `\${replace(${issuer}, "https://", "")}`],
  ['module.eks.cluster_arn', `\${replace(${issuer}, "https://", "")}`],
  ['module.eks.cluster_oidc_issuer_url', '${module.eks.oidc_provider}'],
  ['data.aws_iam_openid_connect_provider.p.url', `\${replace(${issuer}, "https://", "")}`],
])('the principal %s is no ARN of a provider, and is told at the principal alone', async (principal, key) => {
  const { findings, doubts } = await linted(cluster + provider + eks + role(trust(principal, key)));
  expect([findings, doubts]).toEqual([[], [expect.stringMatching(/is no ARN of an OIDC provider$/)]]);
});

test.each<readonly [arn: string, isTold: boolean]>([
  ['module.eks.oidc_provider', true],
  ['module.eks.cluster_oidc_issuer_url', true],
  ['module.eks.oidc_provider_arn', false],
  ['var.provider_arn', false],
])('a provider of a module that is %s', async (arn, isTold) => {
  const text = `module "m" {\n  source = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"\n  oidc_providers = {\n    main = {\n      provider_arn               = ${arn}\n      namespace_service_accounts = ["kube-system:ebs"]\n    }\n  }\n}\n`;
  const { findings, doubts } = await linted(eks + text);
  expect([findings, doubts]).toEqual([[], isTold ? [expect.stringMatching(/is no ARN of an OIDC provider$/)] : []]);
});

test.each<readonly [arn: string, isTold: boolean]>([
  ['aws_iam_openid_connect_provider.p.url', true],
  ['aws_iam_openid_connect_provider.p[0].url', true],
  ['data.aws_iam_openid_connect_provider.p.url', true],
  ['aws_iam_openid_connect_provider.open.url', true],
  ['aws_iam_openid_connect_provider.open.arn', false],
  ['module.eks.oidc_provider', true],
  ['module.eks.cluster_oidc_issuer_url', true],
  ['"oidc.eks.eu-west-1.amazonaws.com/id/AB"', true],
  ['aws_iam_openid_connect_provider.p.arn', false],
  ['data.aws_iam_openid_connect_provider.p.arn', false],
  ['module.eks.oidc_provider_arn', false],
  ['"arn:aws:iam::444455556666:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AB"', false],
  ['var.provider', false],
  ['null', false],
])('a module whose roles are not read is given the ARN %s', async (arn, isTold) => {
  const open = 'resource "aws_iam_openid_connect_provider" "open" {\n  url = var.url\n}\n';
  const text = `${open}module "addons" {\n  source = "aws-ia/eks-blueprints-addons/aws"\n  oidc_provider_arn = ${arn}\n}\n`;
  const { findings, doubts } = await linted(cluster + provider + eks + text);
  expect([findings, doubts]).toEqual([[], isTold ? [expect.stringMatching(/is no ARN of an OIDC provider$/)] : []]);
});

test.each<readonly [arn: string, isTold: boolean]>([
  ['arn:aws:iam:::oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${var.id}', true],
  ['arn:aws:iam::${var.account}:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/${var.id}', false],
])('an ARN without an account: %s', async (arn, isTold) => {
  const { findings } = await linted(role(trust(`"${arn}"`, 'oidc.eks.eu-west-1.amazonaws.com/id/${var.id}')));
  expect(findings).toEqual(isTold ? ['trust-provider-foreign'] : []);
});

test.each<readonly [partition: string, suffix: string, isTold: boolean]>([
  ['aws-cn', 'amazonaws.com', true],
  ['aws', 'amazonaws.com.cn', true],
  ['aws-cn', 'amazonaws.com.cn', false],
  ['aws-us-gov', 'amazonaws.com', false],
  ['aws', 'amazonaws.com', false],
])('partition %s with an issuer of %s in a region that is filled in later', async (partition, suffix, isTold) => {
  const host = `oidc.eks.\${var.region}.${suffix}/id/\${var.id}`;
  const { findings, doubts } = await linted(
    role(trust(`"arn:${partition}:iam::704213658921:oidc-provider/${host}"`, host)),
  );
  expect([findings, doubts]).toEqual([[], isTold ? [expect.stringMatching(/^its provider is of partition /)] : []]);
});

test.each<readonly [subject: string, isTold: boolean]>([
  ['kube-system:efs-csi-controller-sa', true],
  ['serviceaccount:${var.ns}:cart', true],
  ['serviceaccounts:shop:cart', true],
  ['system:serviceaccount:shop:cart', false],
  ['repo:acme/shop:ref:refs/heads/main', false],
  ['project_path:acme/shop:ref_type:branch:ref:main', false],
  ['organization:acme:project:p:workspace:w:run_phase:apply', false],
  ['space:s-1', false],
  ['shop:cart', false],
  ['${var.subject}', false],
])('the subject %s under a provider that is filled in later', async (subject, isTold) => {
  const { findings, doubts } = await linted(role(trust('var.arn', '${var.url}', subject)));
  expect(findings).toEqual([]);
  expect(doubts.filter(one => /without system:serviceaccount/.test(one))).toHaveLength(isTold ? 1 : 0);
});

const irsa = (attribute: string): string =>
  `resource "kubernetes_service_account" "h" {\n  metadata {\n    name        = "cart"\n    namespace   = "shop"\n    annotations = { "eks.amazonaws.com/role-arn" = ${attribute} }\n  }\n}\n`;

test.each<readonly [attribute: string, isTold: boolean]>([
  ['aws_iam_role.r.id', true],
  ['aws_iam_role.r.unique_id', true],
  ['aws_iam_role.r.name', true],
  ['aws_iam_role.r[0].name', true],
  ['aws_iam_policy.p.arn', true],
  ['aws_iam_openid_connect_provider.p.arn', true],
  ['aws_iam_instance_profile.i.arn', true],
  ['"arn:aws:iam::${var.account}:roles/cart"', true],
  ['"arn:aws:iam::${var.account}:role:cart"', true],
  ['"role/${var.name}"', true],
  ['aws_iam_role.r.arn', false],
  ['"${aws_iam_role.r.arn}"', false],
  ['module.irsa.iam_role_arn', false],
  ['module.irsa.arn', false],
  ['var.role', false],
  ['module.irsa.iam_role_name', false],
  ['"arn:aws:iam::${var.account}:role/cart"', false],
  ['"arn:${var.partition}:iam::${var.account}:role/cart"', false],
  ['"${var.prefix}/cart"', false],
  ['"arn:aws:iam::${var.account}/cart"', false],
])('the annotation %s', async (attribute, isTold) => {
  for (const name of ['  name = "cart"\n', '  name = "${var.c}-cart"\n', '  name_prefix = "cart"\n', '']) {
    const { findings } = await linted(
      cluster + provider + role(trust(own, `\${replace(${issuer}, "https://", "")}`), name) + irsa(attribute),
    );
    expect(findings).toEqual(isTold ? ['service-account-role-arn-malformed'] : []);
  }
});
