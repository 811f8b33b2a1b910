/** Changes of add-ons and Pod Identity associations. */
import * as z from 'zod';
import type { Fields } from '../../kit/fields.ts';
import { mapSection } from '../../model/collected.ts';
import type { AssociationEdit, AssociationState, ChangeOf } from '../../model/step.ts';
import { canonicalJson, isObject, jsonOf, valueAt } from '../../text/json-value.ts';
import { aws, type Command, optionWords } from '../command.ts';
import {
  absentText,
  awsGuard,
  clusterArn,
  type FieldsOf,
  fromJournal,
  isValue,
  jmesValue,
  type KindOfChange,
  namespace,
  objectName,
  roleArn,
  type State,
  sortedTexts,
  targetOfClusterArn,
  text,
  valueOfState,
} from './kind.ts';
import { later, onCluster } from './on-cluster.ts';

/** A command of `aws eks` on a cluster. */
const eks = (arn: string, operation: string, ...words: readonly string[]): Command => {
  const { clusterName, region } = targetOfClusterArn(arn);
  return aws(
    'eks',
    operation,
    ...optionWords('--cluster-name', clusterName),
    ...optionWords('--region', region),
    ...words,
  );
};

const ofClusterArn = {
  target: ({ clusterArn: arn }: { readonly clusterArn: string }) => targetOfClusterArn(arn),
  partOf: (_: unknown, answer: unknown) => answer,
  phase: () => 4,
};

const addon = text.regex(/^[0-9A-Za-z][\w-]{0,99}$/, 'a name of an add-on');

const describeAddon = ({ clusterArn: arn, addon: name }: ChangeOf<'addon-role' | 'addon-created'>): Command =>
  eks(arn, 'describe-addon', ...optionWords('--addon-name', name));

