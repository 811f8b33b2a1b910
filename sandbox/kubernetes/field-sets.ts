/** Sets of fields of an object, as `managedFields` names them (structured-merge-diff's FieldsV1). */
import { isObject, type JsonObject } from '../../lib/text.ts';
import { isBlank, isEqual } from './json-value.ts';
import { fieldShape, type Shape } from './list-shapes.ts';

/** Paths; each is its elements (`f:spec`, `k:{"name":"a"}`), joined. */
export type FieldSet = ReadonlySet<string>;

const joint = '\u0000';
const child = (path: string, element: string): string => (path === '' ? element : `${path}${joint}${element}`);

/** The elements of a path. */
export const elementsOf = (path: string): readonly string[] => path.split(joint);

/** True where a path is the other one or lies in it. */
export const isWithin = (path: string, parent: string): boolean => path === parent || path.startsWith(parent + joint);

/** Fields that the server keeps itself: they have no owner. */
const ignored: FieldSet = new Set(
  ['apiVersion', 'kind', 'metadata']
    .map(name => `f:${name}`)
    .concat(
      ['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields'].map(
        name => `f:metadata${joint}f:${name}`,
      ),
      `f:metadata${joint}f:resourceVersion`,
    ),
);

/** The children of a value, each with its element and shape; undefined for what is whole. */
const childrenOf = (value: unknown, shape: Shape): readonly (readonly [string, unknown, Shape])[] | undefined => {
  if (shape.isAtomicToApply) return undefined;
  if (isObject(value))
    return Object.entries(value).map(([name, one]) => [`f:${name}`, one, fieldShape(shape, name)] as const);
  if (!Array.isArray(value)) return undefined;
  if (shape.isSet) return value.map(one => [`v:${JSON.stringify(one)}`, one, {}] as const);
  const { keys, item = {} } = shape;
  if (keys === undefined) return undefined;
  // Items of one key are one field, whatever they hold.
  return [...Map.groupBy(value, one => keyText(one, keys))].map(([key, [first, ...more]]) =>
    more.length === 0
      ? ([`k:${key}`, first, item] as const)
      : ([`k:${key}`, [first, ...more], { isAtomicToApply: true }] as const),
  );
};

const keyText = (item: unknown, keys: readonly string[]): string =>
  JSON.stringify(
    Object.fromEntries(
      [...keys].sort().flatMap(key => {
        const value = isObject(item) ? (item[key] ?? (key === 'protocol' ? 'TCP' : undefined)) : undefined;
        return value === undefined ? [] : [[key, value]];
      }),
    ),
  );

/** The fields that a manifest of a server-side apply names: leaves, and items of lists. */
export const fieldsOf = (value: unknown, shape: Shape): FieldSet => {
  const found = new Set<string>();
  const visit = (one: unknown, how: Shape, path: string): void => {
    const children = childrenOf(one, how);
    if (children === undefined || children.length === 0) {
      if (path !== '') found.add(path);
      return;
    }
    for (const [element, inner, its] of children) {
      const here = child(path, element);
      if (!element.startsWith('f:')) found.add(here);
      visit(inner, its, here);
    }
  };
  visit(value, shape, '');
  return minus(found, ignored);
};

/** The fields that a write changed. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares an object before and after a write. A part that was not there at all is a field itself too. */
export const compareFields = (before: unknown, after: unknown, shape: Shape): Comparison => {
  const [added, modified, removed] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const all = (value: unknown, how: Shape, path: string, into: Set<string>): void => {
    into.add(path);
    for (const [element, inner, its] of childrenOf(value, how) ?? []) all(inner, its, child(path, element), into);
  };
  const visit = (old: unknown, now: unknown, how: Shape, path: string): void => {
    if (old === undefined && now === undefined) return;
    if (old === undefined || now === undefined) {
      all(now ?? old, how, path, old === undefined ? added : removed);
      return;
    }
    const [was, is] = [childrenOf(old, how), childrenOf(now, how)];
    if ((was === undefined && is === undefined) || (isBlank(old) && isBlank(now))) {
      if (!isEqual(old, now)) modified.add(path);
      return;
    }
    const find = (list: typeof was, element: string) => list?.find(([name]) => name === element);
    for (const element of new Set([...(was ?? []), ...(is ?? [])].map(([name]) => name))) {
      const [[, a, aShape] = [], [, b, bShape] = []] = [find(was, element), find(is, element)];
      const here = child(path, element);
      if (a === undefined || b === undefined || aShape?.isAtomicToApply === bShape?.isAtomicToApply)
        visit(a, b, bShape ?? aShape ?? {}, here);
      else {
        all(a, aShape ?? {}, here, removed);
        all(b, bShape ?? {}, here, added);
        removed.delete(here);
      }
    }
  };
  visit(before, after, shape, '');
  const own = (set: FieldSet): FieldSet => new Set([...minus(set, ignored)].filter(path => path !== ''));
  return { added: own(added), modified: own(modified), removed: own(removed) };
};

/** Fields of one set that another does not have. */
export const minus = (set: FieldSet, other: FieldSet): FieldSet => new Set([...set].filter(path => !other.has(path)));

/** Fields of any of these sets. */
export const union = (...sets: readonly FieldSet[]): FieldSet => new Set(sets.flatMap(set => [...set]));

/** Named fields above the members of a set count as members: an empty list or object is removed with its last part. */
export const withParents = (set: FieldSet): FieldSet =>
  new Set(
    [...set].flatMap(path => {
      const elements = elementsOf(path);
      return elements.map((_, depth) => elements.slice(0, depth + 1).join(joint));
    }),
  );

/** FieldsV1 of a set. */
export const toFieldsV1 = (set: FieldSet): JsonObject => {
  const root: JsonObject = {};
  for (const path of [...set].sort()) {
    let node = root;
    for (const element of elementsOf(path)) {
      node[element] ??= {};
      node = node[element] as JsonObject;
    }
    node['.'] = {};
  }
  return trimmed(root);
};

/** A member without children is an empty object. */
const trimmed = (node: JsonObject): JsonObject => {
  const keys = Object.keys(node);
  if (keys.length === 1 && keys[0] === '.') return {};
  return Object.fromEntries(keys.map(key => [key, key === '.' ? {} : trimmed(node[key] as JsonObject)]));
};

/** The set of FieldsV1. */
export const fromFieldsV1 = (fields: JsonObject): FieldSet => {
  const found = new Set<string>();
  const visit = (node: JsonObject, path: string): void => {
    if (path !== '' && Object.keys(node).length === 0) found.add(path);
    for (const [key, inner] of Object.entries(node)) {
      if (key === '.') found.add(path);
      else if (isObject(inner)) visit(inner, child(path, key));
    }
  };
  visit(fields, '');
  return found;
};
