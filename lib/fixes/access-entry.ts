/** The access entry of the auditor's role in a cluster: whether it admits the role, and the commands that make it so. */

import type { Cluster, Collected, ReadFailure } from '../model.ts';
import { aws, type Command, type CommandOptions, optionWords } from './command.ts';
import { auditorGroup } from './rbac-documents.ts';
import { posixCommand } from './render-step.ts';

/** An access entry beside the role that it names. */
export interface EntryOfRole {
  readonly groups: readonly string[];
  /** When the entry was made, and the role: ISO 8601. */
  readonly entryMadeAt: string;
  readonly roleMadeAt: string;
}

/** EKS keeps the id of the role with its entry, and shows it nowhere: an entry that is older than the role that has its ARN now
 *  admits nobody (EKS API Reference, `AccessEntry`, `principalArn`). An update does not change that id, as far as is
 *  documented: only the time of creation counts. */
const hasOutlivedRole = ({ entryMadeAt, roleMadeAt }: Omit<EntryOfRole, 'groups'>): boolean =>
  Date.parse(entryMadeAt) < Date.parse(roleMadeAt);

/** A role in a cluster. */
export interface EntryPlace {
  readonly cluster: Pick<Cluster, 'name' | 'region' | 'accountId'>;
  readonly principalArn: string;
}

/** Whether a cluster admits a role. `config-map`: it takes no access entries (authentication mode CONFIG_MAP). */
export type EntryState =
  | { readonly kind: 'admits' | 'missing' | 'config-map' }
  | ({ readonly kind: 'outlived' | 'without-group' } & EntryOfRole)
  | { readonly kind: 'unknown'; readonly reason: ReadFailure };

/** The state of an entry as it was read; undefined where there is none. */
export const stateOfEntry = (entry: Collected<EntryOfRole | undefined>): EntryState => {
  if (entry.status === 'unavailable') return { kind: 'unknown', reason: entry.reason };
  const { value } = entry;
  if (value === undefined) return { kind: 'missing' };
  if (hasOutlivedRole(value)) return { kind: 'outlived', ...value };
  return value.groups.includes(auditorGroup) ? { kind: 'admits' } : { kind: 'without-group', ...value };
};

/** A state as the end of a sentence about a cluster. */
export const stateInWords = (state: EntryState, principalArn: string): string => {
  switch (state.kind) {
    case 'admits':
      return `admits ${principalArn}`;
    case 'missing':
      return `has no access entry for ${principalArn}`;
    case 'config-map':
      return 'takes no access entries (authentication mode CONFIG_MAP)';
    case 'outlived':
      return `has an access entry of ${state.entryMadeAt} for ${principalArn}, a role of ${state.roleMadeAt}: it is the entry of an earlier role of this name, and admits nobody`;
    case 'without-group':
      return `has an access entry for ${principalArn} without the group ${auditorGroup}`;
    case 'unknown':
      return `may have an access entry that admits ${principalArn}: not known (${state.reason.operation}: ${state.reason.message})`;
  }
};

/** The commands by which a cluster admits a role, for a POSIX shell; none where it does, or where the cluster takes no entries. Each writes in the
 *  account of the cluster alone. An entry that is not known is made: EKS refuses a second one (`ResourceInUseException`). */
export const entryCommands = (
  place: EntryPlace,
  state: EntryState,
  options: CommandOptions = {},
): readonly string[] => {
  const commands = {
    admits: [],
    'config-map': [],
    missing: [createEntry(place)],
    unknown: [createEntry(place)],
    outlived: [deleteEntry(place), createEntry(place)],
    'without-group': 'groups' in state ? [updateEntry(place, state.groups)] : [],
  } satisfies Readonly<Record<EntryState['kind'], readonly Command[]>>;
  return commands[state.kind].map(command => posixCommand(command, place.cluster.accountId, options));
};

/** The commands that make an entry again, whatever it is. */
export const entryAgain = (place: EntryPlace): readonly string[] =>
  [deleteEntry(place), createEntry(place)].map(command => posixCommand(command, place.cluster.accountId));

const createEntry = (place: EntryPlace): Command =>
  aws('eks', 'create-access-entry', ...words(place), '--type', 'STANDARD', '--kubernetes-groups', auditorGroup);

const deleteEntry = (place: EntryPlace): Command => aws('eks', 'delete-access-entry', ...words(place));

const updateEntry = (place: EntryPlace, groups: readonly string[]): Command =>
  aws('eks', 'update-access-entry', ...words(place), '--kubernetes-groups', ...groups, auditorGroup);

const words = ({ cluster, principalArn }: EntryPlace): readonly string[] => [
  ...optionWords('--cluster-name', cluster.name),
  ...optionWords('--region', cluster.region),
  ...optionWords('--principal-arn', principalArn),
];
