/** Pairs of a role and a service account that are sound, or have one mistake, with an account that no other test has. */
import { expect, test } from '@jest/globals';
import { findingsIn, lintTexts } from './lint-texts.ts';

const pairs: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  [
    'one wildcard under StringEquals',
    {
      'a.tf':
        'resource "aws_iam_openid_connect_provider" "eks" {\n  client_id_list = ["sts.amazonaws.com"]\n  url = aws_eks_cluster.c.identity[0].oidc[0].issuer\n}\nresource "aws_iam_role" "r" {\n  name = "app-role"\n  \n  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Principal={Federated=aws_iam_openid_connect_provider.eks.arn},Action="sts:AssumeRoleWithWebIdentity",Condition={StringEquals={"${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:sub"="system:serviceaccount:shop:*", "${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:aud"="sts.amazonaws.com"}}}]})\n}\n',
    },
    ['trust-subject-literal-wildcard'],
  ],
  [
    'a module that a variable turns on, with a wildcard',
    {
      'a.tf':
        'module "irsa" {\n source="terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc"\n create_role=var.on\n role_name="app-role"\n provider_url=var.u\n oidc_subjects_with_wildcards=["system:serviceaccount:*:x"]\n}\nvariable "on" { default = false }\nvariable "u" {}\n',
    },
    ['trust-any-namespace'],
  ],
  [
    'CloudFormation and a manifest',
    {
      'm.yaml':
        'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::424432388155:role/app-role\n',
      't.json':
        '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "app-role", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::424432388155:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:sub": "system:serviceaccount:shop:app", "oidc.eks.eu-west-1.amazonaws.com/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:aud": "sts.amazonaws.com"}}}]}}}}}',
    },
    [],
  ],
  [
    'CloudFormation and eksctl',
    {
      'c.yaml':
        'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\niam:\n  withOIDC: true\n  serviceAccounts:\n  - metadata: {name: app, namespace: shop}\n    attachRoleARN: arn:aws:iam::424432388155:role/app-role\n',
      't.json':
        '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "app-role", "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::424432388155:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:sub": "system:serviceaccount:shop:app", "oidc.eks.eu-west-1.amazonaws.com/id/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:aud": "sts.amazonaws.com"}}}]}}}}}',
    },
    [],
  ],
  [
    'a namespace of a resource',
    {
      'a.tf':
        'resource "aws_iam_openid_connect_provider" "eks" {\n  client_id_list = ["sts.amazonaws.com"]\n  url = aws_eks_cluster.c.identity[0].oidc[0].issuer\n}\nresource "aws_iam_role" "r" {\n  name = "app-role"\n  \n  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Principal={Federated=aws_iam_openid_connect_provider.eks.arn},Action="sts:AssumeRoleWithWebIdentity",Condition={StringEquals={"${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:sub"="system:serviceaccount:shop:app", "${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:aud"="sts.amazonaws.com"}}}]})\n}\nresource "kubernetes_service_account" "s" {\n  metadata {\n    name = "app"\n    namespace = kubernetes_namespace.n.metadata[0].name\n    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.r.arn }\n  }\n}\nresource "kubernetes_namespace" "n" {\n  metadata { name = "shop" }\n}\n',
    },
    [],
  ],
  [
    'a namespace of a variable',
    {
      'a.tf':
        'resource "aws_iam_openid_connect_provider" "eks" {\n  client_id_list = ["sts.amazonaws.com"]\n  url = aws_eks_cluster.c.identity[0].oidc[0].issuer\n}\nresource "aws_iam_role" "r" {\n  name = "app-role"\n  \n  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Principal={Federated=aws_iam_openid_connect_provider.eks.arn},Action="sts:AssumeRoleWithWebIdentity",Condition={StringEquals={"${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:sub"="system:serviceaccount:shop:app", "${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:aud"="sts.amazonaws.com"}}}]})\n}\nresource "kubernetes_service_account" "s" {\n  metadata {\n    name = "app"\n    namespace = var.ns\n    annotations = { "eks.amazonaws.com/role-arn" = aws_iam_role.r.arn }\n  }\n}\nresource "kubernetes_namespace" "n" {\n  metadata { name = "shop" }\n}\nvariable "ns" {}\n',
    },
    [],
  ],
  [
    'an account that the manifest alone writes out',
    {
      'a.tf':
        'resource "aws_iam_openid_connect_provider" "eks" {\n  client_id_list = ["sts.amazonaws.com"]\n  url = aws_eks_cluster.c.identity[0].oidc[0].issuer\n}\nresource "aws_iam_role" "r" {\n  name = "app-role"\n  \n  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Principal={Federated=aws_iam_openid_connect_provider.eks.arn},Action="sts:AssumeRoleWithWebIdentity",Condition={StringEquals={"${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:sub"="system:serviceaccount:shop:app", "${replace(aws_iam_openid_connect_provider.eks.url,"https://","")}:aud"="sts.amazonaws.com"}}}]})\n}\n',
      'm.yaml':
        'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::424432388155:role/app-role\n',
    },
    [],
  ],
  [
    'a module and a manifest',
    {
      'a.tf':
        'module "irsa" {\n source="terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"\n role_name="app-role"\n oidc_providers={main={provider_arn=module.eks.oidc_provider_arn\n namespace_service_accounts=["shop:app"]}}\n}\n',
      'm.yaml':
        'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: app\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: arn:aws:iam::424432388155:role/app-role\n',
    },
    [],
  ],
  [
    'a provider that nested conditionals choose',
    {
      'a.tf':
        'module "irsa" {\n source="terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"\n role_name="app-role"\n oidc_providers={main={provider_arn=local.p\n namespace_service_accounts=["shop:app"]}}\n}\nlocals { p = var.p != "" ? var.p : (local.q ? data.aws_iam_openid_connect_provider.eks[0].arn : "arn:aws:iam::${local.acc}:oidc-provider/${local.iss}") }\n',
    },
    [],
  ],
];

test.each(pairs)('%s', async (_, files, rules) => {
  const report = await lintTexts(files);
  expect(report.errors).toEqual([]);
  expect(findingsIn(report).map(one => one.split(' ').at(-1))).toEqual(rules);
});
