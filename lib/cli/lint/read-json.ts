import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { locator } from '../../core/trust/policy/locate.ts';
import { maxSourceDepth, type SourceFile, type SourceNode } from './source-tree.ts';

/** A text that cannot be read, with the place; `message` is one sentence without it. */
export interface Unreadable {
  readonly message: string;
  readonly offset: number;
}

/** Reads JSON strictly: no comments, no trailing commas, bounded depth. */
export const readJson = (text: string): SourceNode | Unreadable => {
  const tooDeep = depthBeyond(text, maxSourceDepth);
  if (tooDeep !== undefined)
    return { message: `it is nested more than ${maxSourceDepth} levels deep`, offset: tooDeep };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const [error] = errors;
  if (error || !root)
    return { message: `it is not JSON (${error ? wordsOf(error) : 'no value'})`, offset: error?.offset ?? 0 };
  return convert(root);
};

/** True for what could not be read. */
export const isUnreadable = (result: SourceNode | Unreadable): result is Unreadable => 'message' in result;

const wordsOf = (error: ParseError): string =>
  printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** The offset where nesting goes beyond a depth; looked for before parsing, because parsers recurse. */
const depthBeyond = (text: string, most: number): number | undefined => {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"' || character === '\n') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      if (depth > most) return at;
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return undefined;
};

const convert = (node: Node): SourceNode => {
  const { offset } = node;
  if (node.type === 'object')
    return {
      kind: 'object',
      offset,
      members: (node.children ?? []).flatMap(property => {
        const [key, value] = property.children ?? [];
        return key && value ? [{ key: String(key.value), keyOffset: key.offset, value: convert(value) }] : [];
      }),
    };
  if (node.type === 'array') return { kind: 'array', offset, items: (node.children ?? []).map(convert) };
  const value: unknown = node.value;
  return {
    kind: 'scalar',
    offset,
    value: typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null,
  };
};

/** One clear sentence for a file that cannot be read. */
export const describeUnreadable = (file: SourceFile, { message, offset }: Unreadable): string => {
  const { line, column } = locator(file.text)(offset);
  return `${file.name}:${line}:${column}: ${message}`;
};
