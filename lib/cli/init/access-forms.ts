/** Access of the auditor to clusters as text: commands, a CloudFormation template, Terraform. */
import { stringify } from 'yaml';
import { type EntryState, entryCommands, stateInWords } from '../../fixes/access-entry.ts';
import { type CommandOptions, knownContext } from '../../fixes/command.ts';
import { clusterPlaceOf } from '../../fixes/kubernetes-steps.ts';
import { type AuditorRole, auditorGroup, clusterRoleBinding } from '../../fixes/rbac-documents.ts';
import { newContext } from '../../fixes/render-step.ts';
import { hashOf, hcl, optionWord } from '../../text.ts';
import type { FleetCluster } from './fleet.ts';

/** Clusters that are printed. */
interface Printed {
  readonly clusters: readonly FleetCluster[];
  readonly role: AuditorRole;
  readonly options: CommandOptions;
}

type Render = (printed: Printed) => readonly string[];

const titleOf = ({ cluster, state, principalArn }: FleetCluster): string =>
  `# account ${cluster.accountId}, ${cluster.region}: cluster ${cluster.name} ${stateInWords(state, principalArn)}`;

const is =
  (...kinds: readonly EntryState['kind'][]) =>
  ({ state }: FleetCluster): boolean =>
    kinds.includes(state.kind);

const commented = (text: string): readonly string[] => text.split('\n').map(line => `#   ${line}`);

