/** Objects without namespace that are written from documents of this program: the webhook of EKS, and the rights of the auditor. */
import * as z from 'zod';
import { type AccountSnapshot, type ChangeOf, type ClusterPlace, mapSection, webhookName } from '../../model.ts';
import { canonicalJson, isObject, type JsonObject, jsonOf, valueAt } from '../../text.ts';
import { type Command, kubectl } from '../command.ts';
import { auditorGroup, clusterRole, clusterRoleBinding } from '../rbac-documents.ts';
import { webhookDocument } from '../webhook-document.ts';
import { gainsOfDocument } from './document-gains.ts';
import {
  clusterPlace,
  type FieldsOf,
  fromJournal,
  type KindOfChange,
  nobody,
  type State,
  targetOfCluster,
  text,
  word,
} from './kind.ts';
import { later, onCluster } from './on-cluster.ts';

/** The objects that this program writes, as `kind/name`, each with the one field that it sets. */
const written: Readonly<Record<string, string>> = {
  [`mutatingwebhookconfiguration/${webhookName}`]: 'webhooks',
  [`clusterrole/${auditorGroup}`]: 'rules',
  [`clusterrolebinding/${auditorGroup}`]: 'subjects',
};
const webhook = `mutatingwebhookconfiguration/${webhookName}`;
const rights = [`clusterrole/${auditorGroup}`, `clusterrolebinding/${auditorGroup}`];

const read = (cluster: ClusterPlace, names: readonly string[]): Command =>
  kubectl(cluster, { verb: ['get', '--ignore-not-found', '--output', 'json'], on: names });

const apply = (cluster: ClusterPlace, document: unknown): Command =>
  kubectl(cluster, { verb: ['apply', '--filename', '-'] }, { input: JSON.stringify(document) });

/** Sets one field of an object that exists, of this version alone where one is known: the API server compares it. All other fields
 *  stay: labels, annotations, finalizers and those of other managers. */
const setField = (cluster: ClusterPlace, name: string, value: unknown, version?: string): Command => {
  const patch = [
    ...(version === undefined ? [] : [{ op: 'test', path: '/metadata/resourceVersion', value: version }]),
    { op: 'add', path: `/${written[name]}`, value },
  ];
  const text = JSON.stringify(patch);
  const patchOf = (...from: readonly string[]): Command =>
    kubectl(cluster, { verb: ['patch', '--type', 'json', ...from], on: [name] });
  return { ...patchOf('--patch', text), document: { text, args: patchOf('--patch-file', '/dev/stdin').args } };
};

/** Objects without what the API server writes itself, in the order of their names. */
const partOf = (_: unknown, answer: unknown): readonly JsonObject[] => {
  const items = valueAt(answer, 'items');
  const objects = (Array.isArray(items) ? items : [answer]).filter(isObject);
  return objects.map(asWritten).sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
};

const asWritten = (value: JsonObject): JsonObject => {
  const { annotations, labels, name } = isObject(value.metadata) ? value.metadata : {};
  const { status: _, ...rest } = value;
  return { ...rest, metadata: { annotations: annotations ?? {}, labels: labels ?? {}, name } };
};

const versionIn = (answer: unknown): unknown => valueAt(answer, 'metadata', 'resourceVersion') ?? null;

const nameOf = (value: JsonObject): string =>
  `${String(value.kind).toLowerCase()}/${String(valueAt(value, 'metadata', 'name'))}`;

const objectsIn = (state: State): readonly JsonObject[] => {
  const list: unknown = state.kind === 'there' ? JSON.parse(state.text) : [];
  return Array.isArray(list) ? list.filter(isObject) : [];
};

/** True where these objects are there, each with its field as the documents have it. */
const isSet = (state: State, documents: readonly object[]): boolean => {
  const there = new Map(objectsIn(state).map(one => [nameOf(one), one]));
  return documents.every(document => {
    const name = nameOf(document as JsonObject);
    const field = written[name] ?? '';
    const found = there.get(name);
    return found !== undefined && canonicalJson(found[field]) === canonicalJson((document as JsonObject)[field]);
  });
};

const backTo = (
  cluster: ClusterPlace,
  names: readonly string[],
  before: State,
): readonly [ChangeOf<'objects-reverted'>] => {
  const documents = objectsIn(before);
  const there = new Set(documents.map(nameOf));
  return [
    {
      kind: 'objects-reverted',
      cluster,
      documents: documents.map(({ version: _, ...one }) => JSON.stringify(one)),
      absent: names.filter(name => !there.has(name)),
    },
  ];
};

/** The webhook and the rights of the auditor are read again afterwards. */
const unread = (snapshot: AccountSnapshot, { cluster }: { readonly cluster: ClusterPlace }): AccountSnapshot =>
  onCluster(snapshot, cluster, one => ({
    ...one,
    kubernetes:
      one.kubernetes.status === 'unavailable'
        ? later
        : mapSection(one.kubernetes, inside => ({ ...inside, webhook: later, pods: later })),
  }));

