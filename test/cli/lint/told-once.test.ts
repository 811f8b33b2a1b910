/** A cause is told once: a fault of a module that several callers have, a doubt at one place, templates of one kind. */
import { expect, test } from '@jest/globals';
import { notCheckedLines } from '../../../lib/cli/lint/lint-finding.ts';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';
import { webIdentityRole } from './web-identity-role.ts';

const module = (condition: string): string =>
  `variable "provider" {}\nvariable "issuer" {}\nvariable "namespace" {}\n${webIdentityRole('"arn:aws:iam::210987654321:oidc-provider/${var.issuer}"', condition)}`;
const caller = (id: string, namespace: string): string =>
  `module "role" {\n  source = "../role"\n  issuer = "oidc.eks.eu-west-1.amazonaws.com/id/${id.repeat(32)}"\n  namespace = "${namespace}"\n}\n`;
const anySubject = '{ StringEquals = { "${var.issuer}:aud" = "sts.amazonaws.com" } }';
const ofNamespace =
  '{ StringEquals = { "${var.issuer}:aud" = "sts.amazonaws.com" }, StringLike = { "${var.issuer}:sub" = "system:serviceaccount:${var.namespace}:*" } }';

test.each([
  ['every subject', anySubject, 'main.tf:8', 'trust-any-subject'],
  ['every service account of a namespace', ofNamespace, 'main.tf:11', 'trust-any-service-account-in-namespace'],
])('a fault of a module is told once, with its callers: %s', async (_, condition, _place, rule) => {
  const report = await lintTexts({
    'role/main.tf': module(condition),
    'a/main.tf': caller('A', 'shop'),
    'b/main.tf': caller('B', 'store'),
    'c/main.tf': caller('B', 'store'),
  });
  expect(report.findings.map(({ file, owner, finding }) => [file, owner, finding.ruleId])).toEqual([
    ['role/main.tf', 'aws_iam_role.app with a/main.tf, b/main.tf and c/main.tf', rule],
  ]);
  // The values of each caller are in the evidence.
  const told = JSON.stringify(report.findings[0]?.finding.evidence);
  for (const id of rule === 'trust-any-subject' ? ['A', 'B'] : ['shop', 'store']) expect(told).toContain(id);
});

test('the gravest of several forms is told', async () => {
  const report = await lintTexts({
    'role/main.tf': module(ofNamespace),
    'a/main.tf': caller('A', 'shop'),
    'b/main.tf': caller('B', '*'),
  });
  expect(findingsIn(report).map(one => one.replace(/:\d+ /, ' '))).toEqual([
    'role/main.tf aws_iam_role.app with b/main.tf trust-any-subject',
    'role/main.tf aws_iam_role.app with a/main.tf trust-any-service-account-in-namespace',
  ]);
});

test('a doubt is told once a place, whatever value a caller gives', async () => {
  const account = `variable "role" {}
resource "kubernetes_service_account" "app" {
  metadata {
    name = "app"
    namespace = "shop"
    annotations = { "eks.amazonaws.com/role-arn" = var.role }
  }
}
`;
  const from = (value: string) => `module "account" {\n  source = "../account"\n  role = ${value}\n}\n`;
  const report = await lintTexts({
    'account/main.tf': account,
    'a/main.tf': from('data.aws_ssm_parameter.a.value'),
    'b/main.tf': from('data.aws_ssm_parameter.b.value'),
  });
  expect(doubtsIn(report)).toEqual([expect.stringMatching(/^account\/main\.tf:6 .*its role is filled in later/)]);
});

test('templates of charts are one line, with their number', async () => {
  const template = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {{ .Values.name }}\n';
  const texts = Object.fromEntries(['a', 'b', 'c'].map(name => [`chart/templates/${name}.yaml`, template]));
  const report = await lintTexts(texts);
  expect(report.doubts).toHaveLength(3);
  expect(notCheckedLines(report)).toEqual([
    'not checked: chart/templates/a.yaml:1:1: a template of a Helm chart: lint what helm template prints of it (also 2 other files)',
  ]);
});
