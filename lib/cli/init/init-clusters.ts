import { ambientRegion, awsClients } from '../../collect/clients.ts';
import type { EntryState } from '../../fixes/access-entry.ts';
import { clusterRoleFor } from '../../fixes/rbac-documents.ts';
import { counted, given, visible, visibleLines } from '../../text.ts';
import { commandOptions } from '../kubeconfig/command-options.ts';
import { readConfiguration } from '../shell/configuration-file.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { type AccessForm, accessForms } from './access-forms.ts';
import { applyAccess } from './apply-access.ts';
import { type Fleet, readFleet, readOne } from './fleet.ts';

/** The options of `init cluster`. */
export interface AccessOptions {
  readonly cluster?: string;
  readonly name?: string;
  readonly principalArn?: string;
  readonly all?: boolean;
  readonly config: string;
  readonly account?: readonly string[];
  readonly roleName?: string;
  readonly format: AccessForm;
  readonly region?: string;
  readonly profile?: string;
  readonly network?: boolean;
  readonly rbac?: boolean;
  readonly workloads?: boolean;
  readonly apply?: boolean;
}

/** `irsa-auditor init cluster`: lets the auditor into one cluster, or into every cluster of its configuration. The ClusterRole goes to
 *  those that admit it too: nothing tells from outside whether it is there. */
export const initClusters = async (options: AccessOptions, io: Io): Promise<void> => {
  const { profile, roleName, all = false } = options;
  const asked = all ? await readConfiguration(options.config, io) : namedIn(options);
  const region = options.region ?? (await ambientRegion(profile));
  const clients = awsClients({ region, ...given({ profile }) });
  try {
    const fleet =
      'clusterName' in asked
        ? await readOne(clients, region, asked)
        : await readFleet(clients, {
            configuration: asked,
            regions: options.region === undefined ? (asked.regions ?? [region]) : [region],
            ...given({ accountIds: options.account, roleName }),
          });
    for (const line of unreadOf(fleet, roleName === undefined)) io.stderr.write(`irsa-auditor: ${visible(line)}\n`);
    io.stdout.write(visibleLines(`# ${headOf(fleet)}\n`));
    const role = clusterRoleFor({ ...options, rbac: options.rbac ?? ('rbac' in asked && asked.rbac) });
    let isWhole = fleet.unread.length === 0;
    if (options.apply) for (const one of fleet.clusters) isWhole = (await applyAccess({ ...one, role }, io)) && isWhole;
    else {
      const printing = (await commandOptions(given({ profile }), io, 'now')).options;
      const lines = accessForms[options.format]({ clusters: fleet.clusters, role, options: printing });
      io.stdout.write(visibleLines(lines.map(line => `${line}\n`).join('')));
      isWhole &&= fleet.clusters.every(({ state }) => state.kind !== 'unknown');
    }
    io.exit(isWhole ? 0 : 3);
  } finally {
    clients.close();
  }
};

const namedIn = ({ cluster, name = cluster, principalArn, account, roleName }: AccessOptions) => {
  if (name === undefined)
    throw new UsageError(
      'init cluster: --cluster is required, the name of the EKS cluster, or --all for every cluster of the configuration',
    );
  if (account !== undefined || roleName !== undefined)
    throw new UsageError('init cluster: --account and --role-name need --all');
  if (principalArn === undefined || !/^arn:[a-z0-9-]+:iam::\d{12}:(role|user)\/.+$/.test(principalArn))
    throw new UsageError(`--principal-arn is ${principalArn ?? 'missing'}, wanted the ARN of an IAM role or user`);
  return { clusterName: name, principalArn };
};

const words: Readonly<Record<EntryState['kind'], string>> = {
  admits: 'with access',
  missing: 'without an access entry',
  outlived: 'with the entry of an earlier role',
  'without-group': 'with an entry without the group',
  'config-map': 'of mode CONFIG_MAP',
  unknown: 'not known',
};

/** How many clusters there are of which kind. */
const headOf = ({ clusters, accounts }: Fleet): string => {
  const kinds = (Object.keys(words) as EntryState['kind'][]).flatMap(kind => {
    const of = clusters.filter(({ state }) => state.kind === kind).length;
    return of === 0 ? [] : [`${of} ${words[kind]}`];
  });
  const found = kinds.length === 0 ? '' : `: ${kinds.join(', ')}`;
  return `${counted(clusters.length, 'cluster')} in ${counted(accounts, 'account')}${found}`;
};

const unreadOf = ({ unread }: Fleet, byMemberRole: boolean): readonly string[] => [
  ...unread.map(({ where, reason }) => `${where} could not be read: ${reason.operation}: ${reason.message}`),
  ...(byMemberRole && unread.some(({ reason }) => reason.operation === 'sts:AssumeRole')
    ? [
        "the member role admits the auditor's functions alone: --role-name names one that admits you, such as OrganizationAccountAccessRole",
      ]
    : []),
];
