import { Command, Option } from 'commander';
import { stringify } from 'yaml';
import { type AwsClients, ambientRegion, awsClients } from '../../collect/clients.ts';
import {
  type ClusterVpc,
  createAccessEntry,
  hasOutlivedRole,
  readClusterVpc,
  readEntryOfRole,
} from '../../collect/eks/cluster-access.ts';
import { readCluster } from '../../collect/eks/read-clusters.ts';
import { eksApi } from '../../collect/kubernetes/eks-cluster-reader.ts';
import type { KubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import { knownContext } from '../../fixes/command.ts';
import { clusterPlaceOf } from '../../fixes/kubernetes-steps.ts';
import { type AuditorRole, auditorGroup, clusterRoleBinding, clusterRoleFor } from '../../fixes/rbac-documents.ts';
import { newContext } from '../../fixes/render-step.ts';
import { type Cluster, valueOr } from '../../model.ts';
import { given, optionWord, shellQuote, visible, visibleLines } from '../../text.ts';
import { commandOptions } from '../kubeconfig/command-options.ts';
import { type Io, UsageError } from '../shell/io.ts';

interface Options {
  readonly cluster?: string;
  readonly name?: string;
  readonly principalArn: string;
  readonly region?: string;
  readonly profile?: string;
  readonly apply?: boolean;
  readonly network?: boolean;
  readonly rbac?: boolean;
  readonly workloads?: boolean;
}

const help = `
Which role reads the cluster: in the account where irsa-auditor is deployed, role/irsa-auditor-collect-cluster; in other
accounts the member role, role/irsa-auditor-read; for scan --in-cluster, your own.

--apply needs eks:CreateAccessEntry, and in the cluster the right to create roles and bindings. Where an entry is there already
it also asks eks:DescribeAccessEntry and iam:GetRole: EKS keeps the id of the role with its entry, so that an entry which is older
than the role admits nobody, and has to be deleted and made again.`;

/** `irsa-auditor init cluster`: what one cluster needs so that its inside can be read. */
export const initCommand = (io: Io): Command =>
  new Command('init').addCommand(
    new Command('cluster')
      .description('let the auditor read the inside of a cluster: access entry, ClusterRole and binding')
      .option('--cluster <name>', 'the EKS cluster')
      .addOption(new Option('--name <name>', 'the former name of --cluster').hideHelp())
      .requiredOption('--principal-arn <arn>', 'the role that will read it')
      .option('--region <region>', 'its region (default: of your profile)')
      .option('--profile <name>', 'AWS profile')
      .option('--network', 'for scan --network too: lists of NetworkPolicies and SecurityGroupPolicies')
      .option('--rbac', 'for scan --rbac too: lists of roles and bindings, the ConfigMap aws-auth')
      .option('--workloads', 'for impact too: lists of Deployments, CronJobs and other workloads')
      .option('--apply', 'do it instead of printing it')
      .addHelpText('after', help)
      .action((options: Options) => initCluster(options, io)),
  );

const initCluster = async (options: Options, io: Io): Promise<void> => {
  const name = options.cluster ?? options.name;
  if (name === undefined) throw new UsageError('init cluster: --cluster is required, the name of the EKS cluster');
  if (!/^arn:[a-z0-9-]+:iam::\d{12}:(role|user)\/.+$/.test(options.principalArn))
    throw new UsageError(`--principal-arn is ${options.principalArn}, wanted the ARN of an IAM role or user`);
  const profile = options.profile === undefined ? {} : { profile: options.profile };
  const region = options.region ?? (await ambientRegion(options.profile));
  const clients = awsClients({ region, ...profile });
  try {
    const { accountId } = await callerIdentity(clients.sts());
    const cluster = await readCluster(clients.eks(region), { accountId, region }, name);
    if (cluster.status === 'unavailable') {
      io.stderr.write(`irsa-auditor: ${visible(`cluster ${name} could not be read: ${cluster.reason.message}`)}\n`);
      io.exit(3);
      return;
    }
    if (options.apply) await apply(clients, cluster.value, options, io);
    else await print(clients, cluster.value, options, io);
  } finally {
    clients.close();
  }
};

const print = async (clients: AwsClients, cluster: Cluster, options: Options, io: Io): Promise<void> => {
  const { principalArn } = options;
  const network = valueOr(await readClusterVpc(clients.eks(cluster.region), cluster.name), { subnetIds: [] });
  const context = knownContext(clusterPlaceOf(cluster), (await commandOptions({}, io, 'now')).options);
  for (const { why, text } of clusterPlan({
    cluster,
    network,
    principalArn,
    role: clusterRoleFor(options),
    ...given({ context }),
  }))
    io.stdout.write(visibleLines(`# ${why}\n${text}\n\n`));
  io.exit(0);
};

const apply = async (clients: AwsClients, cluster: Cluster, options: Options, io: Io): Promise<void> => {
  const { principalArn } = options;
  if (cluster.authenticationMode === 'CONFIG_MAP')
    throw new UsageError(
      `cluster ${cluster.name} takes no access entries (mode CONFIG_MAP): run without --apply for the lines of aws-auth`,
    );
  const { endpoint, certificateAuthority } = cluster;
  if (endpoint === undefined || certificateAuthority === undefined)
    throw new UsageError(
      `cluster ${cluster.name} has no endpoint yet (it is ${cluster.status}): run it again when the cluster is ACTIVE`,
    );
  const entry = { clusterName: cluster.name, principalArn, group: auditorGroup };
  const created = await createAccessEntry(clients.eks(cluster.region), entry);
  if (created.status === 'unavailable') {
    io.stderr.write(`irsa-auditor: the access entry could not be made: ${visible(created.reason.message)}\n`);
    io.exit(3);
    return;
  }
  const fault = created.value === 'created' ? undefined : await faultOfEntry(clients, cluster, principalArn);
  if (fault !== undefined) {
    io.stderr.write(visibleLines(`irsa-auditor: ${fault}\n`));
    io.exit(1);
    return;
  }
  const told = created.value === 'created' ? 'made' : 'is there already, and was left as it is';
  io.stdout.write(`access entry for ${principalArn} ${told}\n`);
  const api = eksApi(clients, { ...cluster, endpoint, certificateAuthority }, { now: () => Date.parse(io.now()) });
  try {
    for (const document of [clusterRoleFor(options), clusterRoleBinding])
      if (!(await applyDocument(api, document, io))) return;
  } finally {
    api.close();
  }
  io.exit(0);
};

/** Why an entry that is there already admits nobody, or may not, with the commands that set it right. */
const faultOfEntry = async (
  clients: AwsClients,
  cluster: Cluster,
  principalArn: string,
): Promise<string | undefined> => {
  const places = { eks: clients.eks(cluster.region), iam: clients.iam() };
  const entry = await readEntryOfRole(places, { clusterName: cluster.name, principalArn });
  const where = entryWords(cluster, principalArn);
  const again = `aws eks delete-access-entry ${where}\n${createEntry(cluster, principalArn)}`;
  if (entry.status !== 'complete')
    return `the access entry for ${principalArn} is there already; whether it admits the role is not known (${entry.status === 'unavailable' ? `${entry.reason.operation}: ${entry.reason.message}` : 'partly read'}). If the role was made after the entry, make the entry again:\n${again}`;
  if (entry.value === undefined) return undefined;
  if (hasOutlivedRole(entry.value))
    return `the access entry for ${principalArn} is of ${entry.value.entryMadeAt}, the role of ${entry.value.roleMadeAt}: it is the entry of an earlier role of this name, and admits nobody. Make it again:\n${again}`;
  if (!entry.value.groups.includes(auditorGroup))
    return `the access entry for ${principalArn} is there already, without the group ${auditorGroup}. Add it:\naws eks update-access-entry ${where} --kubernetes-groups ${[...entry.value.groups, auditorGroup].map(shellQuote).join(' ')}`;
  return undefined;
};

/** Server-side apply: creates what is not there, and leaves what is as it should be. */
const applyDocument = async (
  api: KubernetesApi,
  document: AuditorRole | typeof clusterRoleBinding,
  io: Io,
): Promise<boolean> => {
  const resource = document.kind === 'ClusterRole' ? 'clusterroles' : 'clusterrolebindings';
  const answer = await api.send({
    verb: 'patch',
    resource,
    apiGroup: 'rbac.authorization.k8s.io',
    path: `/apis/rbac.authorization.k8s.io/v1/${resource}/${document.metadata.name}?fieldManager=irsa-auditor&force=true`,
    body: document,
  });
  if (answer.ok) io.stdout.write(`${document.kind} ${document.metadata.name} applied\n`);
  else {
    io.stderr.write(`irsa-auditor: ${document.kind} could not be applied: ${visible(answer.reason.message)}\n`);
    io.exit(3);
  }
  return answer.ok;
};

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
const clusterPlan = ({ cluster, network, principalArn, role, context }: Wanted): readonly PlanStep[] => [
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
  text: createEntry(cluster, principalArn),
});

const createEntry = (cluster: Cluster, principalArn: string): string =>
  `aws eks create-access-entry ${entryWords(cluster, principalArn)} --type STANDARD --kubernetes-groups ${auditorGroup}`;

const entryWords = (cluster: Cluster, principalArn: string): string =>
  [
    `--cluster-name ${shellQuote(cluster.name)}`,
    `--region ${shellQuote(cluster.region)}`,
    `--principal-arn ${shellQuote(principalArn)}`,
  ].join(' ');

/** Clusters of mode CONFIG_MAP know no access entries; aws-auth takes role ARNs without their path. */
const configMapStep = (context: string, principalArn: string): PlanStep => ({
  why: `this cluster takes no access entries (authentication mode CONFIG_MAP): add these lines under mapRoles with kubectl ${optionWord('--context', context)} --namespace kube-system edit configmap aws-auth. A path of the role is left out there on purpose`,
  text: stringify([
    { rolearn: principalArn.replace(/:role\/.*\//, ':role/'), username: auditorGroup, groups: [auditorGroup] },
  ]).trimEnd(),
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
const rbacYaml = (role: AuditorRole): string =>
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