/** The lines of aws-auth, which takes role ARNs without their path, of clusters of mode CONFIG_MAP. */
const awsAuth = ({ principalArn }: FleetCluster): readonly string[] => [
  '# add under mapRoles of the ConfigMap kube-system/aws-auth, where the ARN has no path:',
  ...commented(
    stringify([
      { rolearn: principalArn.replace(/:role\/.*\//, ':role/'), username: auditorGroup, groups: [auditorGroup] },
    ]).trimEnd(),
  ),
];

/** The lines of the configuration that put the collector of clusters into the VPC of a private API. */
const vpcLines = ({ vpc }: FleetCluster): readonly string[] =>
  vpc === undefined
    ? []
    : [
        '# its API has no public endpoint: put the collector of clusters into its VPC, by these lines of irsa-auditor.config.json. The security group of the cluster has to allow 443 from it; STS and EKS are reached by NAT or by interface endpoints',
        ...commented(
          JSON.stringify({
            inCluster: {
              enabled: true,
              vpc: {
                vpcId: vpc.vpcId ?? 'vpc-…',
                subnetIds: vpc.subnetIds,
                securityGroupIds: vpc.securityGroupId === undefined ? [] : [vpc.securityGroupId],
              },
            },
          }),
        ),
      ];

/** One script: first the ClusterRole as a file, then each cluster. kubectl leads by a context of the kubeconfig, or by one that is made
 *  under the cluster's ARN; its token is of the account of the credentials, and another account's is refused. */
const commands: Render = ({ clusters, role, options }) =>
  clusters.length === 0
    ? []
    : [
        `# what the group ${auditorGroup} may read in each cluster`,
        `rbac=$(mktemp) && cat >"$rbac" <<'YAML'\n${rbacYaml(role)}YAML`,
        ...clusters.flatMap(one => {
          const { cluster, state } = one;
          const context = knownContext(clusterPlaceOf(cluster), options);
          return [
            '',
            titleOf(one),
            ...(state.kind === 'config-map' ? awsAuth(one) : entryCommands(one, state, options)),
            ...(context === undefined ? [newContext(cluster.name, cluster.region, options)] : []),
            `kubectl ${optionWord('--context', context ?? cluster.arn)} apply --filename "$rbac"`,
            ...vpcLines(one),
          ];
        }),
      ];

/** Both documents as one YAML text. */
const rbacYaml = (role: AuditorRole): string =>
  [role, clusterRoleBinding].map(document => stringify(document)).join('---\n');

const clusterRoleToo = '# Each cluster needs the ClusterRole and its binding too: -o commands prints them.';

/** Comments for the clusters that a declaration cannot set right: what is there already has to be changed by its commands. */
const beside = ({ clusters, options }: Printed): readonly string[] =>
  clusters.filter(is('outlived', 'without-group', 'config-map', 'unknown')).flatMap(one => {
    const { state } = one;
    if (state.kind === 'config-map') return [titleOf(one), ...awsAuth(one)];
    if (state.kind === 'unknown') return [titleOf(one), '# it is left out'];
    const how = state.kind === 'outlived' ? '# first:' : '# it is left out; instead:';
    // The declaration makes the entry again.
    return [titleOf(one), how, ...entryCommands(one, state, options).slice(0, 1).flatMap(commented)];
  });

/** A template for all accounts and regions: each entry is made where its cluster is, and nowhere else. */
const cloudformation: Render = printed => {
  const made = printed.clusters.filter(is('missing', 'outlived'));
  if (made.length === 0) return beside(printed);
  const placeOf = ({ cluster: { accountId, region } }: FleetCluster): string =>
    `In${accountId}${region.replaceAll('-', '')}`;
  const places = new Map(made.map(one => [placeOf(one), one.cluster]));
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Access entries of irsa-auditor. They stay where the stack or their resource goes.',
    Conditions: Object.fromEntries(
      [...places].map(([name, { accountId, region }]) => [
        name,
        {
          'Fn::And': [
            { 'Fn::Equals': [{ Ref: 'AWS::AccountId' }, accountId] },
            { 'Fn::Equals': [{ Ref: 'AWS::Region' }, region] },
          ],
        },
      ]),
    ),
    Resources: Object.fromEntries(
      made.map(one => [
        `Entry${hashOf([one.cluster.arn], 12)}`,
        {
          Type: 'AWS::EKS::AccessEntry',
          Condition: placeOf(one),
          // A later template has the clusters that lack an entry then: those of this one are not to go with it.
          DeletionPolicy: 'Retain',
          UpdateReplacePolicy: 'Retain',
          Properties: {
            ClusterName: one.cluster.name,
            PrincipalArn: one.principalArn,
            Type: 'STANDARD',
            KubernetesGroups: [auditorGroup],
          },
        },
      ]),
    ),
  };
  return [
    '# For the accounts and regions below, by a stack in each or by one stack set: elsewhere it makes nothing.',
    clusterRoleToo,
    ...beside(printed),
    stringify(template, { aliasDuplicateObjects: false }).trimEnd(),
  ];
};

/** The whole fleet: entries that are there already are imported, so that a later file is the same with more in it. A provider works in
 *  its account alone. */
const terraform: Render = printed => {
  const made = printed.clusters.filter(is('missing', 'outlived', 'admits'));
  const providerOf = ({ cluster: { accountId, region } }: FleetCluster): string => `in_${accountId}_${region}`;
  const providers = new Map(made.map(one => [providerOf(one), one]));
  return [
    clusterRoleToo,
    ...beside(printed),
    ...[...providers].flatMap(([alias, { cluster, assumed }]) => [
      '',
      'provider "aws" {',
      `  alias               = ${hcl(alias)}`,
      `  region              = ${hcl(cluster.region)}`,
      `  allowed_account_ids = [${hcl(cluster.accountId)}]`,
      ...(assumed !== undefined ? ['  assume_role {', `    role_arn = ${hcl(assumed)}`, '  }'] : []),
      '}',
    ]),
    ...made.flatMap(one => {
      const { cluster, principalArn } = one;
      const name = `${providerOf(one)}_${cluster.name}`;
      return [
        '',
        `resource "aws_eks_access_entry" ${hcl(name)} {`,
        `  provider          = aws.${providerOf(one)}`,
        `  cluster_name      = ${hcl(cluster.name)}`,
        `  principal_arn     = ${hcl(principalArn)}`,
        '  type              = "STANDARD"',
        `  kubernetes_groups = [${hcl(auditorGroup)}]`,
        '}',
        ...(one.state.kind === 'admits'
          ? [
              '',
              'import {',
              `  to = aws_eks_access_entry.${name}`,
              `  id = ${hcl(`${cluster.name}:${principalArn}`)}`,
              '}',
            ]
          : []),
      ];
    }),
  ];
};

/** The forms by the word of `--format`. */
export const accessForms = { commands, cloudformation, terraform };
/** A word of `--format`. */
export type AccessForm = keyof typeof accessForms;
