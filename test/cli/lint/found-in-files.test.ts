/** The parts of a file that are checked, and their ids: neighbours of a policy, templates, lines and spaces before it. */
import { expect, test } from '@jest/globals';
import { findInFiles } from '../../../lib/cli/lint/find-in-files.ts';
import { hclReader } from '../../../lib/cli/lint/hcl/parse-hcl.ts';
import { isTerraformFile } from '../../../lib/cli/lint/terraform-files.ts';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789';
const open = {
  Effect: 'Allow',
  Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: {
    StringLike: { [`${issuer}:sub`]: 'system:serviceaccount:*:cart' },
    StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' },
  },
};
const permission = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policy = (...statements: readonly object[]): string => JSON.stringify({ Statement: statements });

test('a policy with one statement of permissions is a trust policy all the same; one that has no other is none', async () => {
  const rules = async (text: string) => (await lintTexts({ 'a.json': text })).findings.map(one => one.finding.ruleId);
  expect(await rules(policy(permission, open))).toContain('trust-any-namespace');
  expect(await rules(policy(open, permission))).toContain('trust-any-namespace');
  const { policies, findings, errors } = await lintTexts({ 'a.json': policy(permission, permission) });
  expect([policies, findings, errors.map(({ why }) => why)]).toEqual([
    ...[0, []],
    ['this is a permissions policy, not a trust policy: its statements have a Resource and no Principal'],
  ]);
});

test('a manifest among templates is no chart by a reference of CloudFormation, and is one by a value of Helm', async () => {
  const role = (name: string): string =>
    `apiVersion: iam.services.k8s.aws/v1alpha1\nkind: Role\nmetadata:\n  name: '${name}'\nspec:\n  assumeRolePolicyDocument: '${policy(open)}'\n`;
  const read = (text: string) => lintTexts({ 'c/templates/a.yaml': text });
  expect(findingsIn(await read(role('{{resolve:ssm:name}}')))).toEqual([expect.stringMatching(/trust-any-namespace$/)]);
  const helm = await read(role('{{ .Values.name }}'));
  expect([findingsIn(helm), doubtsIn(helm)]).toEqual([
    [],
    ['c/templates/a.yaml:1 : a template of a Helm chart: lint what helm template prints of it'],
  ]);
});

test('the id of a finding stays where its policy moves', async () => {
  const ids = async (text: string) => (await lintTexts({ 'a.json': text })).findings.map(({ finding }) => finding.id);
  const text = policy(open);
  const usual = await ids(text);
  expect(usual).toHaveLength(1);
  expect([await ids(`  ${text}`), await ids(`\n\n${text}`), await ids(`\n    ${text}`)]).toEqual([usual, usual, usual]);
  expect(await ids(policy(permission, open))).not.toEqual(usual);
});

test.each<readonly [name: string, text: string, isTold: boolean]>([
  ['values.tfvars', 'ns = [', false],
  ['values.auto.tfvars.json', '{"ns": ', false],
  ['main.tf', 'resource "x" {', false],
  ['main.tf', 'resource "aws_iam_role" "app" { assume_role_policy = ', true],
  ['other.json', '{"name": ', false],
  ['role.json', '{"AssumeRolePolicyDocument": ', true],
  ['role.json', '{"Principal": "*", "Action": "*", ', true],
  ['role.json', '{"Princip\\u0061l": "*", "Action": "sts:*", ', true],
  ['bucket.json', '{"Principal": "*", "Resource": "*", ', false],
  ['values.yaml', 'a: [1\nb: }', false],
  ['account.yaml', 'eks.amazonaws.com/role-arn: [1\nb: }', true],
])('a file of a folder that cannot be read: %s with %s is told, %s', async (name, text, isTold) => {
  const read = await hclReader();
  const file = { name, text, ...(isTerraformFile(name) ? { terraform: () => read(text, name) } : {}) };
  const inFolder = findInFiles([{ ...file, isOptional: true }]);
  expect([inFolder.files, inFolder.errors.map(error => error.file)]).toEqual(isTold ? [[name], [name]] : [[], []]);
  const named = findInFiles([file]);
  expect([named.files, named.errors.map(error => error.file)]).toEqual([[name], [name]]);
});
