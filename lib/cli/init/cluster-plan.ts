import { stringify } from 'yaml';
import type { ClusterVpc } from '../../collect/eks/cluster-access.ts';
import type { Cluster } from '../../model/cluster.ts';
import { auditorGroup, clusterRole, clusterRoleBinding } from '../../rules/cluster/support/rbac-documents.ts';
import { shellQuote } from '../../text/quote.ts';

/** One step of setting a cluster up: why, and the command to paste or the text to put somewhere. */
export interface PlanStep {
  readonly why: string;
  readonly text: string;
}

/** The steps for one cluster, in order. `principalArn` is the role that reads it. */
export const clusterPlan = (cluster: Cluster, network: ClusterVpc, principalArn: string): readonly PlanStep[] => [
  cluster.authenticationMode === 'CONFIG_MAP' ? configMapStep(principalArn) : accessEntryStep(cluster, principalArn),
  rbacStep(),
  ...(cluster.endpointPublic ? [] : [vpcStep(network)]),
];

const accessEntryStep = (cluster: Cluster, principalArn: string): PlanStep => ({
  why: `tell the cluster that the auditor's role belongs to the group ${auditorGroup}`,
  text: [
    'aws eks create-access-entry',
    `--cluster-name ${shellQuote(cluster.name)}`,
    `--region ${shellQuote(cluster.region)}`,
    `--principal-arn ${shellQuote(principalArn)}`,
    '--type STANDARD',
    `--kubernetes-groups ${auditorGroup}`,
  ].join(' '),
});

/** Clusters of mode CONFIG_MAP know no access entries; aws-auth takes role ARNs without their path. */
const configMapStep = (principalArn: string): PlanStep => ({
  why: 'this cluster takes no access entries (authentication mode CONFIG_MAP): add these lines under mapRoles with kubectl --namespace kube-system edit configmap aws-auth. A path of the role is left out there on purpose',
  text: stringify([
    { rolearn: principalArn.replace(/:role\/.*\//, ':role/'), username: auditorGroup, groups: [auditorGroup] },
  ]).trimEnd(),
});

const rbacStep = (): PlanStep => ({
  why: `let the group ${auditorGroup} read service accounts, pods, namespaces and the webhook's configuration, and nothing else`,
  text: `kubectl apply --filename - <<'YAML'\n${rbacYaml()}YAML`,
});

/** Both documents as one YAML text. */
const rbacYaml = (): string => [clusterRole, clusterRoleBinding].map(document => stringify(document)).join('---\n');

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
