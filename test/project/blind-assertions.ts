/**
 * A lint of the tests: assertions that cannot fail, or that may not run, by the syntax tree alone. A test that ran no assertion fails
 * while it runs (scripts/jest-asserting.js); whether a title promises more than is asserted, only a reader sees.
 */
import { stripTypeScriptTypes } from 'node:module';
import { parse } from 'acorn';
import { fullAncestor } from 'acorn-walk';

// biome-ignore lint/suspicious/noExplicitAny: acorn's union of nodes is read by the names of their parts
type Node = any;

/** A call of a matcher: `expect(actual).not.resolves.matcher(...args)`. */
interface Assertion {
  readonly actual: Node;
  readonly words: readonly string[];
  readonly matcher: string;
  readonly args: readonly Node[];
}

const nameOf = (node: Node): string => (node?.type === 'Identifier' ? node.name : '');
const propertyOf = (node: Node): string => (node?.type === 'MemberExpression' ? nameOf(node.property) : '');
/** `expect`, `expect.not` and the like of a call `expect.not.stringContaining()`. */
const isExpectItself = (node: Node): boolean =>
  nameOf(node) === 'expect' || (node.type === 'MemberExpression' && isExpectItself(node.object));
const isExpectCall = (node: Node): boolean => node?.type === 'CallExpression' && nameOf(node.callee) === 'expect';
const isFunction = (node: Node): boolean => /Function/.test(node?.type ?? '');

/** The call `expect(…)` that a chain of members begins with, and the members. */
const chainOf = (node: Node): { readonly root: Node; readonly words: readonly string[] } | undefined => {
  if (isExpectCall(node)) return { root: node, words: [] };
  const chain = node?.type === 'MemberExpression' ? chainOf(node.object) : undefined;
  return chain && { root: chain.root, words: [...chain.words, propertyOf(node)] };
};

const assertionOf = (node: Node): Assertion | undefined => {
  const chain = node.type === 'CallExpression' ? chainOf(node.callee) : undefined;
  const matcher = chain?.words.at(-1);
  return chain === undefined || matcher === undefined
    ? undefined
    : { actual: chain.root.arguments[0], words: chain.words, matcher, args: node.arguments };
};

/** True where some node below has the property, that of functions below included. */
const holds = (node: Node, is: (node: Node) => boolean): boolean => {
  let found = false;
  fullAncestor(node, each => {
    found ||= is(each);
  });
  return found;
};
const hasExpect = (node: Node): boolean => holds(node, isExpectCall);

const isEmptyText = (node: Node): boolean =>
  (node?.type === 'Literal' && node.value === '') || (node?.type === 'TemplateLiteral' && node.end - node.start === 2);
const isEmpty = (node: Node): boolean =>
  (node?.type === 'ObjectExpression' && node.properties.length === 0) ||
  (node?.type === 'ArrayExpression' && node.elements.length === 0);

/** A pattern that matches texts which have nothing in common. */
const matchesAnything = (node: Node): boolean =>
  node?.regex !== undefined &&
  ['q', ' ', '\u0007'].every(text => new RegExp(node.regex.pattern, node.regex.flags).test(text));

const isFresh = (node: Node): boolean =>
  ['ObjectExpression', 'ArrayExpression', 'NewExpression'].includes(node?.type) || isFunction(node);

/** The value that an expression copies: `{ ...a }`, `[...a]`, `structuredClone(a)`. */
const copiedBy = (node: Node): Node => {
  const [only, ...more] = node.properties ?? node.elements ?? [];
  if (only?.type === 'SpreadElement' && more.length === 0) return only.argument;
  return nameOf(node.callee) === 'structuredClone' ? node.arguments[0] : node;
};

/** True where the syntax says that the value is the same each time: names and their members. */
const isPlainName = (node: Node): boolean =>
  node?.type === 'Identifier' || (node?.type === 'MemberExpression' && !node.computed && isPlainName(node.object));

const equalities = /^(?:toEqual|toStrictEqual|toMatchObject|toContainEqual|toBe)$/;
const textMatchers = /^(?:toContain|toMatch|toThrow|stringContaining|stringMatching)$/;
const partMatchers = /^(?:toMatchObject|objectContaining|arrayContaining)$/;
const timers = /^(?:setTimeout|setImmediate|setInterval|queueMicrotask|nextTick)$/;

