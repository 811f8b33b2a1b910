import { type FunctionName, fastLaneName } from '../audit/contract.ts';
import { stepObjects } from '../audit/document-keys.ts';
import { type Configuration, destinationsOf } from '../config/configuration.ts';
import { type DeploymentPlace, destinationKinds } from '../config/destinations.ts';
import { featuresOf } from './features.ts';
import { permissionsOf, type ResourceName } from './permissions.ts';

/** The parts of an ARN. `own` parts may be CDK tokens, or placeholders in documentation. */
interface ArnParts extends DeploymentPlace {
  readonly tableArn: string;
  readonly bucketArn: string;
  readonly deadLettersArn: string;
  readonly topicArn: string;
  readonly operationsTopicArn: string;
  readonly topicKeyArn: string;
}

/** The ARNs of what is read in an audited account. */
const auditedArns = (
  parts: Pick<ArnParts, 'partition' | 'accountId'>,
): Readonly<
  Record<
    | 'any'
    | 'oidc-providers'
    | 'aws-policies'
    | 'roles'
    | 'iam-quotas'
    | 'clusters'
    | 'pod-identity-associations'
    | 'addons'
    | 'access-entries',
    readonly string[]
  >
> => ({
  any: ['*'],
  'oidc-providers': [`arn:${parts.partition}:iam::${parts.accountId}:oidc-provider/*`],
  'aws-policies': [`arn:${parts.partition}:iam::aws:policy/*`],
  roles: [`arn:${parts.partition}:iam::${parts.accountId}:role/*`],
  'iam-quotas': [`arn:${parts.partition}:servicequotas:*:${parts.accountId}:iam/*`],
  clusters: [`arn:${parts.partition}:eks:*:${parts.accountId}:cluster/*`],
  'pod-identity-associations': [`arn:${parts.partition}:eks:*:${parts.accountId}:podidentityassociation/*`],
  addons: [`arn:${parts.partition}:eks:*:${parts.accountId}:addon/*`],
  'access-entries': [`arn:${parts.partition}:eks:*:${parts.accountId}:access-entry/*`],
});

/** The ARNs that one resource name stands for in an audited account. Throws for any other resource. */
export const auditedArnsOf = (
  name: ResourceName,
  parts: Pick<ArnParts, 'partition' | 'accountId'>,
): readonly string[] => {
  const arns = new Map<string, readonly string[]>(Object.entries(auditedArns(parts))).get(name);
  if (arns === undefined) throw new Error(`${name} is not a resource of an audited account`);
  return arns;
};

/** Above so many listed accounts their roles are named by a pattern: an ARN for each would exceed the 6,144 characters of a
 *  managed policy, and a statement is not split (IAM User Guide, "IAM and AWS STS quotas"). The role of each account trusts the
 *  auditor by its own external id. */
const mostListed = 50;

const memberRoles = (parts: ArnParts, { accounts, memberRole }: Configuration): readonly string[] => {
  const role = (accountId: string) => `arn:${parts.partition}:iam::${accountId}:role/${memberRole.name}`;
  return accounts.from === 'list' && accounts.accountIds.length <= mostListed
    ? accounts.accountIds.map(role)
    : [role('*')];
};

const ofOrganization = ({ partition }: ArnParts, ...kinds: readonly string[]): readonly string[] =>
  kinds.map(kind => `arn:${partition}:organizations::*:${kind}/o-*`);

/** The ARNs that each resource name stands for in the role of a step. */
const resourceArns = (
  step: FunctionName,
  parts: ArnParts,
  configuration: Configuration,
): Readonly<Record<ResourceName, readonly string[]>> => ({
  ...auditedArns(parts),
  'control-policies': [`arn:${parts.partition}:organizations::*:policy/o-*/resource_control_policy/p-*`],
  'service-control-policies': [
    `arn:${parts.partition}:organizations::*:policy/o-*/service_control_policy/p-*`,
    `arn:${parts.partition}:organizations::aws:policy/service_control_policy/p-*`,
  ],
  'organization-members': ofOrganization(parts, 'account', 'ou'),
  'organizational-units': ofOrganization(parts, 'root', 'ou'),
  'member-roles': memberRoles(parts, configuration),
  table: [parts.tableArn],
  'table-indexes': [`${parts.tableArn}/index/*`],
  bucket: [parts.bucketArn],
  'documents-read': stepObjects(step).reads.map(key => `${parts.bucketArn}/${key}`),
  'documents-written': stepObjects(step).writes.map(key => `${parts.bucketArn}/${key}`),
  'dead-letters': [parts.deadLettersArn],
  'schedule-dead-letters': [
    `arn:${parts.partition}:sqs:${parts.region}:${parts.accountId}:${configuration.name}-schedule-dead-letters`,
  ],
  topic: [parts.topicArn],
  'operations-topic': [parts.operationsTopicArn],
  'topic-key': [parts.topicKeyArn],
  'changes-queue': [
    `arn:${parts.partition}:sqs:${parts.region}:${parts.accountId}:${fastLaneName(configuration.name)}`,
  ],
  'fast-machine': [
    `arn:${parts.partition}:states:${parts.region}:${parts.accountId}:stateMachine:${fastLaneName(configuration.name)}`,
  ],
});

/** A permission with its resources. */
export interface PermissionGrant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** Everything that a step may do under a configuration beside writing its own log and trace. */
export const grantsOf = (
  step: FunctionName,
  configuration: Configuration,
  parts: ArnParts,
): readonly PermissionGrant[] => {
  const arns = resourceArns(step, parts, configuration);
  const own = permissionsOf(step, featuresOf(configuration)).map(({ actions, on }) => ({
    actions,
    resources: on.flatMap(name => arns[name]),
  }));
  return step === 'notify-drift' ? [...own, ...destinationGrants(configuration, parts)] : own;
};

/** One grant for each permission, whatever the number of destinations that need it. */
const destinationGrants = (configuration: Configuration, parts: ArnParts): readonly PermissionGrant[] => {
  const needed = destinationsOf(configuration).flatMap(destination =>
    destinationKinds[destination.to].permissions.map(permission => ({ permission, destination })),
  );
  const grants = [...new Set(needed.map(({ permission }) => permission))].map(permission => ({
    actions: permission.actions,
    resources: [
      ...new Set(
        needed
          .filter(each => each.permission === permission)
          .flatMap(({ destination }) => permission.arns(parts, destination)),
      ),
    ],
  }));
  return grants.filter(({ resources }) => resources.length > 0);
};