const ofAddon = {
  ...ofClusterArn,
  gives: false,
  read: (change: ChangeOf<'addon-role' | 'addon-created'>) => {
    const command = describeAddon(change);
    return {
      ...command,
      args: [...command.args, ...['--query', 'addon.serviceAccountRoleArn', '--output', 'json']],
    };
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

const associationId = text.regex(/^a-[0-9a-z]{1,64}$/, 'an id of an association');

const associationFields =
  'association.{namespace:namespace,serviceAccount:serviceAccount,roleArn:roleArn,targetRoleArn:targetRoleArn,disableSessionTags:disableSessionTags,policy:policy}';

type OfAssociation = ChangeOf<'association-updated' | 'association-deleted'>;

const describeAssociation = ({ clusterArn: arn, associationId: id }: OfAssociation): Command =>
  eks(arn, 'describe-pod-identity-association', ...optionWords('--association-id', id));

const ofAssociation = {
  ...ofClusterArn,
  read: (change: OfAssociation) => {
    const command = describeAssociation(change);
    return { ...command, args: [...command.args, ...['--query', associationFields, '--output', 'json']] };
  },
};

/** An expression of JMESPath: the association has these values. EKS leaves out a field that is false or was never set. */
const hasValues = (wanted: object): string =>
  Object.entries(wanted)
    .map(([name, value]) => (value ? `association.${name} == ${jmesValue(value)}` : `!(association.${name})`))
    .join(' && ');

const edit = z.object({
  roleArn: z.exactOptional(roleArn),
  targetRoleArn: z.exactOptional(z.union([roleArn, z.null()])),
  disableSessionTags: z.exactOptional(z.union([z.boolean(), z.null()])),
} satisfies Fields<AssociationEdit>);

/** The options that set the fields of an association. */
const editWords = ({ roleArn: role, targetRoleArn: other, disableSessionTags }: AssociationEdit): readonly string[] => [
  ...(role === undefined ? [] : optionWords('--role-arn', role)),
  ...(other === undefined ? [] : optionWords('--target-role-arn', other ?? '')),
  ...(disableSessionTags === undefined
    ? []
    : [disableSessionTags ? '--disable-session-tags' : '--no-disable-session-tags']),
];

/** EKS leaves out a field that is false or was never set. */
const hasFields = (state: State, wanted: AssociationEdit): boolean =>
  state.kind === 'there' &&
  Object.entries(wanted).every(
    ([name, value]) => canonicalJson(valueAt(valueOfState(state), name) || null) === canonicalJson(value || null),
  );

export const associationUpdated: KindOfChange<'association-updated'> = {
  ...ofAssociation,
  gives: true,
  shape: z.object({
    kind: z.literal('association-updated'),
    clusterArn,
    associationId,
    before: edit,
    after: edit,
  } satisfies FieldsOf<'association-updated'>),
  commands: ({ clusterArn: arn, associationId: id, after }) => [
    eks(arn, 'update-pod-identity-association', ...optionWords('--association-id', id), ...editWords(after)),
  ],
  guard: change =>
    awsGuard(describeAssociation(change), { audited: hasValues(change.before), written: hasValues(change.after) }),
  isAsAudited: ({ before }, state) => hasFields(state, before),
  isAsWritten: ({ after }, state) => hasFields(state, after),
  undo: change => [{ ...change, before: change.after, after: change.before }],
  undoInWords: fromJournal,
  after: (snapshot, { clusterArn: arn }) =>
    onCluster(snapshot, { arn, name: '' }, one => ({ ...one, podIdentity: later })),
  isForeseen: false,
};

export const associationDeleted: KindOfChange<'association-deleted'> = {
  ...ofAssociation,
  gives: false,
  shape: z.object({
    kind: z.literal('association-deleted'),
    clusterArn,
    associationId,
    namespace,
    serviceAccount: objectName,
    before: z.exactOptional(edit),
  } satisfies FieldsOf<'association-deleted'>),
  commands: ({ clusterArn: arn, associationId: id }) => [
    eks(arn, 'delete-pod-identity-association', ...optionWords('--association-id', id)),
  ],
  guard: change => ({
    ...awsGuard(describeAssociation(change), {
      audited: hasValues({ namespace: change.namespace, serviceAccount: change.serviceAccount, ...change.before }),
      written: '`false`',
    }),
    written: [absentText],
  }),
  isAsAudited: ({ namespace: space, serviceAccount, before }, state) => {
    const there = valueOfState(state);
    const isOne = valueAt(there, 'namespace') === space && valueAt(there, 'serviceAccount') === serviceAccount;
    return isOne && hasFields(state, before ?? {});
  },
  isAsWritten: (_, state) => state.kind === 'absent',
  undo: ({ clusterArn: arn }, before) =>
    before.kind === 'absent'
      ? undefined
      : [{ kind: 'association-created', clusterArn: arn, association: JSON.parse(before.text) as AssociationState }],
  undoInWords: 'can be undone: the association is created again with its roles, without its tags',
  phase: () => 7,
  after: (snapshot, { clusterArn: arn, associationId: id }) =>
    onCluster(snapshot, { arn, name: '' }, one => ({
      ...one,
      podIdentity: mapSection(one.podIdentity, list => list.filter(each => each.id !== id)),
    })),
  isForeseen: true,
};

const association = z.object({
  namespace,
  serviceAccount: objectName,
  roleArn,
  targetRoleArn: z.union([roleArn, z.null()]),
  disableSessionTags: z.union([z.boolean(), z.null()]),
  // An object: of another text the AWS CLI might take a file.
  policy: z.union([text.max(100_000).refine(value => isObject(jsonOf(value)), 'a policy as JSON'), z.null()]),
} satisfies Fields<AssociationState>);

const listAssociations = ({
  clusterArn: arn,
  association: { namespace, serviceAccount },
}: ChangeOf<'association-created'>) =>
  eks(
    arn,
    'list-pod-identity-associations',
    ...optionWords('--namespace', namespace),
    ...optionWords('--service-account', serviceAccount),
  );

/** EKS gives it an id, which the list tells. A service account has one association at most. */
export const associationCreated: KindOfChange<'association-created'> = {
  ...ofClusterArn,
  gives: true,
  read: change => {
    const command = listAssociations(change);
    return { ...command, args: [...command.args, '--query', 'associations[].associationId', '--output', 'json'] };
  },
  guard: change => awsGuard(listAssociations(change), { audited: '!associations', written: 'associations' }),
  shape: z.object({
    kind: z.literal('association-created'),
    clusterArn,
    association,
  } satisfies FieldsOf<'association-created'>),
  commands: ({ clusterArn: arn, association: was }) => [
    eks(
      arn,
      'create-pod-identity-association',
      ...optionWords('--namespace', was.namespace),
      ...optionWords('--service-account', was.serviceAccount),
      ...optionWords('--role-arn', was.roleArn),
      ...(was.targetRoleArn === null ? [] : optionWords('--target-role-arn', was.targetRoleArn)),
      ...(was.disableSessionTags === true ? ['--disable-session-tags'] : []),
      ...(was.policy === null ? [] : optionWords('--policy', was.policy)),
    ),
  ],
  isAsAudited: (_, state) => state.kind === 'absent',
  isAsWritten: (_, state) => state.kind === 'there',
  undo: ({ clusterArn: arn, association: made }, _before, after) => {
    const [id] = after === undefined ? [] : sortedTexts(valueOfState(after));
    if (id === undefined) return undefined;
    const { namespace: space, serviceAccount, roleArn: role, targetRoleArn } = made;
    return [
      {
        kind: 'association-deleted',
        clusterArn: arn,
        associationId: id,
        namespace: space,
        serviceAccount,
        before: { roleArn: role, targetRoleArn },
      },
    ];
  },
  undoInWords: 'can be undone: the association is deleted by the id that EKS gave it',
  after: (snapshot, { clusterArn: arn }) =>
    onCluster(snapshot, { arn, name: '' }, one => ({ ...one, podIdentity: later })),
  isForeseen: false,
};