type Text = (node: Node) => string;

/** A regular expression as a value to compare with, not as an argument of a call that matches with it. */
const comparesRegex = (node: Node): boolean => {
  if (node === null) return false;
  if (node.regex !== undefined) return true;
  if (node.type === 'CallExpression')
    return (
      isExpectItself(node.callee) && !textMatchers.test(propertyOf(node.callee)) && node.arguments.some(comparesRegex)
    );
  if (node.type === 'ObjectExpression')
    return node.properties.some((each: Node) => comparesRegex(each.value ?? each.argument));
  return node.type === 'ArrayExpression' && node.elements.some(comparesRegex);
};

const faultOfAssertion = ({ actual, words, matcher, args: [first] }: Assertion, text: Text): string | undefined => {
  const isNot = words.includes('not');
  if (
    first && first.regex === undefined
      ? /^to(?:Throw$|Equal|StrictEqual|MatchObject|ContainEqual|Be$)/.test(matcher) && comparesRegex(first)
      : first && equalities.test(matcher)
  )
    return 'a regular expression that is compared by equality';
  if (matcher === 'toThrow' && !isNot && (first === undefined || nameOf(first) === 'Error'))
    return 'any error will do: name it';
  if (/Snapshot/.test(matcher)) return 'an expectation that is written when it is missing';
  if (actual?.type === 'Literal' && first?.type === 'Literal') return 'a constant that is compared';
  if (actual.type === 'LogicalExpression' && actual.operator === '||' && actual.right.value === true)
    return 'a condition that always holds';
  if (/^(?:toBe|toContain)$/.test(matcher) && isNot && isFresh(first))
    return 'a new object is never the same one: toEqual';
  if (first !== undefined && equalities.test(matcher) && !isNot) {
    const [one, other] = [copiedBy(actual), copiedBy(first)];
    if (isPlainName(one) && text(one) === text(other)) return 'a value that is compared with itself';
  }
  if (matcher === 'toHaveLength' && first && text(first) === `${text(actual)}.length`)
    return 'a value that is compared with itself';
  if (
    first &&
    /^toBeGreaterThan/.test(matcher) &&
    /\.(?:length|size)$/.test(text(actual)) &&
    Number(text(first)) < (matcher.endsWith('Equal') ? 1 : 0)
  )
    return 'no length is less than 0';
  if (equalities.test(matcher) && first && text(first) === 'expect.anything()') return 'a value that nearly all are';
  if (
    propertyOf(actual.callee) === 'every' &&
    ((matcher === 'toBe' && first?.value === true) || matcher === 'toBeTruthy')
  )
    return 'it also holds for an empty list: compare the list';
  return undefined;
};

/** The values that each row of a table gives to a test, where the syntax says so; a table of single values gives one. */
const rowSizes = ({ elements }: Node): readonly number[] => {
  const isSingle = elements.some((row: Node) => /Literal$|^ObjectExpression$/.test(row.type));
  return elements.flatMap((row: Node) => {
    if (isSingle) return [1];
    const isKnown = row.type === 'ArrayExpression' && !row.elements.some((one: Node) => one.type === 'SpreadElement');
    return isKnown ? [row.elements.length] : [];
  });
};

/** Jest fills a parameter that no value is for with `done`, and waits until somebody calls it. */
const waitsForDone = ({ callee, arguments: [, body] }: Node, text: Text): boolean => {
  if (!isFunction(body)) return false;
  const optional = body.params.findIndex(({ type }: Node) => type === 'AssignmentPattern' || type === 'RestElement');
  const wanted = optional === -1 ? body.params.length : optional;
  if (/^(?:test|it)$/.test(nameOf(callee))) return wanted > 0;
  const [table] = callee.arguments ?? [];
  const isTable = /^(?:test|it)\.each\b/.test(text(callee.callee)) && table?.type === 'ArrayExpression';
  return isTable && rowSizes(table).some(size => size < wanted);
};

