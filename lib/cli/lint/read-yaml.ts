import { isAlias, isMap, isNode, isPair, isScalar, isSeq, parseAllDocuments, visit } from 'yaml';
import {
  maxSourceDepth,
  membersOf,
  type SourceMember,
  type SourceNode,
  stringAt,
  stringOf,
  type Unreadable,
  UnreadableText,
} from './source-tree.ts';

/** Limits of one file after alias expansion: a few kilobytes can expand to billions of values. */
const maxNodes = 500_000;
const maxCharacters = 32 * 1024 * 1024;
/** Documents of one file: a chart renders some thousand. */
const maxDocuments = 20_000;
const tooDeep = `nested deeper than ${maxSourceDepth} levels`;

/** Short forms of CloudFormation's functions: `!Sub` is `Fn::Sub`; `Ref` and `Condition` have no prefix. */
const longForm = (tag: string): string | undefined => {
  const name = /^!([A-Za-z0-9]+(?:::[A-Za-z0-9]+)*)$/.exec(tag)?.[1];
  if (name === undefined) return undefined;
  return name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
};

/** Reads all documents of a YAML text. Aliases are followed; short forms of functions become their long forms.
 *  Throws `UnreadableText`. */
export const readYaml = (text: string): readonly SourceNode[] | Unreadable => {
  const deep = flowDepthBeyond(text);
  if (deep !== undefined) return { message: tooDeep, offset: deep };
  const beyond = [...text.matchAll(/^---/gm)][maxDocuments];
  if (beyond) return { message: `too large: more than ${maxDocuments} documents`, offset: beyond.index };
  const documents = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, strict: false });
  const nodes: SourceNode[] = [];
  const limits = { nodes: maxNodes, characters: maxCharacters };
  for (const document of Array.isArray(documents) ? documents : []) {
    const [error] = document.errors;
    if (error) return { message: faultOf(error), offset: error.pos[0] };
    const reader: Reader = { limits, targets: targetsOf(document) };
    if (document.contents !== null) nodes.push(convert(document.contents, reader, 0));
  }
  return nodes;
};

/** The message of the parser. Where it ran out of stack, that is what `- - - …` does. */
const faultOf = ({ code, message }: Document['errors'][number]): string =>
  code === 'RESOURCE_EXHAUSTION' ? tooDeep : `not valid YAML: ${message.split('\n')[0]?.replace(/ at line.*$/, '')}`;

interface Reader {
  /** The rest of the limits. */
  readonly limits: { nodes: number; characters: number };
  readonly targets: ReadonlyMap<unknown, unknown>;
}

type Document = Extract<ReturnType<typeof parseAllDocuments>[number], { readonly contents: unknown }>;

/** The target of each alias: the last node before it with the anchor. One walk over the document finds all of them; the
 *  parser's own `resolve` walks over all of it for every alias. */
const targetsOf = (document: Document): ReadonlyMap<unknown, unknown> => {
  const anchors = new Map<string, unknown>();
  const targets = new Map<unknown, unknown>();
  visit(document, {
    Node: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
    Alias: (_, alias) => {
      targets.set(alias, anchors.get(alias.source));
    },
  });
  return targets;
};

const convert = (node: unknown, reader: Reader, depth: number): SourceNode => {
  const [at, end] = (isNode(node) ? node.range : undefined) ?? [0, 0];
  const { limits } = reader;
  limits.nodes -= 1;
  if (isScalar(node)) limits.characters -= String(node.value).length;
  if (depth > maxSourceDepth) throw new UnreadableText(tooDeep, at);
  if (limits.nodes < 0) throw new UnreadableText(`too large: more than ${maxNodes} values after alias expansion`, at);
  if (limits.characters < 0)
    throw new UnreadableText(`too large: more than ${maxCharacters} characters after alias expansion`, at);
  if (isAlias(node)) {
    const target = reader.targets.get(node);
    if (target === undefined) throw new UnreadableText(`not valid YAML: alias *${node.source} has no anchor`, at);
    return { ...convert(target, reader, depth + 1), at, end };
  }
  const plain = convertPlain(node, { at, end }, reader, depth);
  const name = isNode(node) && node.tag !== undefined ? longForm(node.tag) : undefined;
  if (name === undefined) return plain;
  const value = name === 'Fn::GetAtt' ? attributeParts(plain) : plain;
  return { kind: 'object', at, end, members: [{ key: name, at, value }] };
};

type Range = Pick<SourceNode, 'at' | 'end'>;

const convertPlain = (node: unknown, range: Range, reader: Reader, depth: number): SourceNode => {
  if (isMap(node)) {
    const members = node.items.map(
      (pair): SourceMember => ({
        ...keyOf(convert(pair.key, reader, depth + 1)),
        value: convert(pair.value, reader, depth + 1),
      }),
    );
    return { kind: 'object', ...range, members: merged(members) };
  }
  if (isSeq(node))
    return {
      kind: 'array',
      ...range,
      items: node.items.map(item => convert(isPair(item) ? item.value : item, reader, depth + 1)),
    };
  const value: unknown = isScalar(node) ? node.value : null;
  if (typeof value === 'string') return stringAt(value, range);
  const kind = typeof value === 'boolean' ? 'boolean' : Number.isFinite(value) ? 'number' : 'null';
  return { kind, text: kind === 'null' ? kind : String(value), ...range };
};

/** Members with those of `<<`. A key of the map itself takes precedence, then the first of several maps. */
const merged = (members: readonly SourceMember[]): readonly SourceMember[] => {
  const own = members.filter(({ key }) => key !== '<<');
  if (own.length === members.length) return members;
  const taken = new Set(own.map(({ key }) => key));
  const others = members
    .filter(({ key }) => key === '<<')
    .flatMap(({ value }) => (value.kind === 'array' ? value.items : [value]))
    .flatMap(membersOf)
    .filter(({ key }) => !taken.has(key) && taken.add(key));
  return [...own, ...others];
};

/** A key; also one written as a function, which CloudFormation rejects. */
const keyOf = (node: SourceNode): Omit<SourceMember, 'value'> => {
  const { at } = node;
  if ('text' in node) return { key: node.text, at };
  const [only] = membersOf(node);
  const text = stringOf(only?.value);
  const key = only?.key === 'Fn::Sub' && text !== undefined ? text : `\${${text ?? 'key'}}`;
  const isFunction = only !== undefined && (only.key === 'Ref' || only.key.startsWith('Fn::'));
  return { key, at, ...(isFunction ? { isFunction } : {}) };
};

/** `!GetAtt A.B` is `Fn::GetAtt: [A, B]`. */
const attributeParts = (node: SourceNode): SourceNode => {
  if (node.kind !== 'string') return node;
  const { text, at, end } = node;
  const dot = text.indexOf('.');
  return {
    kind: 'array',
    at,
    end,
    items: dot < 0 ? [node] : [stringAt(text.slice(0, dot), node), stringAt(text.slice(dot + 1), node)],
  };
};

/** Nesting by brackets, checked before the parser recurses into it. Indentation limits the nesting of blocks. */
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
