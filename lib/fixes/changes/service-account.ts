/** Changes of service accounts. */
import * as z from 'zod';
import {
  type AccountSnapshot,
  type ChangeOf,
  type ClusterPlace,
  mapSection,
  roleArnKey,
  type ServiceAccount,
} from '../../model.ts';
import { canonicalJson, given, isObject, valueAt } from '../../text.ts';
import { kubectl } from '../command.ts';
import {
  clusterPlace,
  type FieldsOf,
  fromJournal,
  isValue,
  type KindOfChange,
  metadataKey,
  namespace,
  nobody,
  objectNameField,
  roleArn,
  type State,
  targetOfCluster,
  text,
  valueOfState,
} from './kind.ts';
import { onInside } from './on-cluster.ts';

/** A service account of a cluster. */
interface Account {
  readonly cluster: ClusterPlace;
  readonly namespace: string;
  readonly serviceAccount: string;
}

const nameOf = ({ serviceAccount }: Account): string => `serviceaccount/${serviceAccount}`;

const ofAccount = {
  target: ({ cluster }: Account) => targetOfCluster(cluster),
  read: (account: Account) =>
    kubectl(account.cluster, {
      namespace: account.namespace,
      verb: ['get', '--ignore-not-found', '--output', 'json'],
      on: [nameOf(account)],
    }),
  isForeseen: true,
  managed: ({ cluster, namespace: space, serviceAccount }: Account) =>
    ({ kind: 'service-account', cluster, namespace: space, name: serviceAccount }) as const,
};

const onAccounts = (
  snapshot: AccountSnapshot,
  { cluster, namespace: space, serviceAccount }: Account,
  edit: (found: ServiceAccount | undefined) => ServiceAccount | undefined,
): AccountSnapshot =>
  onInside(snapshot, cluster, inside => {
    const isOne = (one: ServiceAccount): boolean => one.namespace === space && one.name === serviceAccount;
    return {
      ...inside,
      serviceAccounts: mapSection(inside.serviceAccounts, list => {
        const found = list.find(isOne);
        const edited = edit(found);
        if (found === undefined) return edited === undefined ? list : [...list, edited];
        return list.flatMap(one => (isOne(one) ? (edited ?? []) : one));
      }),
    };
  });

const value = text.max(262_144);

/** A key of metadata in an expression of kubectl: qualified names have letters, digits, `-`, `_`, `.` and `/` alone. */
const keyPath = (part: string, key: string): string => `{.metadata.${part}.${key.replaceAll('.', String.raw`\.`)}}`;

const keyEdit = <K extends 'annotation' | 'label'>(
  kind: K,
  { verb, part }: { readonly verb: string; readonly part: 'annotations' | 'labels' },
): Omit<KindOfChange<K>, 'shape' | 'gains'> => ({
  ...ofAccount,
  commands: change => [
    kubectl(change.cluster, {
      namespace: change.namespace,
      verb: [verb, ...(change.after === undefined ? [] : ['--overwrite'])],
      on: [nameOf(change), change.after === undefined ? `${change.key}-` : `${change.key}=${change.after}`],
    }),
  ],
  guard: change => ({
    command: kubectl(change.cluster, {
      namespace: change.namespace,
      verb: ['get', '--output', `jsonpath=${keyPath(part, change.key)}.`],
      on: [nameOf(change)],
    }),
    audited: [`${change.before ?? ''}.`],
    written: [`${change.after ?? ''}.`],
  }),
  partOf: (change, answer) => valueAt(answer, 'metadata', part, change.key) ?? null,
  isAsAudited: ({ before }, state) => isValue(state, before ?? null),
  isAsWritten: ({ after }, state) => isValue(state, after ?? null),
  undo: change => {
    const { before, after, ...rest } = change;
    const back = { ...rest, ...given({ before: after, after: before }) };
    return [kind === 'label' ? { ...back, kind: 'label' } : { ...back, kind: 'annotation' }];
  },
  undoInWords: fromJournal,
  slot: ({ cluster, namespace: space, serviceAccount, key }) => [
    ...[cluster.arn ?? cluster.name, space, serviceAccount, key],
  ],
  // The role is taken from a service account last.
  phase: ({ key, after }) => (kind === 'label' || (after === undefined && key === roleArnKey) ? 7 : 4),
  after: (snapshot, change) =>
    onAccounts(snapshot, change, found => {
      if (found === undefined) return undefined;
      const { [change.key]: _, ...others } = found[part];
      return { ...found, [part]: change.after === undefined ? others : { ...others, [change.key]: change.after } };
    }),
});

const keyFields = {
  cluster: clusterPlace,
  namespace,
  serviceAccount: objectNameField,
  key: metadataKey,
  before: z.exactOptional(value),
  after: z.exactOptional(value),
};

export const annotation: KindOfChange<'annotation'> = {
  gains: ({ key, after, ...account }) => (after === undefined ? [] : gainsOfAnnotations(account, { [key]: after })),
  ...keyEdit('annotation', { verb: 'annotate', part: 'annotations' }),
  shape: z.object({ kind: z.literal('annotation'), ...keyFields } satisfies FieldsOf<'annotation'>),
};

