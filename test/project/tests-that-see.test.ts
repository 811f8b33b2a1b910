import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

/** A lint of the tests: what looks like an assertion and cannot fail. Each quick test is checked for an
 *  assertion while it runs (scripts/jest-asserting.js). */

/** The text between the parenthesis that begins before `from` and the one that ends it. */
const argumentAt = (text: string, from: number): string => {
  let depth = 1;
  let at = from;
  for (; at < text.length && depth > 0; at += 1) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0;
  return text.slice(from, at - 1);
};

const equality = /\b(?:toEqual|toStrictEqual|toMatchObject|toContainEqual|objectContaining|arrayContaining|toBe)\(/g;
const regex = /[:,([]\s*\/(?![/*])(?:[^\n/\\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[dgimsuvy]*\s*[,)\]}]/;

/** The faults of a text, each with its line. */
const faultsOf = (text: string): readonly string[] => {
  const lineAt = (at: number): number => text.slice(0, at).split('\n').length;
  const faults = (pattern: RegExp, fault: string): readonly string[] =>
    [...text.matchAll(pattern)].map(({ index }) => `${lineAt(index)}: ${fault}`);
  const compared = [...text.matchAll(equality)].flatMap(({ 0: call, index }) => {
    const bare = argumentAt(text, index + call.length)
      .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, "''")
      .replace(
        /\b(?:stringMatching|replace|replaceAll|match|matchAll|split|test|exec|search)\(\s*\/(?:[^\n/\\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//g,
        '(',
      );
    return regex.test(`(${bare})`) ? [`${lineAt(index)}: a regular expression that is compared by equality`] : [];
  });
  return [
    ...compared,
    ...faults(/(?<!not)\.toThrow\(\)/g, 'any error will do: name it'),
    ...faults(/\b(?:toMatch|stringMatching|toThrow)\(\/\.[*+?]?\/[a-z]*\)/g, 'a pattern that any text matches'),
    ...faults(
      /\bif \(!existsSync\([^)]*\)[^\n]*\)\s*(?:writeFileSync|mkdirSync)\(/g,
      'an expectation that is written when it is missing',
    ),
    ...faults(/\b(?:test|it|describe)\.(?:skip|only|todo)\b/g, 'skipped without a need (test/support/needing.ts)'),
    ...faults(
      /\n {2,4}test(?:\.each\(.*\))?\([^\n]*=> \{\n(?: {4,6}(?!expect|await expect)[^\n]*\n){0,3} {4,6}if \([^\n]*\) return;/g,
      'a test that returns before its assertions',
    ),
  ];
};

const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && !/^(?:support\/needing|project\/tests-that-see\.test)\.ts$/.test(name))
  .map(name => join('test', name));

test('no assertion of a test is one that cannot fail', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap(file => faultsOf(readFileSync(file, 'utf8')).map(fault => `${file}:${fault}`))).toEqual([]);
});

test.each([
  ['expect(a).toEqual({ message: /secret/ });', '1: a regular expression that is compared by equality'],
  [
    'expect(a).toThrow(expect.not.objectContaining({ message: /s3cret/ }));',
    '1: a regular expression that is compared by equality',
  ],
  ['\nexpect(a).toThrow();', '2: any error will do: name it'],
  ['expect(a).toMatch(/./);', '1: a pattern that any text matches'],
  ['if (!existsSync(path)) writeFileSync(path, text);', '1: an expectation that is written when it is missing'],
  ["describe.skip('a', () => {});", '1: skipped without a need (test/support/needing.ts)'],
  ["\n  test('a', () => {\n    const a = 1;\n    if (a) return;\n", '1: a test that returns before its assertions'],
])('finds what cannot fail: %s', (text, fault) => {
  expect(faultsOf(text)).toEqual([fault]);
});

test.each([
  'expect(a).toEqual({ message: expect.stringMatching(/secret/) });',
  "expect(a.replace(/b/, 'c')).toEqual([1 / 2, 'a/b/c']);",
  'expect(a).not.toThrow();',
  'expect(a).toEqual(text.match(/x/));',
])('finds nothing in %s', text => {
  expect(faultsOf(text)).toEqual([]);
});
