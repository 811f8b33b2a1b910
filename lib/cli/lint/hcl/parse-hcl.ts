/** Terraform's language, read by tree-sitter: a parser that runs as WebAssembly, without access to anything but the text.
 *  It is loaded when the first Terraform file is read. */
import { gunzipSync } from 'node:zlib';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { maxSourceDepth, type Unreadable, UnreadableText } from '../source-tree.ts';
import { grammarWasm, parserWasm } from './grammar.generated.ts';
import type { HclBlock, HclBody, HclExpression, HclMember, HclPlace, TemplatePart } from './hcl-tree.ts';
import { heredocParts, quotedParts } from './template-parts.ts';
import { jsonBody, jsonValues, type TemplateReader } from './terraform-json.ts';

/** Largest Terraform file, in characters: a hundred times what people write by hand. */
const maxLength = 1024 * 1024;

/** Longest time that one file may take, in milliseconds. */
const maxTime = 10_000;

/** Reads the text of a Terraform file; its name says whether it is written as JSON, and whether it has values alone. */
export type HclReader = (text: string, name: string) => HclBody | Unreadable;

const unpacked = (base64: string): Buffer => gunzipSync(Buffer.from(base64, 'base64'));

let loaded: Promise<HclReader> | undefined;

/** The parser, loaded once: each copy of the grammar takes room in the process for good. */
export const hclReader = (): Promise<HclReader> => {
  loaded ??= loadReader();
  return loaded;
};

const loadReader = async (): Promise<HclReader> => {
  await Parser.init({ wasmBinary: unpacked(parserWasm) });
  const parser = new Parser();
  parser.setLanguage(await Language.load(unpacked(grammarWasm)));
  return (text, name) => {
    if (text.length > maxLength)
      return {
        message: `too large: ${text.length} characters; the limit of a Terraform file is ${maxLength}`,
        offset: 0,
      };
    const until = performance.now() + maxTime;
    return /\.json$/i.test(name) ? readJsonForm(parser, { text, name }, until) : readHcl(parser, text, until);
  };
};

const readJsonForm = (
  parser: Parser,
  { text, name }: { readonly text: string; readonly name: string },
  until: number,
): HclBody | Unreadable => {
  try {
    return /\.tfvars\.json$/i.test(name) ? jsonValues(text) : jsonBody(text, templateReader(parser, until));
  } catch (error) {
    if (error instanceof UnreadableText) return { message: error.message, offset: error.offset };
    throw error;
  }
};

/** A text of JSON is read as a heredoc, in which nothing is escaped but `$${` and `%%{`. */
const templateReader =
  (parser: Parser, until: number): TemplateReader =>
  text => {
    let end = 'END';
    while (text.includes(end)) end += '_';
    const body = readHcl(parser, `a = <<${end}\n${text}\n${end}\n`, until);
    const value = 'attributes' in body ? body.attributes.get('a') : undefined;
    if (value?.kind !== 'template' || !('attributes' in body) || body.attributes.size !== 1 || body.blocks.length > 0)
      throw new UnreadableText('message' in body ? body.message : 'not valid Terraform', 0);
    // The line feed before the end is not of the text.
    const parts = value.parts.map((part, at) =>
      'text' in part && at === value.parts.length - 1 ? { ...part, text: part.text.replace(/\n$/, '') } : part,
    );
    const { at, end: to } = value;
    return templateOf(
      parts.filter(part => !('text' in part) || part.text !== ''),
      { at, end: to },
    );
  };

