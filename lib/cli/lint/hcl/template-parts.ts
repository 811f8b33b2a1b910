/** Strings and heredocs as texts and expressions. White space between two expressions is no node of the grammar: the texts
 *  are what stands between the expressions. */
import type { Node } from 'web-tree-sitter';
import type { HclExpression, HclPlace, TemplatePart } from './hcl-tree.ts';

type Inner = (child: Node) => HclExpression;

/** The parts of a string in quotes. */
export const quotedParts = (node: Node, text: string, inner: Inner): readonly TemplatePart[] =>
  partsBetween({ at: node.startIndex + 1, end: node.endIndex - 1 }, node, text, inner).map(part =>
    'text' in part ? { ...part, text: unescaped(part.text) } : part,
  );

/** The parts of a heredoc: the lines between its first and its last. `<<-` takes away the white space that all of them
 *  begin with; in JSON that is of no account. */
export const heredocParts = (node: Node, text: string, inner: Inner): readonly TemplatePart[] => {
  const written = text.slice(node.startIndex, node.endIndex);
  const at = node.startIndex + written.indexOf('\n') + 1;
  const end = node.startIndex + written.lastIndexOf('\n') + 1;
  return partsBetween({ at, end: Math.max(at, end) }, node, text, inner).map(part =>
    'text' in part ? { ...part, text: literal(part.text) } : part,
  );
};

const partsBetween = ({ at, end }: HclPlace, node: Node, text: string, inner: Inner): readonly TemplatePart[] => {
  const parts: TemplatePart[] = [];
  let from = at;
  const textUpTo = (to: number): void => {
    if (to > from) parts.push({ text: text.slice(from, to), at: from, end: to });
  };
  for (const child of node.namedChildren) {
    if (child.type !== 'template_interpolation' && child.type !== 'template_directive') continue;
    textUpTo(child.startIndex);
    from = child.endIndex;
    const place = { at: child.startIndex, end: child.endIndex };
    const expression = child.namedChildren.find(({ type }) => type === 'expression');
    const isPlain = child.type === 'template_interpolation' && expression !== undefined;
    const value: HclExpression = isPlain
      ? inner(expression)
      : { kind: 'other', text: text.slice(place.at, place.end), ...place };
    parts.push({ value, ...place });
  }
  textUpTo(end);
  return parts;
};

/** `$${` and `%%{` are literal `${` and `%{`. */
const literal = (text: string): string => text.replace(/\$\$\{/g, '${').replace(/%%\{/g, '%{');

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };

const unescaped = (text: string): string =>
  literal(text).replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (whole, four, eight, one) => {
    const code = Number.parseInt(four ?? eight ?? '', 16);
    if (Number.isNaN(code)) return escapes[one] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