export const label: KindOfChange<'label'> = {
  gains: nobody,
  ...keyEdit('label', { verb: 'label', part: 'labels' }),
  shape: z.object({ kind: z.literal('label'), ...keyFields } satisfies FieldsOf<'label'>),
};

/** Options of the webhook of EKS that name no role (docs/facts.md §D). Of its roles only a well-formed ARN can be assumed. */
const harmless: ReadonlySet<string> = new Set(
  ['audience', 'sts-regional-endpoints', 'token-expiration'].map(option => `eks.amazonaws.com/${option}`),
);

const gainsOfAnnotations = (
  { cluster, namespace: space, serviceAccount }: Account,
  annotations: Readonly<Record<string, string>>,
): readonly string[] =>
  Object.entries(annotations).flatMap(([key, text]) =>
    harmless.has(key) || (key === roleArnKey && !roleArn.safeParse(text).success)
      ? []
      : key === roleArnKey
        ? `pods of service account ${space}/${serviceAccount} of cluster ${cluster.name} ask for role ${text}`
        : `service account ${space}/${serviceAccount} of cluster ${cluster.name} gains what annotation ${key}: ${text} gives`,
  );

const accountFields = {
  cluster: clusterPlace,
  namespace,
  serviceAccount: objectNameField,
  annotations: z.record(metadataKey, value),
};

const annotationsOf = (_: unknown, answer: unknown): unknown => valueAt(answer, 'metadata', 'annotations') ?? {};

const hasAnnotations = (
  { annotations }: ChangeOf<'service-account-created' | 'service-account-deleted'>,
  there: unknown,
): boolean => Object.entries(annotations).every(([key, wanted]) => valueAt(there, key) === wanted);

/** Annotations without the one in which kubectl notes what it applied. */
const withoutApplied = (state: State): State => {
  const there = valueOfState(state);
  if (!isObject(there)) return state;
  const { 'kubectl.kubernetes.io/last-applied-configuration': _, ...others } = there;
  return { kind: 'there', text: canonicalJson(others) };
};

/** With its annotations in one step, so that no pod is created between the two. */
export const serviceAccountCreated: KindOfChange<'service-account-created'> = {
  ...ofAccount,
  shape: z.object({
    kind: z.literal('service-account-created'),
    ...accountFields,
  } satisfies FieldsOf<'service-account-created'>),
  commands: ({ cluster, namespace: space, serviceAccount: name, annotations }) => [
    kubectl(
      cluster,
      { namespace: space, verb: ['apply', '--filename', '-'] },
      { input: JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } }) },
    ),
  ],
  guard: change => ({
    command: kubectl(change.cluster, {
      namespace: change.namespace,
      verb: [
        ...['get', '--ignore-not-found', '--output'],
        `jsonpath=${Object.keys(change.annotations)
          .map(key => `${keyPath('annotations', key)}{"\\n"}`)
          .join('')}.`,
      ],
      on: [nameOf(change)],
    }),
    audited: [''],
    written: [
      `${Object.values(change.annotations)
        .map(each => `${each}\n`)
        .join('')}.`,
    ],
  }),
  partOf: annotationsOf,
  isAsAudited: (_, state) => state.kind === 'absent',
  isAsWritten: (change, state) => state.kind === 'there' && hasAnnotations(change, valueOfState(state)),
  undo: change => [{ ...change, kind: 'service-account-deleted' }],
  undoInWords: fromJournal,
  phase: () => 3,
  gains: ({ annotations, ...account }) => [
    `pods of namespace ${account.namespace} can run as service account ${account.serviceAccount} of cluster ${account.cluster.name}, with the roles that trust it`,
    ...gainsOfAnnotations(account, annotations),
  ],
  after: (snapshot, change) =>
    onAccounts(snapshot, change, () => ({
      namespace: change.namespace,
      name: change.serviceAccount,
      annotations: change.annotations,
      labels: {},
    })),
};

export const serviceAccountDeleted: KindOfChange<'service-account-deleted'> = {
  ...ofAccount,
  shape: z.object({
    kind: z.literal('service-account-deleted'),
    ...accountFields,
  } satisfies FieldsOf<'service-account-deleted'>),
  commands: change => [
    kubectl(change.cluster, {
      namespace: change.namespace,
      verb: ['delete', '--ignore-not-found'],
      on: [nameOf(change)],
    }),
  ],
  partOf: annotationsOf,
  // One that somebody gave an annotation since is in use.
  isAsAudited: ({ annotations }, state) => isValue(withoutApplied(state), annotations),
  isAsWritten: (_, state) => state.kind === 'absent',
  undo: change => [{ ...change, kind: 'service-account-created' }],
  undoInWords: fromJournal,
  phase: () => 7,
  gains: nobody,
  after: (snapshot, change) => onAccounts(snapshot, change, () => undefined),
};
