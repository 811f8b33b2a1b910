import { Command, InvalidArgumentError, Option } from 'commander';
import { type AccessForm, accessForms } from '../init/access-forms.ts';
import { type AccessOptions, initClusters } from '../init/init-clusters.ts';
import type { OrganizationOptions } from '../init/init-organization.ts';
import { usualFile } from '../shell/configuration-file.ts';
import type { Io } from '../shell/io.ts';
import { regionAmong } from '../shell/options.ts';

const help = `
Which role reads the cluster: in the account where irsa-auditor is deployed, role/irsa-auditor-collect-cluster; in other
accounts the member role, role/irsa-auditor-read; for scan --in-cluster, your own.

--all does this for every cluster of the accounts and regions of the configuration, with the credentials of the account where
irsa-auditor is deployed: it counts the clusters that do not admit the role that reads them, and prints what admits it, or does it
(--apply). The ClusterRole goes to the others too: nothing tells from outside whether it is there. The member role admits the auditor's functions alone: --role-name names the role that you may assume in other accounts,
such as OrganizationAccountAccessRole. Each printed command of the AWS CLI runs in the account of its cluster only.

The entry that is there is looked at first (eks:DescribeAccessEntry, iam:GetRole): EKS keeps the id of the role with its entry, so
that an entry which is older than the role admits nobody. --apply needs eks:CreateAccessEntry, and in the cluster the right to create
roles and bindings; to make the entry of an earlier role again eks:DeleteAccessEntry, to add the group to an entry
eks:UpdateAccessEntry. The auditor itself has none of these permissions, but for eks:DescribeAccessEntry with rbac.

Exit codes: 0 done, 2 usage or configuration, 3 something could not be read or done.`;

const accountId = (text: string): string => {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('wanted the 12 digits of an AWS account');
  return text;
};
const accountAmong = (text: string, before: readonly string[] = []): readonly string[] => [...before, accountId(text)];

const organizationHelp = `
One stack set has the role of docs/member-role.yaml, with every parameter from the configuration: it is made where it is not there, and
updated where its template or a parameter is another. Run it again after each upgrade, and after each change of the configuration.
Accounts that join an organizational unit get the role by themselves, those that leave lose it; an account that is new in a list gets it
by the next run.

The credentials are those of the management account or of a delegated administrator of CloudFormation StackSets
(cloudformation:DescribeStackSet, organizations:DescribeOrganization and ListRoots; with --apply CreateStackSet, UpdateStackSet and
CreateStackInstances). The template is written to NAME-read.yaml, NAME of the configuration.

Exit codes: 0 done, 2 usage or configuration, 3 something could not be read or done.`;

/** `irsa-auditor init`: what clusters and member accounts need so that they can be read. */
export const initCommand = (io: Io): Command =>
  new Command('init')
    .addCommand(
      new Command('organization')
        .description('make or update the role of member accounts, by a stack set')
        .option('--config <file>', 'the configuration', usualFile)
        .option('--auditor <id>', 'the account of the auditor (default: that of the credentials)', accountId)
        .option('--region <region>', 'the region of the stack set (default: of your profile)', one)
        .option('--profile <name>', 'AWS profile')
        .option('--apply', 'do it instead of printing it')
        .addHelpText('after', organizationHelp)
        .action(async (options: OrganizationOptions) => {
          const { initOrganization } = await import('../init/init-organization.ts');
          await initOrganization(options, io);
        }),
    )
    .addCommand(
      new Command('cluster')
        .description('let the auditor read the inside of a cluster: access entry, ClusterRole and binding')
        .option('--cluster <name>', 'the EKS cluster')
        .addOption(new Option('--name <name>', 'the former name of --cluster').hideHelp())
        .option('--principal-arn <arn>', 'the role that will read it')
        .addOption(
          new Option('--all', 'every cluster of the configuration').conflicts([
            'cluster',
            'name',
            'principalArn',
            'network',
            'workloads',
          ]),
        )
        .option('--config <file>', 'with --all: the configuration', usualFile)
        .option('--account <id>', 'with --all: only this AWS account (repeatable)', accountAmong)
        .option('--role-name <name>', 'with --all: the role to assume in other accounts (default: the member role)')
        .addOption(
          new Option('-o, --format <format>', 'how to print it')
            .choices(Object.keys(accessForms))
            .default('commands' satisfies AccessForm)
            .conflicts('apply'),
        )
        .option(
          '--region <region>',
          'its region (default: of your profile; with --all: those of the configuration)',
          one,
        )
        .option('--profile <name>', 'AWS profile')
        .option('--network', 'for scan --network too: lists of NetworkPolicies and SecurityGroupPolicies')
        .option('--rbac', 'for scan --rbac too: lists of roles and bindings, the ConfigMap aws-auth')
        .option('--workloads', 'for impact too: lists of Deployments, CronJobs and other workloads')
        .option('--apply', 'do it instead of printing it')
        .addHelpText('after', help)
        .action((options: AccessOptions) => initClusters(options, io)),
    );

const one = (text: string): string => regionAmong(text)[0] ?? text;
