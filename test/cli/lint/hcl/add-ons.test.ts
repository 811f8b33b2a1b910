/** The role of an EKS add-on is that of the service account which AWS documents for it (EKS User Guide, the pages of the add-ons). */
import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';
import { webIdentityRole } from '../web-identity-role.ts';

const addOn = (value: string, name = 'aws-ebs-csi-driver'): string =>
  `resource "aws_eks_addon" "a" {\n  addon_name = "${name}"\n  service_account_role_arn = ${value}\n}\n`;
const inModule = (value: string): string => `module "eks" {
  source = "terraform-aws-modules/eks/aws"
  cluster_addons = {
    coredns = {}
    aws-ebs-csi-driver = {
      most_recent              = true
      service_account_role_arn = ${value}
    }
  }
}
`;
const issuer = '${module.cluster.oidc_provider}';
const role = (subject = 'kube-system:ebs-csi-controller-sa'): string =>
  webIdentityRole(
    'module.cluster.oidc_provider_arn',
    `{ StringEquals = { "${issuer}:sub" = "system:serviceaccount:${subject}", "${issuer}:aud" = "sts.amazonaws.com" } }`,
  );
const ec2 = `resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}
`;

describe.each([
  ['a resource', addOn],
  ['a map of a module', inModule],
])('%s', (_, form) => {
  test.each(['aws_iam_role.app.arn', 'aws_iam_role.app[0].arn', '"${aws_iam_role.app.arn}"'])(
    'a role of the files that trusts it is healthy: %s',
    async value => {
      const report = await lintTexts({ 'main.tf': role(), 'add-on.tf': form(value) });
      expect([findingsIn(report), doubtsIn(report), report.serviceAccounts]).toEqual([[], [], 1]);
    },
  );

  test.each([
    ['EC2', ec2],
    ['another namespace', role('kube-systems:ebs-csi-controller-sa')],
    ['another account', role('kube-system:ebs-csi-node-sa')],
  ])('a role for %s is found', async (_name, policy) => {
    const report = await lintTexts({ 'main.tf': policy, 'add-on.tf': form('aws_iam_role.app.arn') });
    expect(findingsIn(report)).toEqual([
      expect.stringMatching(/kube-system\/ebs-csi-controller-sa service-account-role-not-trusting$/),
    ]);
  });

  test('a role that no file has is not checked', async () => {
    const report = await lintTexts({ 'main.tf': role(), 'add-on.tf': form('aws_iam_role.other.arn') });
    expect(doubtsIn(report)).toEqual([
      expect.stringContaining('its role is filled in later: ${aws_iam_role.other.arn}'),
    ]);
  });

  test('one that has none asks nothing', async () => {
    const report = await lintTexts({ 'main.tf': role(), 'add-on.tf': form('null') });
    expect([findingsIn(report), doubtsIn(report), report.serviceAccounts]).toEqual([[], [], 0]);
  });
});

test('the service account of an add-on that AWS does not document is not checked', async () => {
  const report = await lintTexts({ 'main.tf': role(), 'add-on.tf': addOn('aws_iam_role.app.arn', 'adot') });
  expect(doubtsIn(report)).toEqual([
    expect.stringContaining('the role of a service account is filled in later: aws_iam_role.app.arn'),
  ]);
});
