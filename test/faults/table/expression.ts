/** DynamoDB's expressions, as far as the store may use them: a parser of its own, so that a wrong expression fails here. */
import { invalid, type PlainItem } from './item.ts';

/** The names and values that an expression refers to. */
export interface Placeholders {
  readonly names: Readonly<Record<string, string>>;
  readonly values: PlainItem;
}

/** The value of an operand for an item; undefined where the item does not have it. */
type Operand = (item: PlainItem | undefined, placeholders: Placeholders) => unknown;
type Condition = (item: PlainItem | undefined, placeholders: Placeholders) => boolean;

const tokenPattern = /\s*(#\w+|:\w+|<=|>=|<>|=|<|>|\(|\)|,|\+|\w+)/g;

const nameOf = ({ names }: Placeholders, token: string): string => names[token] ?? invalid(`no name ${token}`);

const operandOf = (token: string): Operand =>
  token.startsWith('#')
    ? (item, placeholders) => item?.[nameOf(placeholders, token)]
    : (_item, { values }) => values[token] ?? invalid(`${token} is no operand`);

const sizeOf = (value: unknown): number => {
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  return Buffer.byteLength(String(value));
};

/** Equal in DynamoDB's sense; the store compares no maps and lists. */
const isSame = (a: unknown, b: unknown): boolean =>
  typeof a === 'object' || typeof b === 'object' ? invalid('= on a map or list') : a === b;

const compare = (a: unknown, operator: string, b: unknown): boolean => {
  if (a === undefined || b === undefined) return operator === '<>';
  if (operator === '=') return isSame(a, b);
  if (operator === '<>') return !isSame(a, b);
  const inOrder = orderOf(a, b);
  if (inOrder === undefined) return false;
  if (operator === '<') return inOrder < 0;
  if (operator === '<=') return inOrder <= 0;
  if (operator === '>') return inOrder > 0;
  return operator === '>=' ? inOrder >= 0 : invalid(`operator ${operator}`);
};

/** Below, at or above zero as `a` comes before, with or after `b`; undefined for values of two types. */
const orderOf = (a: unknown, b: unknown): number | undefined => {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return undefined;
};

interface Tokens {
  readonly peek: () => string | undefined;
  readonly take: () => string;
  readonly expect: (wanted: string) => void;
  readonly inside: <T>(read: () => T) => T;
  readonly left: () => readonly string[];
}

const tokensOf = (text: string): Tokens => {
  const all = [...text.matchAll(tokenPattern)].map(match => match[1] ?? '');
  let at = 0;
  const take = (): string => all[at++] ?? invalid('the expression ends too early');
  const expect = (wanted: string): void => {
    const got = take();
    if (got !== wanted) invalid(`want ${wanted}, got ${got}`);
  };
  const inside = <T>(read: () => T): T => {
    expect('(');
    const value = read();
    expect(')');
    return value;
  };
  return { peek: () => all[at], take, expect, inside, left: () => all.slice(at) };
};

const valueIn = (tokens: Tokens): Operand => {
  const token = tokens.take();
  if (token !== 'size') return operandOf(token);
  const measured = tokens.inside(() => operandOf(tokens.take()));
  return (item, placeholders) => {
    const value = measured(item, placeholders);
    return value === undefined ? undefined : sizeOf(value);
  };
};

const functionIn = (tokens: Tokens): Condition => {
  const name = tokens.take();
  return tokens.inside(() => {
    const subject = operandOf(tokens.take());
    if (name === 'attribute_exists') return (item, given) => subject(item, given) !== undefined;
    if (name === 'attribute_not_exists') return (item, given) => subject(item, given) === undefined;
    tokens.expect(',');
    const start = operandOf(tokens.take());
    return (item, given) => {
      const [whole, prefix] = [subject(item, given), start(item, given)];
      return typeof whole === 'string' && typeof prefix === 'string' && whole.startsWith(prefix);
    };
  });
};

const functions: readonly (string | undefined)[] = ['attribute_exists', 'attribute_not_exists', 'begins_with'];

const conditions = new Map<string, Condition>();

/** A condition as a function of the item. Throws `ValidationException` for what DynamoDB would refuse. */
export const conditionOf = (text: string, placeholders: Placeholders): ((item: PlainItem | undefined) => boolean) => {
  // An expression that names what it does not have is wrong whatever the item is.
  for (const [name] of text.matchAll(/[#:]\w+/g))
    if ((name.startsWith('#') ? placeholders.names : placeholders.values)[name] === undefined) invalid(`no ${name}`);
  const condition = conditions.get(text) ?? parsed(text);
  conditions.set(text, condition);
  return item => condition(item, placeholders);
};

const parsed = (text: string): Condition => {
  const tokens = tokensOf(text);
  const comparison = (): Condition => {
    const left = valueIn(tokens);
    const operator = tokens.take();
    const right = valueIn(tokens);
    return (item, given) => compare(left(item, given), operator, right(item, given));
  };
  const primary = (): Condition => {
    if (tokens.peek() === '(') return tokens.inside(or);
    return functions.includes(tokens.peek()) ? functionIn(tokens) : comparison();
  };
  const not = (): Condition => {
    if (tokens.peek() !== 'NOT') return primary();
    tokens.take();
    const inner = not();
    return (item, given) => !inner(item, given);
  };
  const series = (word: string, read: () => Condition): readonly Condition[] => {
    const parts = [read()];
    while (tokens.peek() === word) {
      tokens.take();
      parts.push(read());
    }
    return parts;
  };
  const and = (): Condition => {
    const parts = series('AND', not);
    return (item, given) => parts.every(part => part(item, given));
  };
  const or = (): Condition => {
    const parts = series('OR', and);
    return (item, given) => parts.some(part => part(item, given));
  };
  const result = or();
  if (tokens.left().length > 0) invalid(`left over: ${tokens.left().join(' ')}`);
  return result;
};

const appended = /^list_append\(if_not_exists\((#\w+), (:\w+)\), (:\w+)\)$/;

/** The clauses of `SET`, split at commas outside parentheses. */
const clausesOf = (text: string): readonly string[] => {
  const clauses: string[] = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 0) clauses.push('');
    else clauses.push(`${clauses.pop()}${character}`);
  }
  return clauses.map(clause => clause.trim());
};

const assigned = (placeholders: Placeholders, right: string, item: PlainItem): unknown => {
  const value = (token: string) => operandOf(token)(item, placeholders);
  const list = appended.exec(right);
  if (list === null) return (right.startsWith(':') ? value(right) : undefined) ?? invalid(`SET to ${right}`);
  const [, target = '', none = '', more = ''] = list;
  return [value(target) ?? value(none), value(more)].flatMap(each =>
    Array.isArray(each) ? each : invalid('list_append to what is no list'),
  );
};

/** The effect of an update on one attribute: the placeholder of its name, and the right side of `SET`; none to remove
 *  it. */
interface Clause {
  readonly name: string;
  readonly right?: string;
}

const parts = new Map<string, readonly Clause[]>();

const partsOf = (text: string): readonly Clause[] =>
  text.split(/\b(?=SET |REMOVE )/).flatMap((each): readonly Clause[] => {
    const part = each.trim();
    if (part === '') return [];
    if (part.startsWith('REMOVE '))
      return part
        .slice(7)
        .split(',')
        .map(name => ({ name: name.trim() }));
    if (!part.startsWith('SET ')) invalid(`clause ${part}`);
    return clausesOf(part.slice(4)).map(clause => {
      const equals = clause.indexOf('=');
      return { name: clause.slice(0, equals).trim(), right: clause.slice(equals + 1).trim() };
    });
  });

/** The item after an update. Throws `ValidationException` for a clause that this table does not know. */
export const updated = (text: string, placeholders: Placeholders, item: PlainItem): PlainItem => {
  const next: Record<string, unknown> = { ...item };
  const clauses = parts.get(text) ?? partsOf(text);
  parts.set(text, clauses);
  for (const { name, right } of clauses)
    if (right === undefined) delete next[nameOf(placeholders, name)];
    else next[nameOf(placeholders, name)] = assigned(placeholders, right, item);
  return next;
};
