/** Changes of Pod Identity associations, and what all changes by `aws eks` have. */
import * as z from 'zod';
import type { Fields } from '../../kit/fields.ts';
import { type AssociationEdit, type AssociationState, type ChangeOf, mapSection } from '../../model.ts';
import { canonicalJson, isObject, jsonOf, valueAt } from '../../text.ts';
import { aws, type Command, optionWords } from '../command.ts';
import {
  absentText,
  awsGuard,
  clusterArn,
  type FieldsOf,
  fromJournal,
  jmesValue,
  type KindOfChange,
  namespace,
  nobody,
  objectNameField,
  roleArn,
  type State,
  sortedTexts,
  targetOfClusterArn,
  text,
  valueOfState,
} from './kind.ts';
import { later, onCluster } from './on-cluster.ts';

/** A command of `aws eks` on a cluster. */
export const eks = (arn: string, operation: string, ...words: readonly string[]): Command => {
  const { clusterName, region } = targetOfClusterArn(arn);
  return aws(
    'eks',
    operation,
    ...optionWords('--cluster-name', clusterName),
    ...optionWords('--region', region),
    ...words,
  );
};

/** The parts of a change of a cluster that its ARN names. */
export const ofClusterArn = {
  target: ({ clusterArn: arn }: { readonly clusterArn: string }) => targetOfClusterArn(arn),
  partOf: (_: unknown, answer: unknown) => answer,
  phase: () => 4,
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

/** The roles of an association for people. */
const inWords = ({ roleArn: role, targetRoleArn: other }: AssociationEdit): string =>
  [role === undefined ? 'its role' : `role ${role}`, ...(other ? [`through it role ${other}`] : [])].join(', and ');

/** EKS leaves out a field that is false or was never set. */
const hasFields = (state: State, wanted: AssociationEdit): boolean =>
  state.kind === 'there' &&
  Object.entries(wanted).every(
    ([name, value]) => canonicalJson(valueAt(valueOfState(state), name) || null) === canonicalJson(value || null),
  );

export const associationUpdated: KindOfChange<'association-updated'> = {
  ...ofAssociation,
  gains: ({ clusterArn: arn, associationId: id, after }) => [
    `the service account of association ${id} of ${arn} gains ${inWords(after)}`,
  ],
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
  gains: nobody,
  shape: z.object({
    kind: z.literal('association-deleted'),
    clusterArn,
    associationId,
    namespace,
    serviceAccount: objectNameField,
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
  serviceAccount: objectNameField,
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
  gains: ({ clusterArn: arn, association: made }) => [
    `service account ${made.namespace}/${made.serviceAccount} of ${arn} gains ${inWords(made)}`,
  ],
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
