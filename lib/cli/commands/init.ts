import { Command, InvalidArgumentError, Option } from 'commander';
import { type AwsClients, ambientRegion, awsClients } from '../../collect/clients.ts';
import { readClusterVpc } from '../../collect/eks/cluster-access.ts';
import { readCluster } from '../../collect/eks/read-clusters.ts';
import { callerIdentity } from '../../collect/targets/caller-identity.ts';
import { knownContext } from '../../fixes/command.ts';
import { clusterPlaceOf } from '../../fixes/kubernetes-steps.ts';
import { clusterRoleFor } from '../../fixes/rbac-documents.ts';
import { type Cluster, valueOr } from '../../model.ts';
import { given, visible, visibleLines } from '../../text.ts';
import { applyAccess } from '../init/apply-access.ts';
import { clusterPlan } from '../init/cluster-plan.ts';
import { type FleetForm, fleetForms } from '../init/fleet-forms.ts';
import { type FleetOptions, initFleet } from '../init/init-fleet.ts';
import { commandOptions } from '../kubeconfig/command-options.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { regionAmong } from '../shell/options.ts';

interface Options extends FleetOptions {
  readonly cluster?: string;
  readonly name?: string;
  readonly principalArn?: string;
  readonly all?: boolean;
}

const help = `
Which role reads the cluster: in the account where irsa-auditor is deployed, role/irsa-auditor-collect-cluster; in other
accounts the member role, role/irsa-auditor-read; for scan --in-cluster, your own.

--all does this for every cluster of the accounts and regions of the configuration, with the credentials of the account where
irsa-auditor is deployed: it lists the clusters that do not admit the role that reads them, and prints what admits it, or does it
(--apply). The member role admits the auditor's functions alone: --role-name names the role that you may assume in other accounts,
such as OrganizationAccountAccessRole. Each printed command of the AWS CLI runs in the account of its cluster only.

--apply needs eks:CreateAccessEntry, and in the cluster the right to create roles and bindings. Where an entry is there already, and
for --all, eks:DescribeAccessEntry and iam:GetRole are asked too: EKS keeps the id of the role with its entry, so that an entry which
is older than the role admits nobody. It is deleted and made again (eks:DeleteAccessEntry); an entry without the group
gets it (eks:UpdateAccessEntry). The auditor itself has none of these permissions, but for eks:DescribeAccessEntry with rbac.

Exit codes: 0 done, 2 usage or configuration, 3 something could not be read or done.`;

const accountAmong = (text: string, before: readonly string[] = []): readonly string[] => {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('wanted the 12 digits of an AWS account');
  return [...before, text];
};

/** `irsa-auditor init cluster`: what clusters need so that their inside can be read. */
export const initCommand = (io: Io): Command =>
  new Command('init').addCommand(
    new Command('cluster')
      .description('let the auditor read the inside of a cluster: access entry, ClusterRole and binding')
      .option('--cluster <name>', 'the EKS cluster')
      .addOption(new Option('--name <name>', 'the former name of --cluster').hideHelp())
      .option('--principal-arn <arn>', 'the role that will read it')
      .addOption(
        new Option('--all', 'every cluster that does not admit the auditor').conflicts([
          'cluster',
          'name',
          'principalArn',
          'network',
          'workloads',
        ]),
      )
      .option('--config <file>', 'with --all: the configuration', 'irsa-auditor.config.json')
      .option('--account <id>', 'with --all: only this AWS account (repeatable)', accountAmong)
      .option('--role-name <name>', 'with --all: the role to assume in other accounts (default: the member role)')
      .addOption(
        new Option('-o, --format <format>', 'with --all: how to print it')
          .choices(Object.keys(fleetForms))
          .default('commands' satisfies FleetForm)
          .conflicts('apply'),
      )
      .option('--region <region>', 'its region (default: of your profile; with --all: those of the configuration)', one)
      .option('--profile <name>', 'AWS profile')
      .option('--network', 'for scan --network too: lists of NetworkPolicies and SecurityGroupPolicies')
      .option('--rbac', 'for scan --rbac too: lists of roles and bindings, the ConfigMap aws-auth')
      .option('--workloads', 'for impact too: lists of Deployments, CronJobs and other workloads')
      .option('--apply', 'do it instead of printing it')
      .addHelpText('after', help)
      .action((options: Options) => (options.all ? initFleet(options, io) : initCluster(options, io))),
  );

const one = (text: string): string => regionAmong(text)[0] ?? text;

const initCluster = async (options: Options, io: Io): Promise<void> => {
  const { principalArn, account, roleName } = options;
  const name = options.cluster ?? options.name;
  if (name === undefined)
    throw new UsageError(
      'init cluster: --cluster is required, the name of the EKS cluster, or --all for every cluster of the configuration',
    );
  if (account !== undefined || roleName !== undefined)
    throw new UsageError('init cluster: --account and --role-name need --all');
  if (principalArn === undefined || !/^arn:[a-z0-9-]+:iam::\d{12}:(role|user)\/.+$/.test(principalArn))
    throw new UsageError(`--principal-arn is ${principalArn ?? 'missing'}, wanted the ARN of an IAM role or user`);
  const region = options.region ?? (await ambientRegion(options.profile));
  const clients = awsClients({ region, ...given({ profile: options.profile }) });
  try {
    const { accountId } = await callerIdentity(clients.sts());
    const read = await readCluster(clients.eks(region), { accountId, region }, name);
    if (read.status === 'unavailable') {
      io.stderr.write(`irsa-auditor: ${visible(`cluster ${name} could not be read: ${read.reason.message}`)}\n`);
      io.exit(3);
      return;
    }
    const cluster = read.value;
    const role = clusterRoleFor(options);
    if (!options.apply) await print({ clients, cluster, principalArn, options }, io);
    else io.exit((await applyAccess({ clients, cluster, principalArn, role, state: { kind: 'missing' } }, io)) ? 0 : 3);
  } finally {
    clients.close();
  }
};

interface Printed {
  readonly clients: AwsClients;
  readonly cluster: Cluster;
  readonly principalArn: string;
  readonly options: Options;
}

const print = async ({ clients, cluster, principalArn, options }: Printed, io: Io): Promise<void> => {
  const network = valueOr(await readClusterVpc(clients.eks(cluster.region), cluster.name), { subnetIds: [] });
  const context = knownContext(clusterPlaceOf(cluster), (await commandOptions({}, io, 'now')).options);
  const role = clusterRoleFor(options);
  for (const { why, text } of clusterPlan({ cluster, network, principalArn, role, ...given({ context }) }))
    io.stdout.write(visibleLines(`# ${why}\n${text}\n\n`));
  io.exit(0);
};
