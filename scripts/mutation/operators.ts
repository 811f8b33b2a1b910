/**
 * Mistakes that a user would feel, made in one place of a source file. Each operator reads the syntax tree of the file,
 * which keeps the offsets of the source, and names what it replaces.
 */
import { stripTypeScriptTypes } from 'node:module';
import { parse } from 'acorn';
import { ancestor } from 'acorn-walk';

/** One mistake: the text from `start` to `end` of the source becomes `text`. */
export interface Mutant {
  readonly operator: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

// biome-ignore lint/suspicious/noExplicitAny: acorn's union of nodes is read by the names of their parts
type Node = any;
type Edit = Omit<Mutant, 'operator'>;
type Operator = (node: Node, above: readonly Node[], text: (node: Node) => string) => readonly Edit[];

const replace = (node: Node, text: string): readonly Edit[] => [{ start: node.start, end: node.end, text }];
const nothing: readonly Edit[] = [];

const severities = ['critical', 'high', 'medium', 'low', 'info'];
const swapped: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
};

const isAction = (node: Node): boolean =>
  node.type === 'Literal' && typeof node.value === 'string' && /^[a-z0-9-]+:[A-Z]\w+$/.test(node.value);

/** The operators by the node that they change. */
const operators: Readonly<Record<string, readonly [nodeType: string, Operator]>> = {
  'another severity': [
    'Literal',
    node => {
      const at = severities.indexOf(node.value);
      return at < 0 ? nothing : replace(node, `'${severities[at < 2 ? at + 2 : at - 1]}'`);
    },
  ],
  'a permission dropped': [
    'ArrayExpression',
    (node, _above, text) =>
      node.elements.length > 0 && node.elements.every((each: Node) => each && isAction(each))
        ? replace(node, `[${node.elements.slice(1).map(text).join(', ')}]`)
        : nothing,
  ],
  'an error swallowed': ['ThrowStatement', node => replace(node, ';')],
  'a failure ignored': [
    'CatchClause',
    node => (node.body.body.length === 0 ? nothing : replace(node.body, '{ return undefined; }')),
  ],
  'only the first page': [
    'ForOfStatement',
    (node, _above, text) => (node.await ? replace(node.body, `{ ${text(node.body)} break; }`) : nothing),
  ],
  'not awaited': [
    'AwaitExpression',
    (node, above, text) =>
      above.at(-2)?.type === 'ExpressionStatement' ? replace(node, text(node.argument)) : nothing,
  ],
  'a boundary moved': [
    'BinaryExpression',
    (node, _above, text) => {
      const operator = swapped[node.operator];
      if (operator === undefined || node.left.type === 'TemplateLiteral') return nothing;
      // Parentheses stand between the ends of the two sides: they stay.
      const between = { start: node.left.end, end: node.right.start };
      return replace(between, text(between).replace(node.operator, operator));
    },
  ],
  'a number changed': [
    'Literal',
    node => (typeof node.value === 'number' && node.value > 1 ? replace(node, `${node.value * 2}`) : nothing),
  ],
  'another default': [
    'AssignmentPattern',
    (node, _above, text) => replace(node, `${text(node.left)} = ${node.right.raw === 'false' ? 'true' : 'undefined'}`),
  ],
  'no default': [
    'LogicalExpression',
    (node, _above, text) => (node.operator === '??' ? replace(node, `(${text(node.left)})`) : nothing),
  ],
  'a guard loosened': [
    'LogicalExpression',
    (node, _above, text) => (node.operator === '??' ? nothing : replace(node, `(${text(node.left)})`)),
  ],
  'a guard dropped': ['IfStatement', node => (node.alternate ? nothing : replace(node.test, 'false'))],
  'a condition turned round': [
    'ConditionalExpression',
    (node, _above, text) => replace(node.test, `!(${text(node.test)})`),
  ],
  'a call dropped': [
    'ExpressionStatement',
    node => {
      const call = node.expression.type === 'AwaitExpression' ? node.expression.argument : node.expression;
      return call.type === 'CallExpression' ? replace(node, ';') : nothing;
    },
  ],
  'a filter dropped': [
    'CallExpression',
    (node, _above, text) =>
      node.callee.type === 'MemberExpression' &&
      ['filter', 'sort', 'toSorted', 'slice'].includes(node.callee.property.name)
        ? replace(node, text(node.callee.object))
        : nothing,
  ],
  'a field dropped': [
    'ObjectExpression',
    (node, _above, text) =>
      node.properties.length > 1 ? replace(node, `{ ${node.properties.slice(0, -1).map(text).join(', ')} }`) : nothing,
  ],
  'the other truth': ['Literal', node => (typeof node.value === 'boolean' ? replace(node, `${!node.value}`) : nothing)],
};

/** The mistakes that can be made in a source file of TypeScript, in the order of the operators. */
export const mutantsOf = (source: string): readonly Mutant[] => {
  const tree = parse(stripTypeScriptTypes(source, { mode: 'strip' }), { ecmaVersion: 'latest', sourceType: 'module' });
  const text = (node: Node): string => source.slice(node.start, node.end);
  const found: Mutant[] = [];
  for (const [operator, [type, edits]] of Object.entries(operators))
    ancestor(tree, {
      [type]: (node: Node, _state: unknown, above: Node[]) => {
        if (above.some(each => each.type.startsWith('Import'))) return;
        for (const edit of edits(node, above, text))
          if (edit.text !== source.slice(edit.start, edit.end)) found.push({ operator, ...edit });
      },
    });
  return found;
};

/** The source with one mistake. */
export const mutated = (source: string, { start, end, text }: Mutant): string =>
  source.slice(0, start) + text + source.slice(end);
