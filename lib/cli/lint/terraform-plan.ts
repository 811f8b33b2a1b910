import { given } from '../../text.ts';
import { type FoundPolicies, type FoundPolicy, policyOf, type UnknownPolicy } from './found-policy.ts';
import { itemsOf, memberOf, type SourceDocument, type SourceNode, stringOf } from './source-tree.ts';

/** True for what `terraform show -json` writes, of a plan or of a state. */
export const isTerraform = (root: SourceNode): boolean =>
  memberOf(root, 'format_version') !== undefined &&
  ['planned_values', 'resource_changes', 'values'].some(key => memberOf(root, key) !== undefined);

/** A role of a plan. */
interface PlannedRole {
  readonly address: string;
  readonly name?: string;
  readonly arn?: string;
  readonly policy?: SourceNode;
  readonly offset: number;
}

/** The trust policies of all aws_iam_role and awscc_iam_role resources, of the root module and all others; each address once. */
export const terraformPolicies = (root: SourceNode, source: SourceDocument): FoundPolicies => {
  const roles = new Map<string, PlannedRole>();
  const planned = memberOf(root, 'planned_values') ?? memberOf(root, 'values');
  for (const role of [...rolesOf(memberOf(planned, 'root_module')), ...changedRoles(root)]) {
    const known = roles.get(role.address);
    if (!known || (!known.policy && role.policy)) roles.set(role.address, role);
  }
  const policies: FoundPolicy[] = [];
  const unknown: UnknownPolicy[] = [];
  for (const { address, name, arn, policy, offset } of roles.values()) {
    const found = policy?.kind === 'string' ? policyOf(policy, source, address) : undefined;
    if (found) policies.push({ ...found, ...given({ roleName: name, roleArn: arn }) });
    else
      unknown.push({
        file: source.name,
        owner: address,
        at: source.locate(offset),
        why: 'the trust policy is known only after apply',
      });
  }
  return { policies, unknown };
};

const rolesOf = (module: SourceNode | undefined): readonly PlannedRole[] => [
  ...itemsOf(memberOf(module, 'resources'))
    .filter(isManagedRole)
    .map(resource => roleIn(resource, memberOf(resource, 'values'))),
  ...itemsOf(memberOf(module, 'child_modules')).flatMap(rolesOf),
];

const changedRoles = (root: SourceNode): readonly PlannedRole[] =>
  itemsOf(memberOf(root, 'resource_changes'))
    .filter(isManagedRole)
    .flatMap(resource => {
      const change = memberOf(resource, 'change');
      const actions = itemsOf(memberOf(change, 'actions')).map(stringOf);
      if (actions.length === 1 && (actions[0] === 'delete' || actions[0] === 'forget')) return [];
      return [roleIn(resource, memberOf(change, 'after'))];
    });

const roleIn = (resource: SourceNode, values: SourceNode | undefined): PlannedRole => ({
  address: addressOf(resource),
  offset: resource.at,
  ...given({
    policy: policyIn(values),
    name: stringOf(memberOf(values, 'name') ?? memberOf(values, 'role_name')),
    arn: stringOf(memberOf(values, 'arn')),
  }),
});

/** The attribute of the provider hashicorp/aws, or of hashicorp/awscc. */
const policyIn = (values: SourceNode | undefined): SourceNode | undefined =>
  memberOf(values, 'assume_role_policy') ?? memberOf(values, 'assume_role_policy_document');

const isManagedRole = (resource: SourceNode): boolean =>
  ['aws_iam_role', 'awscc_iam_role'].includes(stringOf(memberOf(resource, 'type')) ?? '') &&
  (stringOf(memberOf(resource, 'mode')) ?? 'managed') === 'managed';

const addressOf = (resource: SourceNode): string => stringOf(memberOf(resource, 'address')) ?? 'aws_iam_role';