const faultOfCall = (node: Node, above: readonly Node[], text: Text): string | undefined => {
  const assertion = assertionOf(node);
  if (assertion !== undefined) {
    const fault = faultOfAssertion(assertion, text);
    if (fault !== undefined) return fault;
    const last = above.at(-2);
    if (
      assertion.words.some(word => word === 'resolves' || word === 'rejects') &&
      (last.type === 'ExpressionStatement' || last.operator === 'void')
    )
      return 'an assertion that is not awaited';
  }
  const name = propertyOf(node.callee) || nameOf(node.callee);
  const [first] = node.arguments;
  if (assertion !== undefined || isExpectItself(node.callee)) {
    if (textMatchers.test(name) && !assertion?.words.includes('not') && (isEmptyText(first) || matchesAnything(first)))
      return 'a pattern that any text matches';
    if (partMatchers.test(name) && isEmpty(first)) return 'nothing is wanted of it';
  }
  if (name === 'catch' && assertionOf(node.callee.object)) return 'an assertion whose failure is caught';
  const called = text(node.callee);
  if (called === 'expect.assertions' && text(first) === '0') return 'no assertion is wanted';
  if (/^(?:test|it|describe)\.(?:skip|only|todo|failing)\b|^[fx](?:test|it|describe)\b|\.retryTimes$/.test(called))
    return 'skipped without a need (test/support/needing.ts)';
  if (waitsForDone(node, text)) return 'a parameter without a value: the test waits for done';
  if (called === 'console.assert') return 'an assertion that fails no test';
  if (timers.test(name) && isFunction(first) && hasExpect(first)) return 'an assertion that nothing waits for';
  if (/^fc\.(?:async)?property$/i.test(called) && above.at(-2)?.type === 'ExpressionStatement')
    return 'a property that is not asserted';
  if (
    called === 'fc.assert' &&
    /^fc\.asyncProperty\b/.test(text(first)) &&
    above.at(-2)?.type === 'ExpressionStatement'
  )
    return 'an assertion that is not awaited';
  return undefined;
};

const faultOfStatement = ({ expression }: Node): string | undefined => {
  if (isExpectCall(expression) || (expression.type === 'MemberExpression' && chainOf(expression)))
    return 'an expectation without a call of a matcher';
  if (expression.operator === 'void' && hasExpect(expression.argument)) return 'an assertion that nothing waits for';
  if (expression.type === 'LogicalExpression' && hasExpect(expression)) return 'an assertion that may not run';
  return undefined;
};

/** Where the body of `try` has an assertion, its failure is caught; where `catch` alone has one, nothing may be thrown. */
const faultOfTry = ({ block, handler }: Node): string | undefined => {
  if (handler === null || holds(handler.body, ({ type }) => type === 'ThrowStatement')) return undefined;
  if (hasExpect(block)) return 'an assertion whose failure is caught';
  return hasExpect(handler.body) ? 'an assertion that may not run: await expect(…).rejects' : undefined;
};

const faultOfIf = ({ test, consequent }: Node, above: readonly Node[], text: Text): string | undefined => {
  if (/^!existsSync\(/.test(text(test)) && /^\{?\s*(?:writeFileSync|mkdirSync)\(/.test(text(consequent)))
    return 'an expectation that is written when it is missing';
  if (consequent.type !== 'ReturnStatement' || consequent.argument !== null) return undefined;
  const body = above.at(-2);
  const call = above.at(-4);
  const isTest =
    call?.type === 'CallExpression' && /^(?:test|it)\b/.test(text(call.callee)) && isFunction(above.at(-3));
  return isTest && !body.body.some((each: Node) => each.start < test.start && hasExpect(each))
    ? 'a test that returns before its assertions'
    : undefined;
};

const faultOf = (node: Node, above: readonly Node[], text: Text): string | undefined => {
  switch (node.type) {
    case 'CallExpression':
      return faultOfCall(node, above, text);
    case 'ExpressionStatement':
      return faultOfStatement(node);
    case 'TryStatement':
      return faultOfTry(node);
    case 'IfStatement':
      return faultOfIf(node, above, text);
    default:
      return undefined;
  }
};

/** The faults of a source of TypeScript, each with its line. */
export const blindAssertions = (source: string): readonly string[] => {
  if (!source.includes("'@jest/globals'")) return [];
  const tree = parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' });
  const text: Text = node => (node ? source.slice(node.start, node.end) : '');
  const found: string[] = [];
  fullAncestor(tree, (node: Node, _state, above) => {
    const fault = faultOf(node, above as Node[], text);
    if (fault !== undefined) found.push(`${source.slice(0, node.start).split('\n').length}: ${fault}`);
  });
  return found;
};
