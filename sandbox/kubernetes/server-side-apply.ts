/** Server-side apply (Kubernetes, "Server-Side Apply"; recorded: test/fixtures/kubernetes-writes 13a-13i). */
import { canonicalJson, isObject, type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import { conflict } from './answers.ts';
import {
  compareFields,
  elementsOf,
  type FieldSet,
  fieldsOf,
  isWithin,
  minus,
  union,
  withParents,
} from './field-sets.ts';
import { isEqual } from './json-value.ts';
import { fieldShape, type Shape } from './list-shapes.ts';
import { bare, type Manager, managersOf, takenFrom, type Writer, withManagers } from './managed-fields.ts';
import { Refused } from './refused.ts';

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object after an apply of a manifest; the same object where nothing changed. Throws `Refused` on conflicts. */
export const applied = (
  live: JsonObject,
  manifest: JsonObject,
  shape: Shape,
  writer: Writer,
  force: boolean,
): JsonObject => {
  const managers = known(live, shape, writer);
  const own = managers.find(one => one.operation === 'Apply' && one.manager === writer.manager);
  const others = managers.filter(one => one !== own);
  const fields = fieldsOf(manifest, shape);
  const whole = bare(live);
  const merged = pruned(
    mergeWhole(whole, bare(manifest), shape) as JsonObject,
    own?.fields ?? new Set(),
    fields,
    others,
  );
  const changes = compareFields(whole, merged, shape);
  const touched = union(changes.added, changes.modified);
  const conflicts = others.flatMap(one =>
    [...one.fields].filter(path => touched.has(path)).map(path => ({ one, path })),
  );
  const isOwnClientSide = writer.manager === 'kubectl' && areLastApplied(conflicts, live, shape);
  if (conflicts.length > 0 && !force && !isOwnClientSide) throw new Refused(conflictAnswer(conflicts));
  const { now, ...who } = writer;
  const isSame = isEqual(whole, merged) && own !== undefined && isEqual([...own.fields].sort(), [...fields].sort());
  if (isSame) return live;
  const mine: Manager = { ...who, operation: 'Apply', subresource: '', time: now, fields };
  return withManagers(noted(merged, manifest, writer), [...takenFrom(others, changes), mine]);
};

/** The annotation of `kubectl apply` follows the writes of `kubectl apply --server-side`. */
const noted = (object: JsonObject, manifest: JsonObject, { manager }: Writer): JsonObject => {
  const annotations = objectOf(valueAt(object, 'metadata', 'annotations'));
  if (manager !== 'kubectl' || annotations[lastApplied] === undefined) return object;
  const text = `${canonicalJson(manifest)}\n`;
  return {
    ...object,
    metadata: { ...objectOf(object.metadata), annotations: { ...annotations, [lastApplied]: text } },
  };
};

/** Of an object without managers, everything belongs to whoever wrote it before the first apply. */
const known = (live: JsonObject, shape: Shape, { apiVersion, now }: Writer): readonly Manager[] => {
  const managers = managersOf(live);
  if (managers.length > 0 || valueAt(live, 'metadata', 'uid') === undefined) return managers;
  const { added } = compareFields({ metadata: {} }, bare(live), shape);
  return [
    { manager: 'before-first-apply', operation: 'Update', apiVersion, subresource: '', time: now, fields: added },
  ];
};

/** `kubectl apply` on the client's side is no conflict for `kubectl apply --server-side`: its fields are in the annotation. */
const areLastApplied = (conflicts: readonly { readonly path: string }[], live: JsonObject, shape: Shape): boolean => {
  const text = valueAt(live, 'metadata', 'annotations', lastApplied);
  if (typeof text !== 'string') return false;
  const fields = fieldsOf(JSON.parse(text), shape);
  return conflicts.every(({ path }) => fields.has(path));
};

/** Merges a manifest into an object: what it does not name stays. */
const mergeWhole = (live: unknown, manifest: unknown, shape: Shape): unknown => {
  if (shape.isAtomicToApply) return manifest;
  if (isObject(manifest) && isObject(live))
    return Object.fromEntries([
      ...Object.entries(live),
      ...Object.entries(manifest).map(([key, value]) => [key, mergeWhole(live[key], value, fieldShape(shape, key))]),
    ]);
  if (!Array.isArray(manifest) || !Array.isArray(live)) return manifest;
  if (shape.isSet) return [...new Set([...live, ...manifest])];
  const { keys, item = {} } = shape;
  if (keys === undefined) return manifest;
  const find = (list: readonly unknown[], one: unknown): unknown =>
    list.find(other => keys.every(key => isEqual(valueAt(other, key), valueAt(one, key))));
  return [
    ...live.map(one => {
      const named = find(manifest, one);
      return named === undefined ? one : mergeWhole(one, named, item);
    }),
    ...manifest.filter(one => find(live, one) === undefined),
  ];
};

/** Without what this manager applied earlier, names no more, and nobody else owns. */
const pruned = (object: JsonObject, earlier: FieldSet, now: FieldSet, others: readonly Manager[]): JsonObject => {
  const gone = minus(withParents(earlier), withParents(now));
  const result = structuredClone(object);
  for (const path of [...gone].sort((a, b) => elementsOf(b).length - elementsOf(a).length))
    if (!others.some(({ fields }) => [...fields].some(field => isWithin(field, path)))) removeAt(result, path);
  return result;
};

const removeAt = (object: JsonObject, path: string): void => {
  const elements = elementsOf(path);
  const last = elements.at(-1) ?? '';
  const parent = elements.slice(0, -1).reduce<unknown>(step, object);
  if (Array.isArray(parent)) {
    const index = parent.indexOf(step(parent, last));
    if (index >= 0) parent.splice(index, 1);
  } else if (isObject(parent)) delete parent[last.slice(2)];
};

const step = (here: unknown, element: string): unknown => {
  if (isObject(here)) return here[element.slice(2)];
  if (!Array.isArray(here)) return undefined;
  const wanted: unknown = JSON.parse(element.slice(2));
  return here.find(one =>
    isObject(wanted)
      ? Object.entries(wanted).every(([key, value]) => valueAt(one, key) === value)
      : isEqual(one, wanted),
  );
};

/** A path as messages write it: `.webhooks[name="a"].namespaceSelector`. */
const shown = (path: string): string =>
  elementsOf(path)
    .map(element => {
      if (element.startsWith('f:')) return `.${element.slice(2)}`;
      const key: unknown = JSON.parse(element.slice(2));
      if (!isObject(key)) return `[=${JSON.stringify(key)}]`;
      const tests = Object.entries(key).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      return `[${tests.join(',')}]`;
    })
    .join('');

type Conflict = { readonly one: Manager; readonly path: string };

const conflictAnswer = (conflicts: readonly Conflict[]) => {
  const who = ({ manager, apiVersion }: Manager): string => `"${manager}" using ${apiVersion}`;
  const sorted = conflicts.toSorted((a, b) =>
    [a.one.manager, shown(a.path)].join('\u0000').localeCompare([b.one.manager, shown(b.path)].join('\u0000')),
  );
  const causes = sorted.map(({ one, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who(one)}`,
    field: shown(path),
  }));
  const groups = Map.groupBy(sorted, ({ one }) => who(one));
  const lines = [...groups].map(([name, list]) =>
    list.length === 1 && groups.size === 1
      ? `conflict with ${name}: ${shown(list[0]?.path ?? '')}`
      : `conflicts with ${name}:\n${list.map(({ path }) => `- ${shown(path)}`).join('\n')}`,
  );
  const head = conflicts.length === 1 ? '1 conflict: ' : `${conflicts.length} conflicts: `;
  return conflict(`Apply failed with ${head}${lines.join('\n')}`, { causes });
};
