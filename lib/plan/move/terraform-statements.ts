/** The new statements of a plan for those who keep their trust policies in Terraform: blocks of `aws_iam_policy_document`. */
import { roleNameOf } from '../../model/arn.ts';
import { asList, conditionOf } from '../../rules/trust/policy-edit/policy-json.ts';
import { type JsonObject, objectOf } from '../../text/json-value.ts';
import { hcl } from '../../text/quote.ts';
import { visible } from '../../text/visible-text.ts';
import type { Plan } from '../plan.ts';
import { addedStatements } from './mirrored-policy.ts';

/** The text for a file of Terraform: what to add, role by role, and resources for new providers and associations. */
export const terraformOfPlan = ({ steps, notes = [] }: Plan): string => {
  const blocks = steps.flatMap(({ change }): string[] => {
    switch (change.kind) {
      case 'trust-policy': {
        const added = addedStatements(change.before, objectOf(JSON.parse(change.after)));
        return [
          `# ${comment(change.roleArn)}: ${added.length === 0 ? 'take the statements of the first cluster out' : 'add to the document of its trust policy'}`,
          ...added.map(statementBlock),
        ];
      }
      case 'provider-created':
        return [
          `resource "aws_iam_openid_connect_provider" "new" {\n  url            = ${hcl(`https://${change.providerArn.slice(change.providerArn.indexOf('oidc-provider/') + 'oidc-provider/'.length)}`)}\n  client_id_list = [${change.audiences.map(hcl).join(', ')}]\n}`,
        ];
      case 'audience-added':
        return [`# in client_id_list of ${comment(change.providerArn)}, as well\n# ${hcl(change.audience)},`];
      case 'association-created': {
        const { namespace, serviceAccount, roleArn, targetRoleArn, disableSessionTags, policy } = change.association;
        return [
          [
            ...(policy === null ? [] : ['# it has a session policy beside these arguments']),
            `resource "aws_eks_pod_identity_association" ${hcl(`${namespace}-${serviceAccount}`.replace(/[^\w-]/g, '-'))} {`,
            `  cluster_name    = ${hcl(roleNameOf(change.clusterArn))}`,
            `  namespace       = ${hcl(namespace)}`,
            `  service_account = ${hcl(serviceAccount)}`,
            `  role_arn        = ${hcl(roleArn)}`,
            ...(targetRoleArn === null ? [] : [`  target_role_arn = ${hcl(targetRoleArn)}`]),
            ...(disableSessionTags === true ? ['  disable_session_tags = true'] : []),
            '}',
          ].join('\n'),
        ];
      }
      default:
        return [`# a step beside Terraform: ${change.kind}`];
    }
  });
  const left = notes.map(({ about, why }) => `# ${comment(about)}: ${comment(why)}`);
  return `${[...blocks, ...left].join('\n\n')}\n`;
};

/** A comment ends with its line. */
const comment = (text: string): string => visible(text).replaceAll(/[\r\n\u2028\u2029]+/g, ' ');

/** A statement as a block; as JSON where it has an element for which the block has no argument. */
const statementBlock = (statement: JsonObject): string => {
  const { Effect, Principal, Action, Sid: _, Condition: __, ...rest } = statement;
  if (Object.keys(rest).length > 0 || typeof Principal !== 'object')
    return `# no block for this one:\n# ${comment(JSON.stringify(statement))}`;
  const list = (values: unknown): string =>
    asList(values)
      .map(value => hcl(String(value)))
      .join(', ');
  return [
    'statement {',
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