/** The end of a line before a key in parentheses. It ends an item of an object, and the grammar reads a call. */
const beforeKey = /(?<=[\w"\])}][ \t]*)\n(?=[ \t]*\([^\n]*\)[ \t]*(?::|=(?!=)))/g;

const readHcl = (parser: Parser, text: string, until: number): HclBody | Unreadable => {
  const read = readAs(parser, text, text, until);
  const withCommas = 'message' in read ? text.replace(beforeKey, ',') : text;
  const again = withCommas === text ? read : readAs(parser, text, withCommas, until);
  return 'message' in again ? read : again;
};

/** Reads a text as the grammar reads another one of the same length. */
const readAs = (parser: Parser, text: string, written: string, until: number): HclBody | Unreadable => {
  parser.reset();
  const tree = parser.parse(written, null, { progressCallback: () => performance.now() > until });
  if (tree === null) return { message: `not read in ${maxTime / 1000} seconds`, offset: 0 };
  try {
    const fault = faultIn(tree.rootNode);
    if (fault) return { message: 'not valid Terraform', offset: fault.startIndex };
    const parts = tree.rootNode.namedChildren;
    // The grammar has a rule for JSON, too; that of Terraform has another file name.
    const other = parts.find(part => !isBody(part) && part.type !== 'comment');
    if (other) return { message: 'not valid Terraform', offset: other.startIndex };
    return bodyOf(parts.find(isBody), text, 0);
  } catch (error) {
    if (error instanceof UnreadableText) return { message: error.message, offset: error.offset };
    throw error;
  } finally {
    tree.delete();
  }
};

/** The first place at which the text is not what the grammar wants. */
const faultIn = (root: Node): Node | undefined => {
  let node: Node = root;
  if (!node.hasError) return undefined;
  for (;;) {
    const inner: Node | undefined = node.children.find(child => child.hasError || child.isMissing);
    if (inner === undefined || node.isError) return node;
    node = inner;
  }
};

const isBody = (node: Node): boolean => node.type === 'body';

const bodyOf = (body: Node | undefined, text: string, depth: number): HclBody => {
  if (body && depth > maxSourceDepth)
    throw new UnreadableText(`nested deeper than ${maxSourceDepth} levels`, body.startIndex);
  const attributes = new Map<string, HclExpression>();
  const blocks: HclBlock[] = [];
  for (const child of body?.namedChildren ?? []) {
    if (child.type === 'block') blocks.push(blockOf(child, text, depth));
    const [name, value] = child.namedChildren;
    if (child.type === 'attribute' && name && value)
      attributes.set(sliceOf(name, text), expressionOf(value, text, depth + 1));
  }
  return { attributes, blocks };
};

const blockOf = (block: Node, text: string, depth: number): HclBlock => {
  const [type = '', ...labels] = block.namedChildren
    .filter(child => child.type === 'identifier' || child.type === 'string_lit')
    .map(child => sliceOf(child, text).replace(/^"|"$/g, ''));
  return { type, labels, ...placeOf(block), ...bodyOf(block.namedChildren.find(isBody), text, depth + 1) };
};

const sliceOf = (node: Node, text: string): string => text.slice(node.startIndex, node.endIndex);

const placeOf = (node: Node): HclPlace => ({ at: node.startIndex, end: node.endIndex });

const expressionOf = (node: Node, text: string, depth: number): HclExpression => {
  if (depth > maxSourceDepth) throw new UnreadableText(`nested deeper than ${maxSourceDepth} levels`, node.startIndex);
  const inner = (child: Node): HclExpression => expressionOf(child, text, depth + 1);
  const place = placeOf(node);
  const written = sliceOf(node, text);
  const [only, ...others] = node.namedChildren.filter(child => child.type !== 'comment');
  switch (node.type) {
    case 'expression':
      if (only && others.length === 0) return { ...inner(only), ...placeOf(only) };
      if (only?.type === 'function_call') return elementAt(node, only, others[0], text, inner);
      return only?.type === 'variable_expr'
        ? (referenceOf(node, text) ?? { kind: 'other', text: written, ...place })
        : { kind: 'other', text: written, ...place };
    case 'variable_expr':
      return { kind: 'reference', path: [written], text: written, ...place };
    case 'literal_value':
    case 'collection_value':
    case 'template_expr':
      return only ? inner(only) : scalarOf(written, place);
    case 'numeric_lit':
      return { kind: 'number', text: written, ...place };
    case 'bool_lit':
      return { kind: 'boolean', text: written, ...place };
    case 'null_lit':
      return { kind: 'null', text: 'null', ...place };
    case 'string_lit':
    case 'quoted_template':
      return templateOf(quotedParts(node, text, inner), place);
    case 'heredoc_template':
      return { kind: 'template', parts: heredocParts(node, text, inner), ...place };
    case 'tuple':
      return { kind: 'list', items: itemsOf(node).map(inner), ...place };
    case 'object':
      return { kind: 'map', members: node.namedChildren.flatMap(child => memberOf(child, text, inner)), ...place };
    case 'function_call':
      return callOf(node, text, inner);
    case 'conditional':
      return { kind: 'choice', branches: itemsOf(node).slice(1).map(inner), text: written, ...place };
    default:
      return { kind: 'other', text: written, ...place };
  }
};

const scalarOf = (written: string, place: HclPlace): HclExpression =>
  written === 'null' ? { kind: 'null', text: 'null', ...place } : { kind: 'other', text: written, ...place };

/** A template without expressions is a string. */
const templateOf = (parts: readonly TemplatePart[], place: HclPlace): HclExpression =>
  parts.every(part => 'text' in part)
    ? { kind: 'string', text: parts.map(part => part.text).join(''), ...place }
    : { kind: 'template', parts, ...place };

const itemsOf = (node: Node): readonly Node[] => node.namedChildren.filter(child => child.type === 'expression');

const memberOf = (node: Node, text: string, inner: (child: Node) => HclExpression): readonly HclMember[] => {
  const key = node.childForFieldName('key');
  const value = node.childForFieldName('val');
  if (node.type !== 'object_elem' || !key || !value) return [];
  const [name, ...others] = key.namedChildren;
  const written = sliceOf(key, text);
  // A bare word is a text; in parentheses it is the name of a value.
  const isWord = name?.type === 'variable_expr' && others.length === 0 && !written.startsWith('(');
  return [{ key: isWord ? { kind: 'string', text: written, ...placeOf(key) } : inner(key), value: inner(value) }];
};

const callOf = (node: Node, text: string, inner: (child: Node) => HclExpression): HclExpression => {
  const [name, list] = node.namedChildren;
  const written = sliceOf(node, text);
  const isPlain = name?.type === 'identifier' && (list === undefined || list.type === 'function_arguments');
  if (!isPlain || /\.\.\.\s*\)$/.test(written)) return { kind: 'other', text: written, ...placeOf(node) };
  return {
    kind: 'call',
    name: sliceOf(name, text),
    parameters: list ? itemsOf(list).map(inner) : [],
    text: written,
    ...placeOf(node),
  };
};

/** `f(x)[0]` as an element of a list; a longer way into a value is not followed. */
const elementAt = (
  node: Node,
  call: Node,
  step: Node | undefined,
  text: string,
  inner: (child: Node) => HclExpression,
): HclExpression => {
  const written = sliceOf(node, text);
  const index = step && /^\[\s*(\d+)\s*\]$/.exec(sliceOf(step, text))?.[1];
  const place = placeOf(node);
  if (step === undefined || index === undefined || step.endIndex !== node.endIndex)
    return { kind: 'other', text: written, ...place };
  return {
    kind: 'call',
    name: 'element',
    parameters: [inner(call), { kind: 'number', text: index, ...placeOf(step) }],
    text: written,
    ...place,
  };
};

/** `a.b[0]["c"]` as its steps; an index that is not written out is `[]`. Undefined for a splat. */
const referenceOf = (node: Node, text: string): HclExpression | undefined => {
  const steps = node.namedChildren.filter(child => child.type !== 'comment').map(child => stepOf(child, text));
  const path = steps.filter(step => step !== undefined);
  return path.length < steps.length
    ? undefined
    : { kind: 'reference', path, text: sliceOf(node, text), ...placeOf(node) };
};

const stepOf = (node: Node, text: string): string | undefined => {
  const written = sliceOf(node, text);
  if (node.type === 'variable_expr') return written;
  if (node.type === 'get_attr') return written.replace(/^\s*\.\s*/, '');
  if (node.type !== 'index') return undefined;
  return /^(?:\[\s*"?|\.)([\w-]+)(?:"?\s*\])?$/.exec(written)?.[1] ?? '[]';
};
