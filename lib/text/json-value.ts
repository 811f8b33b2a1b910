/** JSON whose shape is not known. */
import { compareText } from './compare-text.ts';

/** An object of JSON. */
export type JsonObject = Record<string, unknown>;

/** True for an object that is neither null nor a list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value if it is an object, else an empty one. */
export const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** The value at a path; undefined where a part of it is missing. */
export const valueAt = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((here, name) => (isObject(here) && Object.hasOwn(here, name) ? here[name] : undefined), value);

/** The value of a text; undefined where it is not JSON. */
export const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** JSON whose keys are sorted, at every depth: equal values have equal texts. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => compareText(a, b))) : part,
  );

/**
 * A JSON text in which strings can be searched for: escapes of printable ASCII and of the slash are written out. Only for
 * asking whether a text may be worth parsing: positions differ, and an escaped backslash before `u0061` is taken for an
 * escape, so that more is found than is there, never less.
 */
export const plainJson = (json: string): string =>
  json.includes('\\')
    ? json
        .replaceAll('\\/', '/')
        .replace(/\\u00([2-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : json;
