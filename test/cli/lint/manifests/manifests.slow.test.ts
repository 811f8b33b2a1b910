import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from '../lint-texts.ts';

const role = 'arn:aws:iam::111122223333:role/cart';
const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789';
const accountWith = (annotations: string, name = 'cart', namespace = 'shop'): string =>
  `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\n  annotations:\n${annotations}\n`;
const account = accountWith(`    eks.amazonaws.com/role-arn: ${role}`);
const workload = (spec: string, annotations = '{}'): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\n  namespace: shop\nspec:\n  template:\n    metadata:\n      annotations: ${annotations}\n    spec: ${spec}\n`;
const policyFor = (subject: string, operator = 'StringEquals', account = '111122223333'): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          [operator]: { [`${issuer}:sub`]: subject },
          StringEquals:
            operator === 'StringEquals'
              ? { [`${issuer}:sub`]: subject, [`${issuer}:aud`]: 'sts.amazonaws.com' }
              : { [`${issuer}:aud`]: 'sts.amazonaws.com' },
        },
      },
    ],
  });
const ackRole = (policy: string): string =>
  `apiVersion: iam.services.k8s.aws/v1alpha1\nkind: Role\nmetadata:\n  name: cart\nspec:\n  name: cart\n  assumeRolePolicyDocument: '${policy}'\n`;
const crossplaneRole = (policy: string): string =>
  `apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role\nmetadata:\n  name: cart\nspec:\n  forProvider:\n    assumeRolePolicy: |\n      ${policy}\n`;
const terraformRole = (policy: string, name = '"cart"'): string =>
  `resource "aws_iam_role" "app" {\n  name = ${name}\n  assume_role_policy = <<EOT\n${policy}\nEOT\n}\n`;
const eksctl = (accounts: string, associations = '[]'): string =>
  `apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c, region: eu-west-1}\niam:\n  withOIDC: true\n  serviceAccounts: ${accounts}\n  podIdentityAssociations: ${associations}\n`;

describe('service accounts and workloads', () => {
  test.each<[string, string, readonly string[], readonly string[]]>([
    ['a sound one', account, [], []],
    ['one without annotations', accountWith('    other: x'), [], []],
    [
      'a mistyped key',
      accountWith(`    eks.amazonaws.com/role_arn: ${role}`),
      ['a.yaml:7 ServiceAccount shop/cart service-account-annotation-mistyped'],
      [],
    ],
    [
      'a malformed ARN',
      accountWith('    eks.amazonaws.com/role-arn: arn:aws:iam::1111:role/cart'),
      ['a.yaml:7 ServiceAccount shop/cart service-account-role-arn-malformed'],
      [],
    ],
    [
      'a role on default',
      accountWith(`    eks.amazonaws.com/role-arn: ${role}`, 'default'),
      ['a.yaml:7 ServiceAccount shop/default service-account-on-default'],
      [],
    ],
    [
      'an option that the webhook ignores',
      accountWith(`    eks.amazonaws.com/role-arn: ${role}\n    eks.amazonaws.com/token-expiration: "1h"`),
      ['a.yaml:8 ServiceAccount shop/cart service-account-option-ignored'],
      [],
    ],
    [
      'an expiration beyond that of EKS',
      accountWith(`    eks.amazonaws.com/role-arn: ${role}\n    eks.amazonaws.com/token-expiration: "100000"`),
      ['a.yaml:8 ServiceAccount shop/cart service-account-option-ignored'],
      [],
    ],
    [
      'a role that is filled in later',
      accountWith('    eks.amazonaws.com/role-arn: ${ROLE_ARN}'),
      [],
      ['a.yaml:7 ServiceAccount shop/cart: its role is filled in later: ${ROLE_ARN}'],
    ],
    [
      'an account ID that is filled in later, on default',
      accountWith('    eks.amazonaws.com/role-arn: arn:aws:iam::${ACCOUNT}:role/cart', 'default'),
      ['a.yaml:7 ServiceAccount shop/default service-account-on-default'],
      ['a.yaml:7 ServiceAccount shop/default: its role is filled in later: arn:aws:iam::${ACCOUNT}:role/cart'],
    ],
    [
      'a name that Kubernetes refuses',
      accountWith(`    eks.amazonaws.com/role-arn: ${role}`, 'Cart_1'),
      [],
      ['a.yaml:1 ServiceAccount shop/Cart_1: Kubernetes does not allow its name or namespace'],
    ],
    [
      'items of a list',
      `apiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop, annotations: {eks.amazon.com/role-arn: "${role}"}}}\n`,
      ['a.yaml:4 ServiceAccount shop/cart service-account-annotation-mistyped'],
      [],
    ],
    [
      'access keys beside the role',
      `${account}---\n${workload('{serviceAccountName: cart, containers: [{name: app, image: x, env: [{name: AWS_ACCESS_KEY_ID, value: k}]}]}')}`,
      ['a.yaml:9 Deployment cart pod-static-credentials'],
      [],
    ],
    [
      'access keys of a workload without a role',
      `${account}---\n${workload('{serviceAccountName: other, containers: [{name: app, image: x, env: [{name: AWS_ACCESS_KEY_ID, value: k}]}]}')}`,
      [],
      [
        'a.yaml:9 Deployment cart: access keys in its environment win over a role; whether their service account has a role is in none of these files',
      ],
    ],
    [
      'a service account that is nearly one of the file',
      `${account}---\n${workload('{serviceAccountName: crt, containers: [{name: app, image: x}]}')}`,
      ['a.yaml:18 Deployment cart pod-service-account-gone'],
      [],
    ],
    [
      'a workload without the service account of its name',
      `${account}---\n${workload('{containers: [{name: app, image: x}]}')}`,
      [],
      ['a.yaml:9 Deployment cart: it names no service account, and no workload uses cart, which has a role'],
    ],
    [
      'a role on pods',
      `${accountWith('    other: x')}---\n${workload('{serviceAccountName: cart, containers: [{name: app, image: x}]}', `{eks.amazonaws.com/role-arn: "${role}"}`)}`,
      ['a.yaml:9 Deployment cart pod-annotation-ignored'],
      [],
    ],
    [
      'a role on pods whose service account is elsewhere',
      workload(
        '{serviceAccountName: cart, containers: [{name: app, image: x}]}',
        `{eks.amazonaws.com/role-arn: "${role}"}`,
      ),
      [],
      [
        'a.yaml:9 Deployment cart: the webhook ignores the annotation eks.amazonaws.com/role-arn on pods; whether their service account has a role is in none of these files',
      ],
    ],
    [
      'other objects',
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n---\napiVersion: example.com/v1\nkind: Role\nmetadata: {name: x}\n',
      [],
      [],
    ],
  ])('%s', async (_, text, findings, doubts) => {
    const report = await lintTexts({ 'a.yaml': text });
    expect(report.errors).toEqual([]);
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });

  test('messages have the texts of the file', async () => {
    const text = accountWith('    eks.amazonaws.com/role-arn: arn:aws:iam::${ACCOUNT}:role/cart', 'default', '${NS}');
    const { findings } = await lintTexts({ 'a.yaml': text });
    expect(JSON.stringify(findings.map(({ finding }) => [finding.message, finding.fix]))).not.toMatch(
      /some-value|namespace-not-set/,
    );
    expect(findings[0]?.finding.message).toContain('${NS}');
  });
});

describe('roles and service accounts of the same files', () => {
  const refused = ['a.yaml:7 ServiceAccount shop/cart service-account-role-not-trusting'];
  const open = [
    'a.yaml:1 ServiceAccount shop/cart: whether role cart trusts it: parts of its policy are filled in later',
  ];
  test.each<[string, string, string, readonly string[], readonly string[]]>([
    ['ACK, trusting', 'b.yaml', ackRole(policyFor('system:serviceaccount:shop:cart')), [], []],
    ['ACK, refusing', 'b.yaml', ackRole(policyFor('system:serviceaccount:store:cart')), refused, []],
    ['Crossplane, trusting', 'b.yaml', crossplaneRole(policyFor('system:serviceaccount:shop:cart')), [], []],
    ['Crossplane, refusing', 'b.yaml', crossplaneRole(policyFor('system:serviceaccount:store:cart')), refused, []],
    ['Terraform, trusting', 'b.tf', terraformRole(policyFor('system:serviceaccount:shop:cart')), [], []],
    ['Terraform, refusing', 'b.tf', terraformRole(policyFor('system:serviceaccount:store:cart')), refused, []],
    [
      'a role of another name',
      'b.tf',
      terraformRole(policyFor('system:serviceaccount:store:cart'), '"other"'),
      [],
      ['a.yaml:1 ServiceAccount shop/cart: whether role cart trusts it: it is in none of these files'],
    ],
    [
      'a role whose name is not known',
      'b.tf',
      terraformRole(policyFor('system:serviceaccount:store:cart'), 'var.name'),
      [],
      [
        'a.yaml:1 ServiceAccount shop/cart: whether role cart trusts it: it may be aws_iam_role.app, whose name is filled in later',
      ],
    ],
    [
      'a role of another account',
      'b.tf',
      terraformRole(policyFor('system:serviceaccount:store:cart', 'StringEquals', '444455556666')),
      [],
      [
        'a.yaml:1 ServiceAccount shop/cart: whether role cart trusts it: it is of account 111122223333, and the one of its name in these files is of another account',
      ],
    ],
    [
      'a namespace that may be right',
      'b.tf',
      terraformRole(policyFor('system:serviceaccount:${var.ns}:cart')),
      [],
      open,
    ],
    [
      'a name that cannot be right',
      'b.tf',
      terraformRole(policyFor('system:serviceaccount:${var.ns}:pay')),
      refused,
      [],
    ],
    [
      'a module that trusts it',
      'b.tf',
      'module "irsa" {\n  source = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"\n  role_name = "cart"\n  oidc_providers = { main = { provider_arn = var.arn, namespace_service_accounts = ["shop:cart"] } }\n}\n',
      [],
      [],
    ],
    [
      'a module that refuses it',
      'b.tf',
      'module "irsa" {\n  source = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"\n  role_name = "cart"\n  oidc_providers = { main = { provider_arn = var.arn, namespace_service_accounts = ["store:cart"] } }\n}\n',
      refused,
      [],
    ],
    [
      'CloudFormation, refusing',
      'b.json',
      JSON.stringify({
        Resources: {
          R: {
            Type: 'AWS::IAM::Role',
            Properties: {
              RoleName: 'cart',
              AssumeRolePolicyDocument: JSON.parse(policyFor('system:serviceaccount:store:cart')),
            },
          },
        },
      }),
      refused,
      [],
    ],
  ])('%s', async (_, name, text, findings, doubts) => {
    const report = await lintTexts({ 'a.yaml': account, [name]: text });
    expect(report.errors).toEqual([]);
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });

  test('a file without a namespace is told', async () => {
    const text = account.replace('  namespace: shop\n', '');
    const report = await lintTexts({
      'a.yaml': text,
      'b.yaml': ackRole(policyFor('system:serviceaccount:store:cart')),
    });
    expect(findingsIn(report)).toEqual([]);
    expect(doubtsIn(report)).toEqual([
      'a.yaml:1 ServiceAccount cart: whether role cart trusts it: the file names no namespace',
    ]);
  });

  test.each<[string, string, string, readonly string[], readonly string[]]>([
    ['the audience that the role takes', 'sts.amazonaws.com', 'sts.amazonaws.com', [], []],
    ['another one that the role takes, which its provider decides', 'vault', 'vault', [], []],
    [
      'another one',
      'vault',
      'sts.amazonaws.com',
      ['a.yaml:8 ServiceAccount shop/cart service-account-audience-refused'],
      [],
    ],
    ['none', '""', 'sts.amazonaws.com', ['a.yaml:8 ServiceAccount shop/cart service-account-audience-refused'], []],
    [
      'one of the role that is filled in later',
      'vault',
      '${var.audience}',
      [],
      ['a.yaml:1 ServiceAccount shop/cart: whether role cart trusts it: parts of its policy are filled in later'],
    ],
    [
      'one that is filled in later',
      '${AUDIENCE}',
      'sts.amazonaws.com',
      [],
      ['a.yaml:1 ServiceAccount shop/cart: whether role cart trusts it: its audience is filled in later'],
    ],
  ])('an audience: %s', async (_, asked, taken, findings, doubts) => {
    const own = accountWith(`    eks.amazonaws.com/role-arn: ${role}\n    eks.amazonaws.com/audience: ${asked}`);
    const policy = policyFor('system:serviceaccount:shop:cart').replace('sts.amazonaws.com', taken);
    const report = await lintTexts({ 'a.yaml': own, 'b.tf': terraformRole(policy) });
    expect(report.errors).toEqual([]);
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });

  test('one of two roles of a name is enough', async () => {
    const texts = {
      'a.yaml': account,
      'dev/b.tf': terraformRole(policyFor('system:serviceaccount:dev:cart')),
      'prod/b.tf': terraformRole(policyFor('system:serviceaccount:shop:cart')),
    };
    expect(findingsIn(await lintTexts(texts))).toEqual([]);
  });

  test('a trust policy of a controller is linted, too', async () => {
    const report = await lintTexts({ 'b.yaml': ackRole(policyFor('system:serviceaccount:*:cart', 'StringLike')) });
    expect(findingsIn(report)).toEqual(['b.yaml:7 Role cart trust-any-namespace']);
    expect(doubtsIn(await lintTexts({ 'b.yaml': ackRole('${POLICY}') }))).toEqual([
      'b.yaml:7 Role cart: the trust policy is filled in later: ${POLICY}',
    ]);
  });
});

describe('objects of other clusters', () => {
  const keys = workload(
    '{serviceAccountName: cart, containers: [{name: app, image: x, env: [{name: AWS_ACCESS_KEY_ID, value: k}]}]}',
  );

  test('a workload is of the service account of its folder', async () => {
    expect(findingsIn(await lintTexts({ 'prod/sa.yaml': account, 'dev/deploy.yaml': keys }))).toEqual([]);
    expect(findingsIn(await lintTexts({ 'prod/sa.yaml': account, 'prod/deploy.yaml': keys }))).toEqual([
      'prod/deploy.yaml:1 Deployment cart pod-static-credentials',
    ]);
  });

  const told = ['base/run/deploy.yaml:1 Deployment cart pod-static-credentials'];
  const elsewhere = /access keys in its environment .* is in none of these files/;
  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'one kustomization deploys both',
      { 'base/kustomization.yaml': 'resources: [run/deploy.yaml, who/sa.yaml]\n' },
      told,
    ],
    [
      'an overlay deploys both',
      {
        'base/run/kustomization.yaml': 'resources: [deploy.yaml]\n',
        'base/who/kustomization.yaml': 'resources: [sa.yaml]\n',
        'prod/kustomization.yaml': 'resources: [../base/run, ../base/who]\n',
      },
      told,
    ],
    [
      'Flux deploys both',
      {
        'flux.yaml':
          'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a}\nspec: {path: ./base, targetNamespace: shop}\n',
      },
      told,
    ],
    [
      'two kustomizations deploy one each',
      {
        'a/kustomization.yaml': 'resources: [../base/run/deploy.yaml]\n',
        'b/kustomization.yaml': 'resources: [../base/who/sa.yaml]\n',
      },
      [],
    ],
    [
      'two service accounts fit',
      { 'base/kustomization.yaml': 'resources: [run, who, also]\n', 'base/also/sa.yaml': accountWith('    a: b') },
      [],
    ],
  ])('access keys and their service account in two folders: %s', async (_, more, expected) => {
    const report = await lintTexts({ 'base/who/sa.yaml': account, 'base/run/deploy.yaml': keys, ...more });
    expect(findingsIn(report)).toEqual(expected);
    expect(doubtsIn(report).some(one => elsewhere.test(one))).toBe(expected.length === 0);
  });

  test('an association is of the service account of its cluster', async () => {
    const one = eksctl('[{metadata: {name: cart, namespace: shop}}]');
    const other = eksctl('[]', `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`);
    expect(findingsIn(await lintTexts({ 'a.yaml': one, 'b.yaml': other }))).toEqual([]);
  });
});

describe('eksctl', () => {
  test.each<[string, string, readonly string[]]>([
    ['a sound one', eksctl('[{metadata: {name: cart, namespace: shop}, attachPolicyARNs: [x]}]'), []],
    [
      'a role on default',
      eksctl('[{metadata: {name: default, namespace: shop}, attachPolicyARNs: [x]}]'),
      ['a.yaml:6 ServiceAccount shop/default service-account-on-default'],
    ],
    [
      'a role on default that is not annotated',
      eksctl('[{metadata: {name: default, namespace: shop}, roleOnly: true}]'),
      [],
    ],
    [
      'a malformed ARN',
      eksctl('[{metadata: {name: cart, namespace: shop}, attachRoleARN: "arn:aws:iam::1:role/x"}]'),
      ['a.yaml:6 ServiceAccount shop/cart service-account-role-arn-malformed'],
    ],
    [
      'both ways',
      eksctl(
        '[{metadata: {name: cart, namespace: shop}}]',
        `[{namespace: shop, serviceAccountName: cart, roleARN: "${role}"}]`,
      ),
      ['a.yaml:6 ServiceAccount shop/cart service-account-pod-identity-overrides'],
    ],
    [
      'Pod Identity on default',
      eksctl('[]', `[{namespace: shop, serviceAccountName: default, roleARN: "${role}"}]`),
      ['a.yaml:7 ServiceAccount shop/default service-account-on-default'],
    ],
  ])('%s', async (_, text, findings) => {
    expect(findingsIn(await lintTexts({ 'a.yaml': text }))).toEqual(findings);
  });
});

describe('service accounts of Terraform', () => {
  const accountOf = (role: string): string =>
    `resource "kubernetes_service_account_v1" "cart" {\n  metadata {\n    name = "cart"\n    namespace = "shop"\n    annotations = {\n      "eks.amazonaws.com/role-arn" = ${role}\n    }\n  }\n}\n`;
  const refused = ['main.tf:6 ServiceAccount shop/cart service-account-role-not-trusting'];
  const module = (name: string): string =>
    `module "irsa" {\n  source = "terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks"\n  oidc_providers = { main = { provider_arn = var.arn, namespace_service_accounts = ["${name}"] } }\n}\n`;
  test.each<[string, string, readonly string[], readonly string[]]>([
    [
      'its role',
      accountOf('aws_iam_role.app.arn') + terraformRole(policyFor('system:serviceaccount:shop:cart'), 'var.name'),
      [],
      [],
    ],
    [
      'a role that refuses it',
      accountOf('aws_iam_role.app.arn') + terraformRole(policyFor('system:serviceaccount:store:cart'), 'var.name'),
      refused,
      [],
    ],
    [
      'one of several',
      accountOf('aws_iam_role.app[0].arn') + terraformRole(policyFor('system:serviceaccount:store:cart')),
      refused,
      [],
    ],
    ['a module', accountOf('module.irsa.iam_role_arn') + module('shop:cart'), [], []],
    ['a module that refuses it', accountOf('"${module.irsa.iam_role_arn}"') + module('store:cart'), refused, []],
    ['an output of old modules', accountOf('module.irsa.this_iam_role_arn') + module('store:cart'), refused, []],
    [
      'a role of another module',
      accountOf('module.other.role_arn'),
      [],
      ['main.tf:6 ServiceAccount shop/cart: its role is filled in later: ${module.other.role_arn}'],
    ],
    [
      'a mistyped key',
      accountOf('aws_iam_role.app.arn').replace('role-arn', 'role_arn') +
        terraformRole(policyFor('system:serviceaccount:shop:cart')),
      ['main.tf:6 ServiceAccount shop/cart service-account-annotation-mistyped'],
      [],
    ],
  ])('%s', async (_, text, findings, doubts) => {
    const report = await lintTexts({ 'main.tf': text });
    expect(findingsIn(report)).toEqual(findings);
    expect(doubtsIn(report)).toEqual(doubts);
  });
});
