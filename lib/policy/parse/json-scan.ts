/**
 * Strict JSON (RFC 8259) as a tree with offsets. Members stay a list, so that duplicate keys and `__proto__` are plain
 * data. Bounded in depth, so that recursion cannot run out of stack. Never throws.
 */

/** A value with the offsets where it begins and ends (exclusive). */
export type JsonNode =
  | { readonly kind: 'object'; readonly members: readonly JsonMember[]; readonly at: number; readonly end: number }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[]; readonly at: number; readonly end: number }
  | JsonScalar;

/** A value without parts. Numbers, booleans and null keep their text; a string has what it stands for. */
export interface JsonScalar {
  readonly kind: 'string' | 'number' | 'boolean' | 'null';
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** One member of an object; `at` is where its key begins. */
export interface JsonMember {
  readonly key: string;
  readonly at: number;
  readonly value: JsonNode;
}

/** The tree, or what is wrong and at which offset. */
type JsonScan =
  | { readonly ok: true; readonly root: JsonNode }
  | { readonly ok: false; readonly message: string; readonly at: number };

interface Scanner {
  readonly text: string;
  readonly maxDepth: number;
  at: number;
  error: { message: string; at: number } | undefined;
}

/** Scans one JSON value that fills the text. */
export const scanJson = (text: string, maxDepth: number): JsonScan => {
  const scanner: Scanner = { text, maxDepth, at: 0, error: undefined };
  skipSpace(scanner);
  const root = scanValue(scanner, 0);
  skipSpace(scanner);
  if (root && scanner.at < text.length) failAt(scanner, `more text after the end of the JSON value: ${seen(scanner)}`);
  if (scanner.error) return { ok: false, ...scanner.error };
  return root ? { ok: true, root } : { ok: false, message: 'no JSON value', at: 0 };
};

const failAt = (scanner: Scanner, message: string, at = scanner.at): undefined => {
  scanner.error ??= { message, at };
  return undefined;
};

const seen = ({ text, at }: Scanner): string => {
  if (at >= text.length) return 'got the end of the text';
  const rest = text.slice(at, at + 2);
  if (rest === '//' || rest === '/*' || rest[0] === '#') return 'got a comment: JSON has no comments';
  const code = String.fromCodePoint(text.codePointAt(at) ?? 0);
  return `got ${code >= ' ' && code.isWellFormed() ? JSON.stringify(code) : `U+${text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0')}`}`;
};

const skipSpace = (scanner: Scanner): void => {
  const { text } = scanner;
  let at = scanner.at;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
    at += 1;
  }
  scanner.at = at;
};

const scanValue = (scanner: Scanner, depth: number): JsonNode | undefined => {
  const code = scanner.text.charCodeAt(scanner.at);
  if (code === 0x22) return scanString(scanner);
  if (code === 0x7b || code === 0x5b) {
    if (depth >= scanner.maxDepth) return failAt(scanner, `nested deeper than ${scanner.maxDepth} levels`);
    return code === 0x7b ? scanObject(scanner, depth) : scanArray(scanner, depth);
  }
  return scanWord(scanner);
};

const wordPattern = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const scanWord = (scanner: Scanner): JsonNode | undefined => {
  wordPattern.lastIndex = scanner.at;
  const text = wordPattern.exec(scanner.text)?.[0];
  if (text === undefined) return failAt(scanner, `expected a JSON value, ${seen(scanner)}`);
  const at = scanner.at;
  scanner.at += text.length;
  const kind = text === 'null' ? 'null' : text === 'true' || text === 'false' ? 'boolean' : 'number';
  return { kind, text, at, end: scanner.at };
};

const scanString = (scanner: Scanner): JsonScalar | undefined => {
  const { text, at } = scanner;
  let end = at + 1;
  let escaped = false;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code === 0x22) break;
    if (code === 0x5c) {
      escaped = true;
      end += 1;
    } else if (code < 0x20) return failAt(scanner, 'control character in a string', end);
    else if (Number.isNaN(code)) return failAt(scanner, 'the string has no closing quote', at);
    end += 1;
  }
  const value = escaped ? unescaped(text.slice(at, end + 1)) : text.slice(at + 1, end);
  if (value === undefined) return failAt(scanner, 'invalid escape sequence in a string', at);
  scanner.at = end + 1;
  return { kind: 'string', text: value, at, end: end + 1 };
};

const unescaped = (quoted: string): string | undefined => {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
};

const scanObject = (scanner: Scanner, depth: number): JsonNode | undefined => {
  const at = scanner.at;
  const members: JsonMember[] = [];
  for (;;) {
    const more = nextElement(scanner, members.length === 0, 0x7d, '}');
    if (more === undefined) return undefined;
    if (!more) return { kind: 'object', members, at, end: scanner.at };
    if (scanner.text.charCodeAt(scanner.at) !== 0x22)
      return failAt(scanner, `expected a key in double quotes, ${seen(scanner)}`);
    const key = scanString(scanner);
    if (!key) return undefined;
    skipSpace(scanner);
    if (scanner.text.charCodeAt(scanner.at) !== 0x3a) return failAt(scanner, `expected a colon, ${seen(scanner)}`);
    scanner.at += 1;
    skipSpace(scanner);
    const value = scanValue(scanner, depth + 1);
    if (!value) return undefined;
    members.push({ key: key.text, at: key.at, value });
  }
};

const scanArray = (scanner: Scanner, depth: number): JsonNode | undefined => {
  const at = scanner.at;
  const items: JsonNode[] = [];
  for (;;) {
    const more = nextElement(scanner, items.length === 0, 0x5d, ']');
    if (more === undefined) return undefined;
    if (!more) return { kind: 'array', items, at, end: scanner.at };
    const item = scanValue(scanner, depth + 1);
    if (!item) return undefined;
    items.push(item);
  }
};

/** Steps over the bracket or comma before an element; false at the closing bracket, undefined on an error. */
const nextElement = (scanner: Scanner, first: boolean, close: number, bracket: string): boolean | undefined => {
  if (first) scanner.at += 1;
  skipSpace(scanner);
  const code = scanner.text.charCodeAt(scanner.at);
  if (code === close) {
    scanner.at += 1;
    return false;
  }
  if (first) return true;
  if (code !== 0x2c) return failAt(scanner, `expected a comma or ${bracket}, ${seen(scanner)}`);
  const comma = scanner.at;
  scanner.at += 1;
  skipSpace(scanner);
  if (scanner.text.charCodeAt(scanner.at) !== close) return true;
  return failAt(scanner, `trailing comma before ${bracket}`, comma);
};
