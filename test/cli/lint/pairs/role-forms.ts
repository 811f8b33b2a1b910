/** A role in each form that people write. Undefined where the form cannot say what the pair says. */
import type { Pair } from './pair.ts';

/** Files by name. */
export type Files = Readonly<Record<string, string>>;

const statementOf = ({ provider, keyPrefix, operator, subject, audience, principalType }: Pair): object => {
  const tests =
    operator === 'StringEquals'
      ? {
          StringEquals: {
            ...(subject === undefined ? {} : { [`${keyPrefix}:sub`]: subject }),
            [`${keyPrefix}:aud`]: audience,
          },
        }
      : {
          StringEquals: { [`${keyPrefix}:aud`]: audience },
          ...(subject === undefined ? {} : { StringLike: { [`${keyPrefix}:sub`]: subject } }),
        };
  return {
    Effect: 'Allow',
    Principal: { [principalType]: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: tests,
  };
};

/** The trust policy as an object. */
const policyOf = (pair: Pair): object => ({ Version: '2012-10-17', Statement: [statementOf(pair)] });

const hcl = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(hcl).join(', ')}]`;
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)} = ${hcl(one)}`)
      .join(', ')} }`;
  return JSON.stringify(value);
};

const tfRole = ({ roleName }: Pair, policy: string): string =>
  `resource "aws_iam_role" "app" {\n  name = "${roleName}"\n  assume_role_policy = ${policy}\n}\n`;

const documentOf = ({ provider, keyPrefix, operator, subject, audience, principalType }: Pair): string => {
  const condition = (test: string, claim: string, value: string): string =>
    `    condition {\n      test = "${test}"\n      variable = "${keyPrefix}:${claim}"\n      values = ["${value}"]\n    }\n`;
  return `data "aws_iam_policy_document" "trust" {\n  statement {\n    actions = ["sts:AssumeRoleWithWebIdentity"]\n    principals {\n      type = "${principalType}"\n      identifiers = ["${provider}"]\n    }\n${subject === undefined ? '' : condition(operator, 'sub', subject)}${condition('StringEquals', 'aud', audience)}  }\n}\n`;
};

/** The namespace and the name of a subject; undefined for any other text. */
const partsOf = (subject: string | undefined): readonly [string, string] | undefined => {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject ?? '') ?? [];
  return namespace === undefined || name === undefined ? undefined : [namespace, name];
};

/** True where a module that takes a provider and service accounts can say it. */
const isPlain = ({ keyPrefix, provider, audience, principalType }: Pair): boolean =>
  provider.endsWith(`/${keyPrefix}`) && audience === 'sts.amazonaws.com' && principalType === 'Federated';

/** True where the provider is the one of the issuer in the role's account: a module that takes the issuer writes no other. */
const isOwn = ({ partition, account, issuer, provider }: Pair): boolean =>
  provider === `arn:${partition}:iam::${account}:oidc-provider/${issuer}`;

const moduleOf = (source: string, lines: readonly string[]): Files => ({
  'irsa.tf': `module "irsa" {\n  source = "${source}"\n${lines.map(line => `  ${line}\n`).join('')}}\n`,
});

const irsaModule = (source: string, test: string, nameLines: (pair: Pair) => readonly string[]) => (pair: Pair) => {
  const parts = partsOf(pair.subject);
  if (parts === undefined || !isPlain(pair)) return undefined;
  return moduleOf(source, [
    ...nameLines(pair),
    ...(pair.operator === 'StringEquals' ? [] : [`${test} = "StringLike"`]),
    `oidc_providers = { main = { provider_arn = "${pair.provider}", namespace_service_accounts = ["${parts.join(':')}"] } }`,
  ]);
};

const oidcModule = (pair: Pair): Files | undefined => {
  if (!isPlain(pair) || !isOwn(pair)) return undefined;
  const list = pair.operator === 'StringEquals' ? 'oidc_fully_qualified_subjects' : 'oidc_subjects_with_wildcards';
  return moduleOf('terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc', [
    'create_role = true',
    `role_name = "${pair.roleName}"`,
    `provider_url = "${pair.issuer}"`,
    ...(pair.subject === undefined ? [] : [`${list} = ["${pair.subject}"]`]),
    'oidc_fully_qualified_audiences = ["sts.amazonaws.com"]',
  ]);
};

const cloudposse = (pair: Pair): Files | undefined => {
  const parts = partsOf(pair.subject);
  if (parts === undefined || !isPlain(pair) || !isOwn(pair) || pair.operator === 'StringLike') return undefined;
  return moduleOf('cloudposse/eks-iam-role/aws', [
    `aws_account_number = "${pair.account}"`,
    `eks_cluster_oidc_issuer_url = "https://${pair.issuer}"`,
    `service_account_namespace = "${parts[0]}"`,
    `service_account_name = "${parts[1]}"`,
  ]);
};

const blueprints = (pair: Pair): Files | undefined => {
  const parts = partsOf(pair.subject);
  if (parts === undefined || !isPlain(pair) || pair.operator === 'StringLike') return undefined;
  return moduleOf('aws-ia/eks-blueprints-addon/aws', [
    'create_role = true',
    `role_name = "${pair.roleName}"`,
    'role_name_use_prefix = false',
    `oidc_providers = { this = { provider_arn = "${pair.provider}", namespace = "${parts[0]}", service_account = "${parts[1]}" } }`,
  ]);
};

const cfnRole = (pair: Pair, policy: unknown = policyOf(pair)): object => ({
  Type: 'AWS::IAM::Role',
  Properties: { RoleName: pair.roleName, AssumeRolePolicyDocument: policy },
});

const cdk = (pair: Pair): Files | undefined => {
  const { Condition, ...statement } = statementOf(pair) as { readonly Condition: Readonly<Record<string, object>> };
  const custom = (operator: string): object => ({
    Type: 'Custom::AWSCDKCfnJson',
    Properties: { ServiceToken: 'x', Value: JSON.stringify(Condition[operator]) },
  });
  const operators = Object.keys(Condition);
  const conditions = operators.map(operator => [operator, { 'Fn::GetAtt': [`C${operator}`, 'Value'] }]);
  const policy = { Version: '2012-10-17', Statement: [{ ...statement, Condition: Object.fromEntries(conditions) }] };
  return {
    'cdk.out/App.template.json': JSON.stringify({
      Resources: {
        ...Object.fromEntries(operators.map(operator => [`C${operator}`, custom(operator)])),
        Role: cfnRole(pair, policy),
      },
    }),
  };
};

const plan = (pair: Pair): Files => ({
  'plan.json': JSON.stringify({
    format_version: '1.2',
    planned_values: {
      root_module: {
        resources: [
          {
            address: 'aws_iam_role.app',
            mode: 'managed',
            type: 'aws_iam_role',
            values: { name: pair.roleName, assume_role_policy: JSON.stringify(policyOf(pair)) },
          },
        ],
      },
    },
  }),
});

/** Each form of a role, by its name. */
export const roleForms: Readonly<Record<string, (pair: Pair) => Files | undefined>> = {
  'aws_iam_role with jsonencode': pair => ({ 'iam.tf': tfRole(pair, `jsonencode(${hcl(policyOf(pair))})`) }),
  'aws_iam_role with a heredoc': pair => ({
    'iam.tf': tfRole(pair, `<<-EOT\n${JSON.stringify(policyOf(pair), null, 2)}\nEOT`),
  }),
  'aws_iam_role with a document': pair => ({
    'iam.tf': documentOf(pair) + tfRole(pair, 'data.aws_iam_policy_document.trust.json'),
  }),
  'aws_iam_role with references': pair => {
    if (!isPlain(pair) || !isOwn(pair)) return undefined;
    const prefix = '${replace(aws_iam_openid_connect_provider.eks.url, "https://", "")}';
    const policy = hcl(policyOf({ ...pair, provider: 'PROVIDER', keyPrefix: prefix }))
      .replace('"PROVIDER"', 'aws_iam_openid_connect_provider.eks.arn')
      .replaceAll('\\"', '"');
    return {
      'iam.tf': `resource "aws_iam_openid_connect_provider" "eks" {\n  client_id_list = ["sts.amazonaws.com"]\n  url = aws_eks_cluster.main.identity[0].oidc[0].issuer\n}\n${tfRole(pair, `jsonencode(${policy})`)}`,
    };
  },
  'aws_iam_role with file()': pair => ({
    'iam.tf': tfRole(pair, 'file("${path.module}/trust.json")'),
    'trust.json': JSON.stringify(policyOf(pair), null, 2),
  }),
  'aws_iam_role with templatefile()': pair => ({
    'iam.tf': tfRole(
      pair,
      `templatefile("\${path.module}/trust.json.tpl", { provider = ${JSON.stringify(pair.provider)} })`,
    ),
    'trust.json.tpl': JSON.stringify(policyOf({ ...pair, provider: '${provider}' }), null, 2),
  }),
  'iam-role-for-service-accounts-eks': irsaModule(
    'terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts-eks',
    'assume_role_condition_test',
    ({ roleName }) => [`role_name = "${roleName}"`],
  ),
  'iam-role-for-service-accounts': irsaModule(
    'terraform-aws-modules/iam/aws//modules/iam-role-for-service-accounts',
    'trust_condition_test',
    ({ roleName }) => [`name = "${roleName}"`, 'use_name_prefix = false'],
  ),
  'iam-assumable-role-with-oidc': oidcModule,
  'cloudposse/eks-iam-role': cloudposse,
  'eks-blueprints-addon': blueprints,
  'CloudFormation as JSON': pair => ({ 'stack.json': JSON.stringify({ Resources: { Role: cfnRole(pair) } }, null, 2) }),
  'CloudFormation as YAML': pair => ({
    'stack.yaml':
      `Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: ${pair.roleName}\n      AssumeRolePolicyDocument:\n        Fn::Sub: |\n          ${JSON.stringify(policyOf(pair))}\n`.replace(
        /Fn::Sub: \|\n\s+(.*)\n$/,
        (_, text) => `${text}\n`,
      ),
  }),
  'the CDK': cdk,
  'a Terraform plan': plan,
  ACK: pair => ({
    'role.yaml': `apiVersion: iam.services.k8s.aws/v1alpha1\nkind: Role\nmetadata: {name: app}\nspec:\n  name: ${pair.roleName}\n  assumeRolePolicyDocument: '${JSON.stringify(policyOf(pair))}'\n`,
  }),
  Crossplane: pair => ({
    'role.yaml': `apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role\nmetadata: {name: ${pair.roleName}}\nspec:\n  forProvider:\n    assumeRolePolicy: |\n      ${JSON.stringify(policyOf(pair))}\n`,
  }),
};
