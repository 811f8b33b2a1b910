import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Unreadable } from './read-json.ts';
import { maxSourceDepth, type SourceMember, type SourceNode, stringOf } from './source-tree.ts';

/** Nodes that one file may have once its aliases are followed: a few kilobytes of aliases can stand for billions. */
const maxNodes = 500_000;

/** Short forms of CloudFormation's functions: `!Sub` is `Fn::Sub`; `Ref` and `Condition` have no prefix. */
const longForm = (tag: string): string | undefined => {
  const name = /^!([A-Za-z0-9]+(?:::[A-Za-z0-9]+)*)$/.exec(tag)?.[1];
  if (name === undefined) return undefined;
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
};

/** Reads all documents of a YAML text. Aliases are followed; short forms of functions become their long forms. */
export const readYaml = (text: string): readonly SourceNode[] | Unreadable => {
  const deep = flowDepthBeyond(text);
  if (deep !== undefined) return { message: `it is nested more than ${maxSourceDepth} levels deep`, offset: deep };
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, strict: false });
  const nodes: SourceNode[] = [];
  const reader: Reader = { left: maxNodes };
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error)
      return {
        message: `it is not YAML (${error.message.split('\n')[0]?.replace(/ at line.*$/, '')})`,
        offset: error.pos[0],
      };
    try {
      if (document.contents !== null) nodes.push(convert(document.contents, document, reader, 0));
    } catch (cause) {
      if (cause instanceof TooLarge) return { message: cause.message, offset: cause.offset };
      throw cause;
    }
  }
  return nodes;
};

interface Reader {
  left: number;
}

class TooLarge extends Error {
  override readonly name = 'TooLarge';
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

type Document = Extract<ReturnType<typeof parseAllDocuments>[number], { readonly contents: unknown }>;

const convert = (node: unknown, document: Document, reader: Reader, depth: number): SourceNode => {
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  reader.left -= 1;
  if (depth > maxSourceDepth) throw new TooLarge(`it is nested more than ${maxSourceDepth} levels deep`, offset);
  if (reader.left < 0) throw new TooLarge(`it has more than ${maxNodes} values once its aliases are followed`, offset);
  if (isAlias(node)) return { ...convert(node.resolve(document), document, reader, depth + 1), offset };
  const plain = convertPlain(node, offset, document, reader, depth);
  const name = isNode(node) && node.tag !== undefined ? longForm(node.tag) : undefined;
  if (name === undefined) return plain;
  const value = name === 'Fn::GetAtt' ? attributeParts(plain) : plain;
  return { kind: 'object', offset, members: [{ key: name, keyOffset: offset, value }] };
};

const convertPlain = (node: unknown, offset: number, document: Document, reader: Reader, depth: number): SourceNode => {
  if (isMap(node)) {
    const members = node.items.map(
      (pair): SourceMember => ({
        ...keyOf(convert(pair.key, document, reader, depth + 1)),
        value: convert(pair.value, document, reader, depth + 1),
      }),
    );
    return { kind: 'object', offset, members: merged(members) };
  }
  if (isSeq(node))
    return {
      kind: 'array',
      offset,
      items: node.items.map(item => convert(isPair(item) ? item.value : item, document, reader, depth + 1)),
    };
  const value: unknown = isScalar(node) ? node.value : null;
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', offset, value: known ? value : typeof value === 'bigint' ? String(value) : null };
};

/** Members with those of `<<` among them, where they have no key of their own; the first of several has its way. */
const merged = (members: readonly SourceMember[]): readonly SourceMember[] => {
  const own = members.filter(({ key }) => key !== '<<');
  if (own.length === members.length) return members;
  const taken = new Set(own.map(({ key }) => key));
  const others = members
    .filter(({ key }) => key === '<<')
    .flatMap(({ value }) => (value.kind === 'array' ? value.items : [value]))
    .flatMap(node => (node.kind === 'object' ? node.members : []))
    .filter(({ key }) => !taken.has(key) && taken.add(key));
  return [...own, ...others];
};

/** A key, also one that is written as a function, which CloudFormation does not take. */
const keyOf = (node: SourceNode): Omit<SourceMember, 'value'> => {
  const keyOffset = node.offset;
  if (node.kind === 'scalar') return { key: String(node.value), keyOffset };
  const [only] = node.kind === 'object' ? node.members : [];
  const text = stringOf(only?.value);
  const key = only?.key === 'Fn::Sub' && text !== undefined ? text : `\${${text ?? 'key'}}`;
  const isFunction = only !== undefined && (only.key === 'Ref' || only.key.startsWith('Fn::'));
  return { key, keyOffset, ...(isFunction ? { isFunction } : {}) };
};

/** `!GetAtt A.B` is `Fn::GetAtt: [A, B]`. */
const attributeParts = (node: SourceNode): SourceNode => {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return node;
  const dot = node.value.indexOf('.');
  const { offset } = node;
  const part = (value: string): SourceNode => ({ kind: 'scalar', value, offset });
  return {
    kind: 'array',
    offset,
    items: dot < 0 ? [node] : [part(node.value.slice(0, dot)), part(node.value.slice(dot + 1))],
  };
};

/** Nesting by brackets, before the parser recurses into it; block nesting is as deep as lines are indented. */
const flowDepthBeyond = (text: string): number | undefined => {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{' || character === '[') {
      depth += 1;
      if (depth > 10 * maxSourceDepth) return at;
    } else if (character === '}' || character === ']') depth = Math.max(0, depth - 1);
    else if (character === '\n' && /^[ ]{400}/.test(text.slice(at + 1, at + 401))) return at + 1;
  }
  return undefined;
};
