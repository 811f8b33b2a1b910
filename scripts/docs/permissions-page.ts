import { type FunctionName, functionNames } from '../../lib/audit/contract.ts';
import { stepObjects } from '../../lib/audit/document-keys.ts';
import { destinationKinds } from '../../lib/config/destinations.ts';
import { memberPermissions, type Permission, permissions, type ResourceName } from '../../lib/infra/permissions.ts';
import { auditedArnsOf } from '../../lib/infra/resource-arns.ts';
import { type KeyedChoice, readingRows, withIncluded } from '../../lib/model.ts';

/** How a resource is written for people. */
const words: Readonly<Record<Exclude<ResourceName, 'documents-read' | 'documents-written'>, string>> = {
  any: '`*`: IAM knows no resource for it',
  'oidc-providers': 'every OIDC provider of the account',
  'aws-policies': 'the managed policies of AWS',
  roles: 'every role of the account',
  'control-policies': 'every resource control policy of the organization',
  'service-control-policies': 'every service control policy of the organization, and those of AWS',
  'organization-members': 'every account and unit of the organization',
  'organizational-units': 'the root and every unit of the organization',
  'iam-quotas': 'every quota of IAM',
  clusters: 'every cluster of the account',
  'pod-identity-associations': 'every Pod Identity association of the account',
  addons: 'every EKS add-on of the account',
  'access-entries': 'every access entry of the account',
  'member-roles': 'the role `memberRole.name` of the accounts that are audited',
  table: 'the table',
  'table-indexes': "the table's indexes",
  bucket: 'the bucket',
  'dead-letters': 'the queue of undelivered digests',
  'schedule-dead-letters': 'the queue of runs that could not be started or recorded',
  topic: 'the topic of findings',
  'operations-topic': 'the topic of operations',
  'topic-key': 'the key of topics and queues',
  'changes-queue': 'the queue of the fast lane',
  'fast-machine': 'the state machine of the fast lane',
};

/** The choice of the configuration that asks for a permission. */
const askedBeside: Readonly<Record<Exclude<NonNullable<Permission['when']>, KeyedChoice>, string>> = {
  organization: '`accounts.from` is `organization`',
  'organization-identity': '`accounts.from` is `organization`, or `resourceControlPolicies`',
  'service-controls': '`resourceControlPolicies`, with `rolePermissions` or `unusedPermissions`',
  members: '`accounts.from` is not `self`',
  'customer-key': '`customerKey`',
  'in-cluster': '`inCluster.enabled`',
  'fast-lane': '`fastLane.enabled`',
};

const code = (text: string): string => `\`${text}\``;

/** The keys that ask for a choice: its own, and those of the choices that bring it. */
const keysFor = (choice: KeyedChoice): string => {
  const keys = readingRows.flatMap(([other, { key }]) =>
    key === undefined || !withIncluded(other).includes(choice) ? [] : [code(enabledKey(key))],
  );
  const [last = '', ...before] = keys.reverse();
  return before.length === 0 ? last : `${before.reverse().join(', ')} or ${last}`;
};
/** `cloudTrail` has more than a switch. */
const enabledKey = (key: string): string => (key === 'cloudTrail' ? 'cloudTrail.enabled' : key);

const askedWords = (when: NonNullable<Permission['when']>): string => {
  if (when in askedBeside) return askedBeside[when as keyof typeof askedBeside];
  return `${keysFor(when as KeyedChoice)}${when === 'rbac' ? ', with `inCluster.enabled`' : ''}`;
};
const row = (actions: readonly string[], on: string, why: string, when: string): string =>
  `| ${actions.map(code).join(', ')} | ${on} | ${why} | ${when} |`;

const wordsIn = (step: FunctionName, name: ResourceName): string => {
  if (name === 'documents-read' || name === 'documents-written') {
    const { reads, writes } = stepObjects(step);
    return `${(name === 'documents-read' ? reads : writes).map(code).join(', ')} in the bucket`;
  }
  return words[name];
};

const stepRow = (step: FunctionName, { actions, on, why, when }: Permission): string =>
  row(
    actions,
    on.map(name => wordsIn(step, name)).join(' and '),
    why,
    when === undefined ? 'always' : askedWords(when),
  );

/** One row for each permission, with every kind of destination that needs it. */
const destinationRows = (): readonly string[] => {
  const kinds = Object.values(destinationKinds);
  return [...new Set(kinds.flatMap(kind => kind.permissions))].map(permission => {
    const needing = kinds.filter(kind => kind.permissions.includes(permission)).map(({ to }) => code(to));
    return row(permission.actions, permission.on, permission.why, `a destination of kind ${needing.join(', ')}`);
  });
};

const section = (step: FunctionName): string =>
  [
    `## ${step}`,
    '',
    '| actions | on | to | when |',
    '| --- | --- | --- | --- |',
    ...permissions[step].map(permission => stepRow(step, permission)),
    ...(step === 'notify-drift' ? destinationRows() : []),
    '',
  ].join('\n');

