/** The permissions of the roles of `npm start`: one role of each level, and reading for all others. */
import type { WorldRole } from '../world.ts';

const policy = (...statements: readonly unknown[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });
const allow = (action: string | readonly string[], resource: string | readonly string[]) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});

const administratorAccess = 'arn:aws:iam::aws:policy/AdministratorAccess';
const s3ReadOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';

/** Managed policies of AWS that roles of the sandbox have, as AWS publishes them. */
export const awsPolicies: Readonly<Record<string, string>> = {
  [administratorAccess]: policy(allow('*', '*')),
  [s3ReadOnly]: policy(
    allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'], '*'),
  ),
};

const inline = (name: string, document: string): Pick<WorldRole, 'inlinePolicies'> => ({
  inlinePolicies: [{ name, document }],
});

/** By the name of the role. */
const held = (accountId: string): Readonly<Record<string, Partial<WorldRole>>> => {
  const role = (name: string): string => `arn:aws:iam::${accountId}:role/${name}`;
  return {
    'store-catalog': { attachedPolicyArns: [administratorAccess] },
    // The end of the way from the group developers.
    'factory-release': { attachedPolicyArns: [administratorAccess] },
    // It may write its own permissions.
    'media-encoder': inline('own-policy', policy(allow(['iam:PutRolePolicy', 'iam:GetRolePolicy'], role('media-*')))),
    // It starts nodes, as Karpenter does.
    'stock-sync': inline(
      'nodes',
      policy(allow(['ec2:RunInstances', 'ec2:TerminateInstances'], '*'), {
        ...allow('iam:PassRole', role('node')),
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      }),
    ),
    'payments-charge': inline(
      'secrets',
      policy(allow('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:eu-west-1:${accountId}:secret:payments-*`)),
    ),
    'store-orders': inline(
      'orders',
      policy(allow(['sqs:SendMessage', 'dynamodb:PutItem'], `arn:aws:*:eu-west-1:${accountId}:*orders*`)),
    ),
    // It may change the code of functions: whether one runs as an administrator is not read.
    'search-indexer': inline(
      'functions',
      policy(allow('lambda:UpdateFunctionCode', `arn:aws:lambda:eu-west-1:${accountId}:function:*`)),
    ),
    'depot-shelf': inline('nothing-much', policy(allow('ec2:DescribeInstances', '*'))),
    node: { ...inline('nodes', policy(allow(['ec2:DescribeInstances', 'ecr:BatchGetImage'], '*'))), inProfile: true },
  };
};

/** The roles with what they may do. */
export const withPermissions = (roles: readonly WorldRole[], accountId: string): WorldRole[] => {
  const own = held(accountId);
  return roles.map(role => ({ ...role, attachedPolicyArns: role.name in own ? [] : [s3ReadOnly], ...own[role.name] }));
};
