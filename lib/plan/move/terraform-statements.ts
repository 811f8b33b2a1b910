/** The new statements of a plan for those who keep their trust policies in Terraform: blocks of `aws_iam_policy_document`. */

import { type ChangeOf, parseArn, providerHostPath, roleNameOf } from '../../model.ts';
import { asList, conditionOf } from '../../rules/trust/policy-edit/policy-json.ts';
import { hcl, type JsonObject, objectOf, visible } from '../../text.ts';
import type { Plan } from '../plan.ts';
import { addedStatements, removedStatements } from './mirrored-policy.ts';

/** The text for a file of Terraform: what to add and to take out, role by role, and resources for new providers and associations. */
export const terraformOfPlan = ({ steps, notes = [] }: Plan): string => {
  const named = uniqueNames();
  const blocks = steps.flatMap(({ change }): readonly string[] => {
    switch (change.kind) {
      case 'trust-policy':
        return trustBlocks(change);
      case 'provider-created':
        return [providerBlock(change, named)];
      case 'audience-added':
        return [`# in client_id_list of ${visible(change.providerArn)}, as well\n# ${hcl(change.audience)},`];
      case 'association-created':
        return [associationBlock(change, named)];
      default:
        return [`# a step beside Terraform: ${change.kind}`];
    }
  });
  const left = notes.flatMap(({ about, why, trustPolicy }) => [
    `# ${visible(about)}: ${visible(why)}`,
    ...(trustPolicy === undefined
      ? []
      : ['# the trust policy of the second role:', ...asList(trustPolicy.Statement).map(objectOf).map(statementBlock)]),
  ]);
  return `${[...blocks, ...left].join('\n\n')}\n`;
};

const trustBlocks = ({ roleArn, before, after }: ChangeOf<'trust-policy'>): readonly string[] => {
  const policy = objectOf(JSON.parse(after));
  const [added, removed] = [addedStatements(before, policy), removedStatements(before, policy)];
  return [
    ...(removed.length === 0
      ? []
      : [
          `# ${visible(roleArn)}: take out of the document of its trust policy\n${removed.map(one => `# ${visible(JSON.stringify(one))}`).join('\n')}`,
        ]),
    ...(added.length === 0 ? [] : [`# ${visible(roleArn)}: add to the document of its trust policy`]),
    ...added.map(statementBlock),
  ];
};

const providerBlock = ({ providerArn, audiences }: ChangeOf<'provider-created'>, named: Named): string => {
  const { accountId = '' } = parseArn(providerArn) ?? {};
  return [
    `resource "aws_iam_openid_connect_provider" ${hcl(named(`oidc-${accountId}`))} {`,
    `  url            = ${hcl(`https://${providerHostPath(providerArn) ?? ''}`)}`,
    `  client_id_list = [${audiences.map(hcl).join(', ')}]`,
    '}',
  ].join('\n');
};

const associationBlock = ({ association, clusterArn }: ChangeOf<'association-created'>, named: Named): string => {
  const { namespace, serviceAccount, roleArn, targetRoleArn, disableSessionTags, policy } = association;
  return [
    ...(policy === null ? [] : ['# it has a session policy beside these arguments']),
    `resource "aws_eks_pod_identity_association" ${hcl(named(`${namespace}-${serviceAccount}`))} {`,
    `  cluster_name    = ${hcl(roleNameOf(clusterArn))}`,
    `  namespace       = ${hcl(namespace)}`,
    `  service_account = ${hcl(serviceAccount)}`,
    `  role_arn        = ${hcl(roleArn)}`,
    ...(targetRoleArn === null ? [] : [`  target_role_arn = ${hcl(targetRoleArn)}`]),
    ...(disableSessionTags === true ? ['  disable_session_tags = true'] : []),
    '}',
  ].join('\n');
};

type Named = (text: string) => string;

/** Names of resources: each once, and none begins with a digit (Terraform, "Identifiers"). */
const uniqueNames = (): Named => {
  const given = new Map<string, number>();
  return text => {
    const name = text.replaceAll(/[^\w-]/g, '-').replace(/^(?=[^A-Za-z_])/, '_');
    const count = (given.get(name) ?? 0) + 1;
    given.set(name, count);
    return count === 1 ? name : `${name}--${count}`;
  };
};

/** A statement as a block; as JSON where it has an element for which the block has no argument. */
const statementBlock = (statement: JsonObject): string => {
  const { Effect, Principal, Action, Sid, Condition: _, ...rest } = statement;
  if (Object.keys(rest).length > 0 || typeof Principal !== 'object')
    return `# no block for this one:\n# ${visible(JSON.stringify(statement))}`;
  const list = (values: unknown): string =>
    asList(values)
      .map(value => hcl(String(value)))
      .join(', ');
  return [
    'statement {',
    ...(typeof Sid === 'string' ? [`  sid     = ${hcl(Sid)}`] : []),
    ...(Effect === 'Allow' ? [] : [`  effect  = ${hcl(String(Effect))}`]),
    `  actions = [${list(Action)}]`,
    ...Object.entries(objectOf(Principal)).map(
      ([type, values]) => `  principals {\n    type        = ${hcl(type)}\n    identifiers = [${list(values)}]\n  }`,
    ),
    ...Object.entries(conditionOf(statement)).flatMap(([operator, block]) =>
      Object.entries(block).map(
        ([key, values]) =>
          `  condition {\n    test     = ${hcl(operator)}\n    variable = ${hcl(key)}\n    values   = [${list(values)}]\n  }`,
      ),
    ),
    '}',
  ].join('\n');
};
