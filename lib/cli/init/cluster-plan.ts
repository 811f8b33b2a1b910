import { stringify } from 'yaml';
import type { ClusterVpc } from '../../collect/eks/cluster-access.ts';
import { entryCommands } from '../../fixes/access-entry.ts';
import { type AuditorRole, auditorGroup, clusterRoleBinding } from '../../fixes/rbac-documents.ts';
import { newContext } from '../../fixes/render-step.ts';
import type { Cluster } from '../../model.ts';
import { optionWord } from '../../text.ts';

/** One step of setting a cluster up: why, and the command to paste or the text to put somewhere. */
interface PlanStep {
  readonly why: string;
  readonly text: string;
}

/** One cluster to set up. */
interface Wanted {
  readonly cluster: Cluster;
  readonly network: ClusterVpc;
  /** The role that reads it. */
  readonly principalArn: string;
  readonly role: AuditorRole;
  /** The context of the kubeconfig that leads to it; absent where there is not one. */
  readonly context?: string;
}

/** The steps for one cluster, in order. */
export const clusterPlan = ({ cluster, network, principalArn, role, context }: Wanted): readonly PlanStep[] => [
  ...(context === undefined ? [contextStep(cluster)] : []),
  cluster.authenticationMode === 'CONFIG_MAP'
    ? configMapStep(context ?? cluster.arn, principalArn)
    : accessEntryStep(cluster, principalArn),
  rbacStep(context ?? cluster.arn, role),
  ...(cluster.endpointPublic ? [] : [vpcStep(network)]),
];

/** kubectl refuses a context that does not exist: no command goes to whichever cluster is current. */
const contextStep = ({ name, region }: Cluster): PlanStep => ({
  why: 'make a context of kubectl that leads to this cluster, called by its ARN, in a file of its own',
  text: newContext(name, region),
});

const accessEntryStep = (cluster: Cluster, principalArn: string): PlanStep => ({
  why: `tell the cluster that the auditor's role belongs to the group ${auditorGroup}`,
  text: entryCommands({ cluster, principalArn }, { kind: 'missing' }).join('\n'),
});

/** The lines of aws-auth, which takes role ARNs without their path. */
export const mapRolesLines = (principalArn: string): string =>
  stringify([
    { rolearn: principalArn.replace(/:role\/.*\//, ':role/'), username: auditorGroup, groups: [auditorGroup] },
  ]).trimEnd();

/** Clusters of mode CONFIG_MAP know no access entries. */
const configMapStep = (context: string, principalArn: string): PlanStep => ({
  why: `this cluster takes no access entries (authentication mode CONFIG_MAP): add these lines under mapRoles with kubectl ${optionWord('--context', context)} --namespace kube-system edit configmap aws-auth. A path of the role is left out there on purpose`,
  text: mapRolesLines(principalArn),
});

const rbacStep = (context: string, role: AuditorRole): PlanStep => ({
  why: `let the group ${auditorGroup} read service accounts, pods, namespaces${readsIn(role)} and the webhook's configuration, and nothing else`,
  text: `kubectl ${optionWord('--context', context)} apply --filename - <<'YAML'\n${rbacYaml(role)}YAML`,
});

/** The kinds that the optional rules of a ClusterRole read, as a part of a sentence. */
const readsIn = ({ rules }: AuditorRole): string => {
  const has = (resource: string) => rules.some(({ resources = [] }) => resources.includes(resource));
  return [
    has('networkpolicies') ? ', policies of their network' : '',
    has('clusterroles') ? ', roles and bindings' : '',
    has('cronjobs') ? ', workloads' : '',
  ].join('');
};

/** Both documents as one YAML text. */
export const rbacYaml = (role: AuditorRole): string =>
  [role, clusterRoleBinding].map(document => stringify(document)).join('---\n');

const vpcStep = ({ vpcId, subnetIds, securityGroupId }: ClusterVpc): PlanStep => ({
  why: 'its API has no public endpoint: put the collector of clusters into its VPC, by these lines of irsa-auditor.config.json. The security group of the cluster has to allow 443 from it; STS and EKS are reached by NAT or by interface endpoints',
  text: JSON.stringify(
    {
      inCluster: {
        enabled: true,
        vpc: {
          vpcId: vpcId ?? 'vpc-…',
          subnetIds,
          securityGroupIds: securityGroupId === undefined ? [] : [securityGroupId],
        },
      },
    },
    null,
    2,
  ),
});