/** A read-only identity policy for `irsa-auditor scan` and for people: everything that is read of an account. */
const readPolicy = (): object => ({
  Version: '2012-10-17',
  Statement: memberPermissions(
    new Set(['role-details', 'role-permissions', 'unused-permissions', 'cloud-trail', 'in-cluster', 'rbac']),
  ).map(permission => ({
    Effect: 'Allow',
    Action: permission.actions,
    Resource: permission.on.flatMap(name => auditedArnsOf(name, { partition: 'aws', accountId: '111122223333' })),
  })),
});

/** `docs/permissions.md`. */
export const permissionsPage = (): string => `# Permissions

Generated from \`lib/infra/permissions.ts\` and \`lib/config/destinations.ts\`; roles are made from the same tables, and a
test compares them with the SDK commands that are really in each function's bundle. Nothing is granted for what the
configuration does not ask for.

## To read an account

What \`irsa-auditor scan\` needs, and what the role of a member account has. \`iam:GetAccountAuthorizationDetails\`,
those on policies of AWS, the two on \`ServiceLastAccessedDetails\`, \`cloudtrail:LookupEvents\`, the Pod Identity and add-on actions, and those of access entries are needed only with
\`roleDetails\`, \`rolePermissions\`, \`unusedPermissions\`, \`cloudTrail\`,
\`inCluster\` and \`rbac\`. \`iam:GetAccountSummary\` is called only where a trust policy is near the least quota of its length, and
\`servicequotas:GetServiceQuota\` only where the account is near the least quota of OIDC providers. Nothing in it writes. As CloudFormation for StackSets: [member-role.yaml](member-role.yaml).

\`\`\`json
${JSON.stringify(readPolicy(), null, 2)}
\`\`\`

\`scan --control-policies\` (\`resourceControlPolicies\`) and \`why --control-policies\` also call Organizations, once for all
accounts and with the caller's own credentials: those of the management account or of a delegated administrator. Its calls: one for each 20 resource
control policies; two for each of these that is attached, else one; one for the organization; and where one is attached to
the root or a unit, one for each account and each unit above it. With \`rolePermissions\` the service control policies are read in the same way,
and one call more for each root, unit and account that has one of them: levels of roles are then decided under them.

\`scan --network\` and \`explain --network\` also call \`ec2:DescribeInstances\`, \`ec2:DescribeRouteTables\`, \`ec2:DescribeVpcEndpoints\` and
\`ec2:DescribeSecurityGroups\`: one call of the first for each thousand nodes of a cluster, and one of each of the others. They have no
resources of their own, so that the permissions are for \`*\`. In a cluster \`scan --network\` also lists NetworkPolicies and SecurityGroupPolicies:
\`init cluster --network\` gives the right. A refusal is a gap that names the permission. The deployed audit does not read the network: it would need
\`ec2:Describe…\` for \`*\` in every account and each run, and a route or a policy tells of calls that fail, which CloudTrail shows it.

\`scan --rbac\` (\`rbac\`) lists the roles, cluster roles and bindings of a cluster, and reads the ConfigMap \`aws-auth\` where the cluster
uses it: \`init cluster --rbac\` gives the rights. Of EKS it asks for the access entries: one call for each hundred, two for each entry of a person
or role and one for each of nodes. A refusal is a gap: who can become a service account is then unknown.

\`impact\` lists the Deployments, StatefulSets, DaemonSets, Jobs and CronJobs of a cluster: \`init cluster --workloads\` gives the right. A refusal leaves
its answer for a cluster and a service account at *not known*. No other command lists them.

\`why\` also asks \`iam:GetRole\` when the annotated role was last used. In a cluster without the configuration
\`pod-identity-webhook\` the audit tries \`list mutatingwebhookconfigurations\`, to find a webhook of another name. Of a
cluster that trusts several certificate authorities it asks EKS which one signs. Where \`envFrom\` of a pod with a role names ConfigMaps it tries \`get configmaps\` for at most
50 of them, until two are refused: of their content the names of AWS variables are kept, and the values of regions, roles and
paths. Where a controller of cert-manager, External Secrets, Crossplane's AWS
provider or KEDA runs it lists their Issuers, SecretStores, ProviderConfigs or TriggerAuthentications once, namespaced and not, for the roles
that they name: at most 10,000 roles are kept, and nothing of Secrets. All of these are optional: a refusal is no gap, and what they would tell is then not known.

Where a pod with EKS Pod Identity is not seen to have a ready agent on its node, the audit asks \`get daemonsets\` for \`eks-pod-identity-agent\`,
for how many nodes the agent is meant and on how many it is ready. A refusal is a gap.

Without one of them the audit goes on: what could not be read is a coverage gap that names the permission, never a pass.

# Permissions of each function

Beside these, each function writes its own log group and X-Ray segments, and \`collect-cluster\` makes network interfaces
if \`inCluster.vpc\` places it in a VPC. \`note-changes\`, \`plan-fast-run\` and \`overlay-issuers\` are deployed only with
\`fastLane.enabled\`.

${functionNames.map(section).join('\n')}`;