const common = {
  target: ({ cluster }: { readonly cluster: ClusterPlace }) => targetOfCluster(cluster),
  partOf,
  undoInWords: fromJournal,
  phase: () => 2,
  after: unread,
  isForeseen: false,
};

/** `apply` leaves wrong selectors and conditions in place and refuses a url beside a service; a `replace` takes labels and
 *  annotations away (recorded, docs/facts.md §F.2). The patch of the field does neither. */
export const webhookRestored: KindOfChange<'webhook-restored'> = {
  ...common,
  gains: nobody,
  shape: z.object({
    kind: z.literal('webhook-restored'),
    cluster: clusterPlace,
    caBundle: text.max(262_144).regex(/^[A-Za-z0-9+/=]+$/, 'base64'),
    isThere: z.boolean(),
    version: z.exactOptional(word.max(128)),
  } satisfies FieldsOf<'webhook-restored'>),
  commands: ({ cluster, caBundle, isThere, version }) => {
    const document = webhookDocument(caBundle);
    return [isThere ? setField(cluster, webhook, document.webhooks, version) : apply(cluster, document)];
  },
  read: ({ cluster }) => read(cluster, [webhook]),
  partOf: (_, answer) => partOf(_, answer).map(one => ({ ...one, version: versionIn(answer) })),
  guard: ({ cluster, isThere, version }) => ({
    command: kubectl(cluster, {
      verb: ['get', '--ignore-not-found', '--output', `jsonpath={.metadata.${version ? 'resourceVersion' : 'name'}}.`],
      on: [webhook],
    }),
    audited: [isThere ? `${version ?? webhookName}.` : ''],
    written: [],
  }),
  isAsAudited: ({ isThere, version }, state) =>
    isThere === (state.kind === 'there') &&
    (version === undefined || objectsIn(state).every(one => one.version === version)),
  isAsWritten: ({ caBundle }, state) => isSet(state, [webhookDocument(caBundle)]),
  undo: ({ cluster }, before) => backTo(cluster, [webhook], before),
  managed: ({ cluster }) => ({ kind: 'webhook', cluster }),
};

export const auditorAccessGranted: KindOfChange<'auditor-access-granted'> = {
  ...common,
  gains: ({ cluster }) => [`group ${auditorGroup} may read what the auditor reads in cluster ${cluster.name}`],
  shape: z.object({
    kind: z.literal('auditor-access-granted'),
    cluster: clusterPlace,
  } satisfies FieldsOf<'auditor-access-granted'>),
  commands: ({ cluster }) => [
    apply(cluster, { apiVersion: 'v1', kind: 'List', items: [clusterRole, clusterRoleBinding] }),
  ],
  read: ({ cluster }) => read(cluster, rights),
  isAsAudited: () => true,
  isAsWritten: (_, state) => isSet(state, [clusterRole, clusterRoleBinding]),
  undo: ({ cluster }, before) => backTo(cluster, rights, before),
};

/** A document that may be written back: one of those that this program writes. A binding leads to the auditor's role, and the
 *  role reads. */
const mayBeWritten = (document: string): boolean => {
  const value = jsonOf(document);
  if (!isObject(value) || !Object.hasOwn(written, nameOf(value))) return false;
  const { rules, roleRef } = value;
  const verbs = Array.isArray(rules) ? rules.flatMap(rule => (isObject(rule) ? [rule.verbs].flat() : ['*'])) : [];
  return (
    verbs.every(verb => verb === 'get' || verb === 'list' || verb === 'watch') &&
    (roleRef === undefined || valueAt(roleRef, 'name') === auditorGroup)
  );
};

export const objectsReverted: KindOfChange<'objects-reverted'> = {
  ...common,
  gains: ({ documents }) => documents.flatMap(document => gainsOfDocument(JSON.parse(document) as JsonObject)),
  shape: z.object({
    kind: z.literal('objects-reverted'),
    cluster: clusterPlace,
    documents: z.array(text.refine(mayBeWritten, 'a document that fix writes')),
    absent: z.array(z.enum(Object.keys(written))),
  } satisfies FieldsOf<'objects-reverted'>),
  commands: ({ cluster, documents, absent }) => [
    ...documents.flatMap(document => {
      const value = JSON.parse(document) as JsonObject;
      const name = nameOf(value);
      return [setField(cluster, name, value[written[name] ?? ''])];
    }),
    ...(absent.length === 0 ? [] : [kubectl(cluster, { verb: ['delete', '--ignore-not-found'], on: absent })]),
  ],
  isAsAudited: () => true,
  isAsWritten: () => false,
  undo: () => undefined,
};
