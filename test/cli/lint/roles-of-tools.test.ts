/** Roles of annotations that a tool puts in later, as the documentation of each writes them: not checked, and never a finding. */
import { expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const values = [
  'ENC[AES256_GCM,data:Zm9vYmFy,iv:YmFy,tag:Zm9v,type:str]',
  '<path:kv/data/irsa#role-arn>',
  '<path:kv/data/irsa#role-arn#2>',
  '<role-arn | jsonPath {.arn}>',
  'ref+awsssm://irsa/cart?region=eu-north-1#/arn',
  'secretref+awsssm://irsa/cart',
  'vault:secret/data/irsa#arn',
  '{{ .Values.roleArn }}',
  "{{ include 'cart.role' . }}",
  '${ROLE_ARN}',
  '${{ vars.ROLE_ARN }}',
  '$(ROLE)',
  '$ROLE_ARN',
  '((role-arn))',
  '#{RoleArn}#',
  '__ROLE_ARN__',
  '@@ROLE_ARN@@',
  '%ROLE_ARN%',
  'PLACEHOLDER',
  'REPLACE_ME',
  'CHANGEME',
  '<ROLE_ARN>',
  '[ROLE ARN]',
  'arn:aws:iam::$(ACCOUNT):role/cart',
  'arn:aws:iam::ENC[AES256_GCM,data:Zm9v,type:str]:role/cart',
  'arn:aws:iam::<path:kv/data/irsa#account>:role/cart',
  'arn:aws:iam::((account)):role/cart',
];

const account = (value: string): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: cart\n  namespace: shop\n  annotations:\n    eks.amazonaws.com/role-arn: ${JSON.stringify(value)}\n`;
const chart = (value: string): string =>
  `serviceAccount:\n  name: cart\n  annotations:\n    eks.amazonaws.com/role-arn: ${JSON.stringify(value)}\n`;
const terraform = (value: string): string =>
  `resource "kubernetes_service_account" "c" {\n  metadata {\n    name      = "cart"\n    namespace = "shop"\n    annotations = {\n      "eks.amazonaws.com/role-arn" = ${JSON.stringify(value).replaceAll('${', () => '$${')}\n    }\n  }\n}\n`;

test.each(values)('%s', async value => {
  for (const texts of [
    { 'sa.yaml': account(value) },
    { 'values.yaml': chart(value) },
    { 'main.tf': terraform(value) },
  ]) {
    const report = await lintTexts(texts, { isOptional: true });
    expect([findingsIn(report), doubtsIn(report)]).toEqual([[], [expect.stringContaining('filled in later')]]);
  }
});

test.each([
  'role/cart',
  'cart',
  'arn:aws:iam::480913276544:user/cart',
  'ENCODED',
  'ref+cart',
  'arn:aws:iam::480913276544:role:cart',
])('no tool has %s: told', async value => {
  const report = await lintTexts({ 'sa.yaml': account(value) });
  expect([...findingsIn(report), ...doubtsIn(report)]).toHaveLength(1);
});
