/** Changes of EKS add-ons. */
import * as z from 'zod';
import type { ChangeOf } from '../../model.ts';
import { type Command, optionWords } from '../command.ts';
import { eks, ofClusterArn } from './eks.ts';
import {
  absentText,
  awsGuard,
  clusterArn,
  type FieldsOf,
  isValue,
  jmesValue,
  type KindOfChange,
  roleArn,
  text,
} from './kind.ts';
import { later, onCluster } from './on-cluster.ts';

const addon = text.regex(/^[0-9A-Za-z][\w-]{0,99}$/, 'a name of an add-on');

const describeAddon = ({ clusterArn: arn, addon: name }: ChangeOf<'addon-role' | 'addon-created'>): Command =>
  eks(arn, 'describe-addon', ...optionWords('--addon-name', name));

const ofAddon = {
  ...ofClusterArn,
  read: (change: ChangeOf<'addon-role' | 'addon-created'>) => {
    const command = describeAddon(change);
    return { ...command, args: [...command.args, ...['--query', 'addon.serviceAccountRoleArn', '--output', 'json']] };
  },
  isForeseen: false,
};

/** The add-ons are read again afterwards. */
const addonsUnread: KindOfChange<'addon-role'>['after'] & KindOfChange<'addon-created'>['after'] = (
  snapshot,
  { clusterArn: arn },
) => onCluster(snapshot, { arn, name: '' }, one => ({ ...one, addons: later }));

/** The command that gives an add-on another role. Unless it overwrites, changes in the cluster stay. */
export const addonRoleCommand = (
  { clusterArn: arn, addon: name, after }: Pick<ChangeOf<'addon-role'>, 'clusterArn' | 'addon' | 'after'>,
  conflicts: 'PRESERVE' | 'OVERWRITE',
): Command =>
  eks(
    arn,
    'update-addon',
    ...optionWords('--addon-name', name),
    ...optionWords('--service-account-role-arn', after),
    ...['--resolve-conflicts', conflicts],
  );

export const addonRole: KindOfChange<'addon-role'> = {
  ...ofAddon,
  gains: ({ clusterArn: arn, addon: name, after }) => [`add-on ${name} of ${arn} gains role ${after}`],
  shape: z.object({
    kind: z.literal('addon-role'),
    clusterArn,
    addon,
    before: z.exactOptional(roleArn),
    after: roleArn,
  } satisfies FieldsOf<'addon-role'>),
  commands: change => [addonRoleCommand(change, 'PRESERVE')],
  guard: change => {
    const is = (role: string | undefined): string => `addon.serviceAccountRoleArn == ${jmesValue(role ?? null)}`;
    return awsGuard(describeAddon(change), { audited: is(change.before), written: is(change.after) });
  },
  slot: ({ clusterArn: arn, addon: name }) => [arn, name],
  isAsAudited: ({ before }, state) => isValue(state, before ?? null),
  isAsWritten: ({ after }, state) => isValue(state, after),
  // The AWS CLI has no option that takes the role of an add-on away.
  undo: ({ before, ...change }) =>
    before === undefined ? undefined : [{ ...change, before: change.after, after: before }],
  undoInWords: 'can be undone where the add-on had a role: it is in the journal',
  after: addonsUnread,
};

export const addonCreated: KindOfChange<'addon-created'> = {
  ...ofAddon,
  gains: ({ clusterArn: arn, addon: name }) => [`add-on ${name} runs in ${arn}`],
  shape: z.object({ kind: z.literal('addon-created'), clusterArn, addon } satisfies FieldsOf<'addon-created'>),
  commands: ({ clusterArn: arn, addon: name }) => [eks(arn, 'create-addon', ...optionWords('--addon-name', name))],
  guard: change => ({
    ...awsGuard(describeAddon(change), { audited: '`false`', written: 'addon.addonName' }),
    audited: [absentText],
  }),
  isAsAudited: (_, state) => state.kind === 'absent',
  isAsWritten: (_, state) => state.kind === 'there',
  undo: () => undefined,
  undoInWords: 'not undone by fix --undo: delete the add-on where nothing came to need it',
  after: addonsUnread,
};
