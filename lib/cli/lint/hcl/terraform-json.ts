/** Terraform in the form of JSON (`.tf.json`, as CDKTF and other programs write it) as the same tree. Sources: Terraform
 *  language, "JSON Configuration Syntax" and "Variable Definitions (.tfvars) Files". */
import { maxSourceDepth, readJson, type SourceNode, type Unreadable, UnreadableText } from '../source-tree.ts';
import type { HclBlock, HclBody, HclExpression, HclPlace } from './hcl-tree.ts';

/** Reads a text as a template: `${…}` in it is an expression. */
export type TemplateReader = (text: string) => HclExpression;

/** The body of a `.tf.json` file. Throws `UnreadableText` for an invalid template. */
export const jsonBody = (text: string, template: TemplateReader): HclBody | Unreadable => {
  const root = readJson(text);
  if ('message' in root) return root;
  const blocks = membersOf(root).flatMap(([type, value]) => blocksIn(type, value, template, labelsOf(type)));
  return { attributes: new Map(), blocks };
};

/** The values of a `.tfvars.json` file: its texts are no templates. */
export const jsonValues = (text: string): HclBody | Unreadable => {
  const root = readJson(text);
  if ('message' in root) return root;
  return { attributes: attributesOf(root, literal), blocks: [] };
};

const literal: TemplateReader = text => ({ kind: 'string', text, at: 0, end: 0 });

/** Names that stand before the inside of a block: `resource` has a type and a name. */
const labelsOf = (type: string): number => {
  if (type === 'resource' || type === 'data') return 2;
  return ['module', 'variable', 'output', 'provider'].includes(type) ? 1 : 0;
};

/** An object, or a list of objects, as its members. A key `//` is a comment. */
const membersOf = (node: SourceNode): readonly (readonly [string, SourceNode])[] => {
  if (node.kind === 'array') return node.items.flatMap(membersOf);
  return node.kind === 'object'
    ? node.members.filter(({ key }) => key !== '//').map(({ key, value }) => [key, value])
    : [];
};

const blocksIn = (
  type: string,
  node: SourceNode,
  template: TemplateReader,
  labels: number,
  named: readonly string[] = [],
): readonly HclBlock[] => {
  if (labels > 0)
    return membersOf(node).flatMap(([name, value]) => blocksIn(type, value, template, labels - 1, [...named, name]));
  const bodies = node.kind === 'array' ? node.items : [node];
  return bodies
    .filter(body => body.kind === 'object')
    .map(body => ({ type, labels: named, at: body.at, end: body.end, ...insideOf(body, type, template) }));
};

/** Blocks within the resources that are read; in JSON they look like attributes. */
const innerBlocks = ['statement', 'principals', 'not_principals', 'condition', 'metadata', 'content'];
const haveInner = ['resource', 'data', 'dynamic', ...innerBlocks];

const insideOf = (body: SourceNode, type: string, template: TemplateReader): HclBody => {
  const isBlock = (key: string, { kind }: SourceNode): boolean =>
    haveInner.includes(type) &&
    (key === 'dynamic' || innerBlocks.includes(key)) &&
    (kind === 'object' || kind === 'array');
  return {
    attributes: attributesOf(body, template, (key, value) => !isBlock(key, value)),
    blocks: membersOf(body)
      .filter(([key, value]) => isBlock(key, value))
      .flatMap(([key, value]) => blocksIn(key, value, template, key === 'dynamic' ? 1 : 0)),
  };
};

const attributesOf = (
  body: SourceNode,
  template: TemplateReader,
  isWanted: (key: string, value: SourceNode) => boolean = () => true,
): ReadonlyMap<string, HclExpression> =>
  new Map(
    membersOf(body)
      .filter(([key, value]) => isWanted(key, value))
      .map(([key, value]) => [key, expressionOf(value, template, 0)]),
  );

const expressionOf = (node: SourceNode, template: TemplateReader, depth: number): HclExpression => {
  const { at, end } = node;
  if (depth > maxSourceDepth) throw new UnreadableText(`nested deeper than ${maxSourceDepth} levels`, at);
  if (node.kind === 'array')
    return { kind: 'list', items: node.items.map(item => expressionOf(item, template, depth + 1)), at, end };
  if (node.kind === 'object')
    return {
      kind: 'map',
      members: node.members.map(({ key, at: start, value }) => ({
        key: textAt(key, { at: start, end: start }, template),
        value: expressionOf(value, template, depth + 1),
      })),
      at,
      end,
    };
  return node.kind === 'string' ? textAt(node.text, node, template) : node;
};

const textAt = (text: string, { at, end }: HclPlace, template: TemplateReader): HclExpression => {
  if (!/[$%]\{/.test(text)) return { kind: 'string', text, at, end };
  try {
    const whole = expressionAt(template(text), { at, end });
    const [only, ...others] = whole.kind === 'template' ? whole.parts : [];
    return only && 'value' in only && others.length === 0 ? only.value : whole;
  } catch (error) {
    throw error instanceof UnreadableText ? new UnreadableText(error.message, at) : error;
  }
};

/** The same expression, all of it at one place: an offset within a text of JSON, or within another file, is not one of the file. */
export const expressionAt = (expression: HclExpression, place: HclPlace): HclExpression => {
  const { at, end } = place;
  const inner = (one: HclExpression): HclExpression => expressionAt(one, place);
  switch (expression.kind) {
    case 'template':
      return {
        ...expression,
        parts: expression.parts.map(part =>
          'text' in part ? { ...part, at, end } : { value: inner(part.value), at, end },
        ),
        at,
        end,
      };
    case 'list':
      return { ...expression, items: expression.items.map(inner), at, end };
    case 'map':
      return {
        ...expression,
        members: expression.members.map(({ key, value }) => ({ key: inner(key), value: inner(value) })),
        at,
        end,
      };
    case 'call':
      return { ...expression, parameters: expression.parameters.map(inner), at, end };
    default:
      return { ...expression, at, end };
  }
};
