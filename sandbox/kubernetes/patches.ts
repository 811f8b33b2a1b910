/** JSON merge patch (RFC 7386) and JSON patch (RFC 6902), as the API applies them. */
import { isObject, type JsonObject } from '../../lib/text.ts';
import { isEqual } from './json-value.ts';

/** The target after a JSON merge patch: null removes, a list is replaced whole. */
export const mergePatch = (target: unknown, patch: unknown): unknown => {
  if (!isObject(patch)) return patch;
  const result: JsonObject = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
};

/** An operation of a JSON patch that cannot be done: a test that fails, a path that is not there. */
export class RefusedOperation extends Error {
  override readonly name = 'RefusedOperation';
}

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** The target after a JSON patch. Throws `RefusedOperation`. */
export const jsonPatch = (target: unknown, operations: readonly Operation[]): unknown =>
  operations.reduce((document, operation) => applied(document, operation), structuredClone(target));

const wordsOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(1)
    .map(word => word.replaceAll('~1', '/').replaceAll('~0', '~'));

const applied = (document: unknown, { op, path, from, value }: Operation): unknown => {
  const words = wordsOf(path);
  if (op === 'test') {
    if (!isEqual(read(document, words), value)) throw new RefusedOperation(`test ${path}`);
    return document;
  }
  if (op === 'remove') return changed(document, words, remove);
  if (op === 'replace') {
    if (read(document, words) === undefined) throw new RefusedOperation(`replace ${path}`);
    return changed(document, words, set(value, false));
  }
  if (op === 'move' || op === 'copy') {
    const source = wordsOf(from ?? '');
    const moved = read(document, source);
    const rest = op === 'move' ? changed(document, source, remove) : document;
    return changed(rest, words, set(moved, true));
  }
  if (op !== 'add') throw new RefusedOperation(`operation ${op}`);
  return changed(document, words, set(value, true));
};

const read = (document: unknown, words: readonly string[]): unknown =>
  words.reduce<unknown>((here, word) => {
    if (Array.isArray(here)) return here[Number(word)];
    return isObject(here) && Object.hasOwn(here, word) ? here[word] : undefined;
  }, document);

type Edit = (parent: JsonObject | unknown[], word: string) => void;

const changed = (document: unknown, words: readonly string[], edit: Edit): unknown => {
  const last = words.at(-1);
  if (last === undefined) throw new RefusedOperation('the whole document');
  const parent = read(document, words.slice(0, -1));
  if (!isObject(parent) && !Array.isArray(parent)) throw new RefusedOperation(words.join('/'));
  edit(parent, last);
  return document;
};

const remove: Edit = (parent, word) => {
  if (Array.isArray(parent)) {
    if (!/^\d+$/.test(word) || Number(word) >= parent.length) throw new RefusedOperation(word);
    parent.splice(Number(word), 1);
    return;
  }
  if (!Object.hasOwn(parent, word)) throw new RefusedOperation(word);
  delete parent[word];
};

const set =
  (value: unknown, isInserted: boolean): Edit =>
  (parent, word) => {
    if (!Array.isArray(parent)) {
      parent[word] = value;
      return;
    }
    const index = word === '-' ? parent.length : Number(word);
    if (!Number.isInteger(index) || index > parent.length) throw new RefusedOperation(word);
    parent.splice(index, isInserted ? 0 : 1, value);
  };
