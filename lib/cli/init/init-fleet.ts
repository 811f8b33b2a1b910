import { resolve } from 'node:path';
import { ambientRegion, awsClients } from '../../collect/clients.ts';
import { parseConfiguration } from '../../config/configuration.ts';
import type { EntryState } from '../../fixes/access-entry.ts';
import { clusterRoleFor } from '../../fixes/rbac-documents.ts';
import { counted, given, visible, visibleLines } from '../../text.ts';
import { commandOptions } from '../kubeconfig/command-options.ts';
import { readText } from '../shell/files.ts';
import { type Io, UsageError } from '../shell/io.ts';
import { applyAccess } from './apply-access.ts';
import { type Fleet, type FleetCluster, readFleet } from './fleet.ts';
import { type FleetForm, fleetForms } from './fleet-forms.ts';

/** The options of `init cluster --all`. */
export interface FleetOptions {
  readonly config: string;
  readonly account?: readonly string[];
  readonly roleName?: string;
  readonly format: FleetForm;
  readonly region?: string;
  readonly profile?: string;
  readonly network?: boolean;
  readonly rbac?: boolean;
  readonly workloads?: boolean;
  readonly apply?: boolean;
}

/** `irsa-auditor init cluster --all`: lets the auditor into every cluster of its configuration that does not admit it. */
export const initFleet = async (options: FleetOptions, io: Io): Promise<void> => {
  const { profile, roleName } = options;
  const text = await readText(resolve(io.cwd, options.config), '--config');
  const configuration = parseConfiguration(text, options.config);
  const home = options.region ?? (await ambientRegion(profile));
  const regions = options.region === undefined ? (configuration.regions ?? [home]) : [options.region];
  const clients = awsClients({ region: home, ...given({ profile }) });
  try {
    const fleet = await readFleet(clients, {
      ...{ configuration, regions },
      ...given({ accountIds: options.account, roleName }),
    });
    const role = clusterRoleFor({ rbac: options.rbac ?? configuration.rbac });
    const isRead = fleet.unread.length === 0;
    io.stdout.write(visibleLines(`${headOf(fleet, roleName === undefined).join('\n')}\n`));
    if (options.apply) {
      io.exit((await applyAll(fleet, { role, io })) && isRead ? 0 : 3);
      return;
    }
    const printed = fleetForms[options.format]({
      ...{ clusters: fleet.clusters, role, assumes: roleName !== undefined },
      options: (await commandOptions(given({ profile }), io, 'now')).options,
    });
    if (printed.length > 0) io.stdout.write(visibleLines(`${printed.join('\n')}\n`));
    io.exit(isRead && fleet.clusters.every(({ state }) => state.kind !== 'unknown') ? 0 : 3);
  } finally {
    clients.close();
  }
};

const words: Readonly<Record<EntryState['kind'], string>> = {
  admits: 'admit the auditor',
  missing: 'without an access entry',
  outlived: 'with the entry of an earlier role',
  'without-group': 'with an entry without the group',
  'config-map': 'that take no access entries',
  unknown: 'not known',
};

/** Comments of every form: how many clusters there are of which kind, and what was not read. */
const headOf = ({ clusters, accounts, unread }: Fleet, byMemberRole: boolean): readonly string[] => {
  const kinds = (Object.keys(words) as EntryState['kind'][]).flatMap(kind => {
    const of = clusters.filter(({ state }) => state.kind === kind).length;
    return of === 0 ? [] : [`${of} ${words[kind]}`];
  });
  const found = kinds.length === 0 ? '' : `: ${kinds.join(', ')}`;
  return [
    `# ${counted(clusters.length, 'cluster')} in ${counted(accounts, 'account')}${found}`,
    ...unread.map(({ where, reason }) => `# not read: ${where}: ${visible(`${reason.operation}: ${reason.message}`)}`),
    ...(byMemberRole && unread.some(({ reason }) => reason.operation === 'sts:AssumeRole')
      ? [
          "# the member role admits the auditor's functions alone: --role-name names one that admits you, such as OrganizationAccountAccessRole",
        ]
      : []),
  ];
};

/** One cluster after the other; a cluster of which nothing can be made is told, and the next one is taken. */
const applyAll = async (
  { clusters }: Fleet,
  { role, io }: { readonly role: ReturnType<typeof clusterRoleFor>; readonly io: Io },
): Promise<boolean> => {
  let isWhole = true;
  for (const one of clusters.filter(({ state }) => state.kind !== 'admits')) {
    io.stdout.write(`${visible(placeOf(one))}\n`);
    isWhole = (await applyOne(one, role, io)) && isWhole;
  }
  return isWhole;
};

const placeOf = ({ cluster }: FleetCluster): string =>
  `account ${cluster.accountId}, ${cluster.region}, cluster ${cluster.name}:`;

const applyOne = async (one: FleetCluster, role: ReturnType<typeof clusterRoleFor>, io: Io): Promise<boolean> => {
  try {
    return await applyAccess({ ...one, role }, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.stderr.write(`irsa-auditor: ${visible(error.message)}\n`);
    return false;
  }
};
