/** Service accounts, their roles and their workloads in files: each two forms of two parts, and all that lint says of them. */
import { test } from '@jest/globals';
import { twoChanges } from '../../support/two-changes.ts';
import { doubtsIn, lintTexts } from './lint-texts.ts';

const id = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const provider = (account = '111122223333', issuer = id): string => `arn:aws:iam::${account}:oidc-provider/${issuer}`;
const role = 'arn:aws:iam::111122223333:role/app';

/** The answers of lint on files: places, rules, messages with their data, and what it does not check. */
const told = async (files: Readonly<Record<string, string>>) => {
  const report = await lintTexts(files);
  const { findings, errors, policies, serviceAccounts } = report;
  return [
    ...findings.map(
      ({ file, line, column, owner, finding: { severity, ruleId, messageId, data } }) =>
        `${file}:${line}:${column} ${owner} ${severity} ${ruleId} ${messageId} ${Object.values(data).join(', ')}`,
    ),
    ...doubtsIn(report),
    ...errors.map(error => JSON.stringify(error)),
    `${policies} policies, ${serviceAccounts} service accounts`,
  ];
};

const statement = (subject: string, federated = provider(), more: object = {}) => ({
  ...{ Effect: 'Allow', Principal: { Federated: federated }, Action: 'sts:AssumeRoleWithWebIdentity' },
  Condition: {
    StringEquals: {
      [`${federated.replace(/^.*oidc-provider\//, '')}:sub`]: subject,
      [`${federated.replace(/^.*oidc-provider\//, '')}:aud`]: 'sts.amazonaws.com',
    },
  },
  ...more,
});
const policy = (...statements: readonly object[]): string => JSON.stringify({ Statement: statements });
const cart = 'system:serviceaccount:shop:cart';
const other = provider('111122223333', id.replace('5C', '6C'));
const policies: Readonly<Record<string, string>> = {
  trusts: policy(statement(cart)),
  'of another namespace': policy(statement('system:serviceaccount:store:cart')),
  'of default': policy(statement('system:serviceaccount:default:cart')),
  'filled in': policy(statement('system:serviceaccount:${NS}:cart')),
  'of another account': policy(statement('system:serviceaccount:store:cart', provider('444455556666'))),
  'of two issuers': policy(statement('system:serviceaccount:store:cart'), statement(cart, other)),
  'that denies': policy(statement(cart), statement(cart, provider(), { Effect: 'Deny' })),
  'with an operator that is not known': policy(
    statement(cart, provider(), { Condition: { Other: { [`${id}:sub`]: cart } } }),
  ),
  'for pods': policy({
    ...{
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  }),
};
const ack = (text: string, name = 'app'): string =>
  `apiVersion: iam.services.k8s.aws/v1alpha1\nkind: Role\nmetadata: {name: app}\nspec:\n  name: ${name}\n  assumeRolePolicyDocument: '${text}'\n`;
const terraform = (text: string, name = 'name = "app"'): string =>
  `resource "aws_iam_role" "app" {\n  ${name}\n  assume_role_policy = <<EOT\n${text}\nEOT\n}\n`;

const account = (
  name: string,
  namespace: string | undefined,
  annotations: Readonly<Record<string, string | undefined>>,
): string =>
  [
    ...['apiVersion: v1', 'kind: ServiceAccount', 'metadata:', `  name: ${name}`],
    ...(namespace === undefined ? [] : [`  namespace: ${namespace}`]),
    '  annotations:',
    '    other: x',
    ...Object.entries(annotations).flatMap(([key, value]) => (value === undefined ? [] : [`    ${key}: "${value}"`])),
    '',
  ].join('\n');
const workload = (kind: string, spec: string, namespace = 'shop'): string =>
  kind === 'Pod'
    ? `apiVersion: v1\nkind: Pod\nmetadata: {name: app, namespace: ${namespace}}\nspec: ${spec}\n`
    : `apiVersion: apps/v1\nkind: ${kind}\nmetadata: {name: app, namespace: ${namespace}}\nspec: {template: {spec: ${spec}}}\n`;
const container = 'containers: [{name: a, image: b}]';
const workloads: Readonly<Record<string, string>> = {
  'a Deployment': workload('Deployment', `{serviceAccountName: cart, ${container}}`),
  'a Pod': workload('Pod', `{serviceAccountName: cart, ${container}}`),
  'a Pod with keys': workload(
    'Pod',
    '{serviceAccountName: cart, containers: [{name: a, image: b, env: [{name: AWS_ACCESS_KEY_ID, value: x}]}]}',
  ),
  'a Deployment with keys': workload(
    'Deployment',
    '{serviceAccountName: cart, containers: [{name: a, image: b, env: [{name: AWS_ACCESS_KEY_ID, value: x}]}]}',
  ),
  'of another namespace': workload('DaemonSet', `{serviceAccountName: cart, ${container}}`, 'store'),
};
const association = (roleArn: string): string =>
  `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\niam:\n  podIdentityAssociations: [{namespace: shop, serviceAccountName: cart, roleARN: "${roleArn}"}]\n`;

test('a service account in a manifest', async () => {
  const parts = {
    name: ['cart', 'default'],
    namespace: ['shop', undefined, 'default', '${NS}', 'store'],
    role: [role, undefined, 'arn:aws:iam::444455556666:role/app', '${ROLE}', 'arn:aws:iam::1111:role/app', ''],
    policy: ['trusts', undefined, ...Object.keys(policies).slice(1)],
    roleName: ['app', 'other', '${NAME}'],
    workload: [undefined, ...Object.keys(workloads)],
    association: [undefined, role, 'arn:aws:iam::111122223333:role/other', '${ROLE}'],
    audience: [undefined, 'sts.amazonaws.com', 'other', '${AUDIENCE}'],
  };
  await twoChanges('account', parts, form => {
    const files = {
      'a.yaml': account(form.name, form.namespace, {
        'eks.amazonaws.com/role-arn': form.role,
        'eks.amazonaws.com/audience': form.audience,
      }),
      ...(form.policy === undefined ? {} : { 'b.yaml': ack(policies[form.policy] ?? '', form.roleName) }),
      ...(form.workload === undefined ? {} : { 'c.yaml': workloads[form.workload] ?? '' }),
      ...(form.association === undefined ? {} : { 'd.yaml': association(form.association) }),
    };
    return told(files);
  });
});

test('a service account and its role in Terraform', async () => {
  const parts = {
    namespace: ['namespace = "shop"', '', 'namespace = var.ns', 'namespace = "default"'],
    role: ['aws_iam_role.app.arn', `"${role}"`, 'var.role', '"arn:aws:iam::${var.account}:role/app"', '""'],
    policy: Object.keys(policies),
    name: ['name = "app"', '', 'name = var.name', 'name_prefix = "app"'],
    variable: ['', 'variable "ns" { default = "shop" }', 'variable "ns" { default = "store" }', 'variable "ns" {}'],
    file: ['main.tf', 'main.tofu', 'other/main.tf'],
    association: ['', 'aws_iam_role.app.arn', 'var.role'],
  };
  await twoChanges('account', parts, form => {
    const written = `resource "kubernetes_service_account" "cart" {\n  metadata {\n    name = "cart"\n    ${form.namespace}\n    annotations = {\n      "eks.amazonaws.com/role-arn" = ${form.role}\n    }\n  }\n}\n${form.variable}\n`;
    const of = `resource "aws_eks_pod_identity_association" "cart" {\n  cluster_name = "c"\n  namespace = "shop"\n  service_account = "cart"\n  role_arn = ${form.association}\n}\n`;
    return told({
      'accounts.tf': `${written}${form.association === '' ? '' : of}`,
      [form.file]: terraform(policies[form.policy] ?? '', form.name),
    });
  });
});

test('a policy that is written twice over', async () => {
  const open = statement('system:serviceaccount:*:cart', provider(), {
    Condition: { StringLike: { [`${id}:sub`]: 'system:serviceaccount:*:cart' } },
  });
  const parts = {
    effect: [
      '"Effect":"Allow"',
      '"Effect":"Deny","Effect":"Allow"',
      '"Effect":"Allow","Effect":"Deny"',
      '"effect":"Allow"',
    ],
    action: [
      ...['"Action":"sts:AssumeRoleWithWebIdentity"', '"Action":"sts:*"', '"Action":[]'],
      '"Action":"s3:GetObject","Action":"sts:AssumeRoleWithWebIdentity"',
    ],
    principal: [
      `"Principal":${JSON.stringify(open.Principal)}`,
      `"Principal":"*","Principal":${JSON.stringify(open.Principal)}`,
      `"Principal":${JSON.stringify(open.Principal)},"Principal":"*"`,
      '"Principal":{"AWS":"*"}',
    ],
    condition: [
      `"Condition":${JSON.stringify(open.Condition)}`,
      ...['"Condition":{}', ''],
      `"Condition":{},"Condition":${JSON.stringify(open.Condition)}`,
    ],
    file: ['a.json', 'a.yaml', 'a.txt'],
    before: ['', '{"Sid":"x"},', `${JSON.stringify(statement(cart))},`, `${JSON.stringify(open)},`],
  };
  await twoChanges('policy', parts, ({ effect, action, principal, condition, file, before }) => {
    const written = [effect, action, principal, condition].filter(Boolean).join(',');
    return told({ [file]: `{"Version":"2012-10-17","Statement":[${before}{${written}}]}` });
  });
});
