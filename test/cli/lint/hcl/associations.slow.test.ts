import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';

const trusting = (principal: string, more = ''): string =>
  `resource "aws_iam_role" "app" {\n  name = "cart"\n  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole", "sts:TagSession"], Principal = { Service = ${principal} }${more} }] })\n}\n`;
const pods = trusting('"pods.eks.amazonaws.com"');
const association = (role = 'aws_iam_role.app.arn', name = '"cart"', cluster = 'var.cluster'): string =>
  `resource "aws_eks_pod_identity_association" "cart" {\n  cluster_name    = ${cluster}\n  namespace       = "shop"\n  service_account = ${name}\n  role_arn        = ${role}\n}\n`;
const account = (role: string): string =>
  `resource "kubernetes_service_account" "cart" {\n  metadata {\n    name = "cart"\n    namespace = "shop"\n    annotations = {\n      "eks.amazonaws.com/role-arn" = ${role}\n    }\n  }\n}\n`;
const module = (inputs: string): string =>
  `module "pod" {\n  source = "terraform-aws-modules/eks-pod-identity/aws"\n${inputs}\n}\n`;
const untrusted = 'aws_eks_pod_identity_association.cart pod-identity-role-not-trusting';

describe('Pod Identity associations of Terraform', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['a sound one', association() + pods, [], []],
    ['a role of elsewhere', association('var.role'), [], []],
    [
      'one of two roles of that name trusts the service',
      association('"arn:aws:iam::111122223333:role/cart"') +
        pods +
        trusting('"ec2.amazonaws.com"').replace('"app"', '"b"'),
      [],
      [],
    ],
    [
      'the service account default of two clusters',
      association('aws_iam_role.app.arn', '"default"') +
        association('aws_iam_role.app.arn', '"default"', '"b"').replace('" "cart"', '" "b"') +
        pods,
      ['main.tf:7 ServiceAccount shop/default service-account-on-default'],
      [],
    ],
    [
      'a role that trusts another service',
      association() + trusting('"ec2.amazonaws.com"'),
      [`main.tf:1 ${untrusted}`],
      [],
    ],
    [
      'a role of that name',
      association('"arn:aws:iam::111122223333:role/cart"') + trusting('"ec2.amazonaws.com"'),
      [`main.tf:1 ${untrusted}`],
      [],
    ],
    [
      'a service that is a variable',
      association() + trusting('["ec2.amazonaws.com", var.service]'),
      [],
      [
        'main.tf:1 aws_eks_pod_identity_association.cart: whether its role trusts pods.eks.amazonaws.com: parts of its policy are filled in later',
      ],
    ],
    [
      'a condition on a cluster',
      association() +
        trusting(
          '"pods.eks.amazonaws.com"',
          ', Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:eks:eu-west-1:111122223333:cluster/store" } }',
        ),
      [],
      [
        'main.tf:1 aws_eks_pod_identity_association.cart: whether its role trusts pods.eks.amazonaws.com: its conditions are of a cluster',
      ],
    ],
    [
      'the service account default',
      association('aws_iam_role.app.arn', '"default"') + pods,
      ['main.tf:1 ServiceAccount shop/default service-account-on-default'],
      [],
    ],
    [
      'a service account that is no text',
      association('aws_iam_role.app.arn', '["cart"]') + pods,
      [],
      [
        'main.tf:1 aws_eks_pod_identity_association.cart: the Pod Identity association has no service_account that is a text',
      ],
    ],
    [
      'a module for two service accounts',
      module('  associations = {\n    a = { cluster_name = var.c, namespace = "shop", service_account = "cart" }\n  }'),
      [],
      [],
    ],
    [
      'its defaults',
      module(
        '  association_defaults = { namespace = "shop", service_account = "default" }\n  associations = { a = { cluster_name = var.c } }',
      ),
      ['main.tf:4 ServiceAccount shop/default service-account-on-default'],
      [],
    ],
    [
      'associations that are a variable',
      module('  associations = var.all'),
      [],
      ['main.tf:3 module.pod: associations is known only after apply'],
    ],
    ['a module that makes nothing', module('  create = false\n  associations = { a = { namespace = "x" } }'), [], []],
    [
      'an association that lacks its namespace',
      module('  associations = { a = { service_account = "cart" } }'),
      [],
      ['main.tf:3 module.pod: the Pod Identity association has no namespace that is a text'],
    ],
  ])('%s', async (_, text, findings, doubts) => {
    const report = await lintTexts({ 'main.tf': text });
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });

  const both = ['main.tf:6 ServiceAccount shop/cart service-account-pod-identity-overrides'];
  const arn = (name: string): string => `"arn:aws:iam::111122223333:role/${name}"`;
  test.each<[string, string, readonly string[]]>([
    ['another role', account(arn('cart')) + association(arn('other')), both],
    ['a role of two references', account('module.irsa.iam_role_arn') + association('var.role'), []],
    [
      'another role of the files',
      account('aws_iam_role.app.arn') +
        association('aws_iam_role.b.arn') +
        pods +
        pods.replace('"app"', '"b"').replace('"cart"', '"b"'),
      both,
    ],
    [
      'one of several clusters',
      account(arn('cart')) +
        association(arn('other')) +
        association(arn('other'), '"cart"', '"b"').replace('" "cart"', '" "b"'),
      [],
    ],
  ])('beside an annotation: %s', async (_, text, findings) => {
    const all = findingsIn(await lintTexts({ 'main.tf': text }));
    expect(all.filter(one => one.includes('overrides'))).toEqual(findings);
  });

  test('a fix names no cluster that the files do not have', async () => {
    const { findings } = await lintTexts({ 'main.tf': association() + trusting('"ec2.amazonaws.com"') });
    expect(JSON.stringify(findings[0]?.finding.fix)).not.toMatch(/of-these-files|some-value|000000000000/);
    expect(findings[0]?.finding.message).toBe(
      'role ${aws_iam_role.app.arn} does not trust pods.eks.amazonaws.com with sts:AssumeRole: pods of shop/cart get no credentials',
    );
  });
});
