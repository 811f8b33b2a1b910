import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { blindAssertions } from './blind-assertions.ts';

/** A lint of the tests: what looks like an assertion and cannot fail, or may not run. */
const files = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && name !== join('support', 'needing.ts'))
  .map(name => join('test', name));

test('no assertion of a test is one that cannot fail', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(files.flatMap(file => blindAssertions(readFileSync(file, 'utf8')).map(fault => `${file}:${fault}`))).toEqual(
    [],
  );
});

/** The faults of the body of a test, without their lines. */
const faultsOf = (body: string): readonly string[] =>
  blindAssertions(`import { expect, test } from '@jest/globals';\ntest('a', async () => { ${body} });`).map(fault =>
    fault.replace(/^2: /, ''),
  );

const [equality, anyError, anyText] = [
  'a regular expression that is compared by equality',
  'any error will do: name it',
  'a pattern that any text matches',
];
const [itself, notAwaited, notWaited] = [
  'a value that is compared with itself',
  'an assertion that is not awaited',
  'an assertion that nothing waits for',
];
const [caught, mayNotRun, noMatcher] = [
  'an assertion whose failure is caught',
  'an assertion that may not run',
  'an expectation without a call of a matcher',
];
const [needless, written, nothing] = [
  'skipped without a need (test/support/needing.ts)',
  'an expectation that is written when it is missing',
  'nothing is wanted of it',
];
const waits = 'a parameter without a value: the test waits for done';
const everyOfNone = 'it also holds for an empty list: compare the list';
const neverSame = 'a new object is never the same one: toEqual';
const noLength = 'no length is less than 0';
const notAsserted = 'a property that is not asserted';

test.each([
  ['expect(a).toEqual({ message: /secret/ });', equality],
  ['expect(a).toThrow(expect.not.objectContaining({ message: /s3cret/ }));', equality],
  ['expect(a).toThrow();', anyError],
  ['expect(a).toThrow(Error);', anyError],
  ['await expect(a).rejects.toThrow();', anyError],
  ['expect(a).toMatch(/./);', anyText],
  ['expect(a).toMatch(/b*/);', anyText],
  ["expect(a).toContain('');", anyText],
  ['expect(a).toContain(``);', anyText],
  ["expect(a).toEqual(expect.stringContaining(''));", anyText],
  ['expect(a).toEqual([expect.stringMatching(/.*/s)]);', anyText],
  ['expect(a).toMatchSnapshot();', written],
  ['expect(a).toThrowErrorMatchingInlineSnapshot();', written],
  ['if (!existsSync(path)) writeFileSync(path, text);', written],
  ['if (!existsSync(path)) { writeFileSync(path, text); }', written],
  ["describe.skip('b', () => {});", needless],
  ["test.failing('b', () => {});", needless],
  ["xtest('b', () => {});", needless],
  ['jest.retryTimes(3);', needless],
  ['const b = 1; if (b) return; expect(b).toBe(1);', 'a test that returns before its assertions'],
  ['expect(a).toEqual(a);', itself],
  ['expect(a.b).toBe(a.b);', itself],
  ['expect({ ...a }).toEqual(a);', itself],
  ['expect(a).toEqual([...a]);', itself],
  ['expect(structuredClone(a)).toStrictEqual(a);', itself],
  ['expect(a).toHaveLength(a.length);', itself],
  ['expect(true).toBe(true);', 'a constant that is compared'],
  ['expect(a === b || true).toBe(true);', 'a condition that always holds'],
  ['expect(a).not.toBe({ b: 1 });', neverSame],
  ['expect(a).not.toContain({ b: 1 });', neverSame],
  ['expect(a.length).toBeGreaterThanOrEqual(0);', noLength],
  ['expect(a.size).toBeGreaterThan(-1);', noLength],
  ['expect(a).toEqual(expect.anything());', 'a value that nearly all are'],
  ['expect(a).toMatchObject({});', nothing],
  ['expect(a).toEqual(expect.arrayContaining([]));', nothing],
  ['expect(a.every(one => one > 1)).toBe(true);', everyOfNone],
  ['expect(a.every(one => one > 1)).toBeTruthy();', everyOfNone],
  ['expect(a).resolves.toBe(1);', notAwaited],
  ['void expect(a).rejects.toBe(1);', notAwaited, notWaited],
  ['fc.assert(fc.asyncProperty(fc.nat(), async b => expect(b).toBe(1)));', notAwaited],
  ['fc.property(fc.nat(), b => expect(b).toBe(1));', notAsserted],
  ['setTimeout(() => expect(a).toBe(1), 5);', notWaited],
  ['process.nextTick(() => { expect(a).toBe(1); });', notWaited],
  ['void a().then(b => expect(b).toBe(1));', notWaited],
  ['try { expect(a).toBe(1); } catch {}', caught],
  ['await expect(a).resolves.toBe(1).catch(() => undefined);', caught],
  ['try { a(); } catch (error) { expect(error).toBe(b); }', 'an assertion that may not run: await expect(…).rejects'],
  ['a && expect(a).toBe(1);', mayNotRun],
  ['expect(a === 1).toBeTruthy;', noMatcher],
  ['expect(a).not.toBe;', noMatcher],
  ['expect(a === 1);', noMatcher],
  ['expect.assertions(0);', 'no assertion is wanted'],
  ['console.assert(a === 1);', 'an assertion that fails no test'],
  ["test.each([['a', 1], ['b']])('c', (one, two) => { expect(one).toBe(two); });", waits],
  ["test.each<[string]>([['a']])('c', async (one, two) => { expect(one).toBe(two); });", waits],
  ["it.each(['a', ['b', 1]] as const)('c', (one, two) => { expect(one).toBe(two); });", waits],
  ["test('c', one => { expect(one).toBe(1); });", waits],
])('finds what cannot fail: %s', (body, ...faults) => {
  expect(faultsOf(body)).toEqual(faults);
});

test.each([
  'expect(a).toEqual({ message: expect.stringMatching(/secret/) });',
  "expect(a.replace(/b/, 'c')).toEqual([1 / 2, 'a/b/c']);",
  'expect(a).not.toThrow();',
  "expect(a).not.toContain('');",
  'expect(a).toEqual(text.match(/x/));',
  'expect(a).toMatch(/\\S/);',
  'expect(read()).toEqual(read());',
  'expect(a).toEqual([...a].sort());',
  'expect({ ...a, b: 1 }).toEqual(a);',
  'expect(a).toBe(b || true);',
  'await expect(a).rejects.toThrow(RangeError);',
  'return expect(a).resolves.toBe(1);',
  'await Promise.all([expect(a).resolves.toBe(1)]);',
  'expect(a.some(one => one > 1)).toBe(true);',
  'try { expect(a).toBe(1); } finally { b(); }',
  'try { expect(a).toBe(1); } catch (error) { throw new Error("b", { cause: error }); }',
  'for (const b of a) { if (b) return; }',
  'await fc.assert(fc.asyncProperty(fc.nat(), async b => expect(b).toBe(1)));',
  "expect('README.md').toMatch(new RegExp(a));",
  "test.each([['a', 1, 2], ['b', 1]])('c', (one, two, three = 3, ...more) => { expect(one).toBe(two + three); });",
  "test.each([['a', ...b], ...rows, c])('d', (one, two) => { expect(one).toBe(two); });",
  "test.each([{ one: 1, two: 2 }])('c', ({ one, two }) => { expect(one).toBe(two); });",
  "describe.each([['a']])('c', (one, two) => { test('d', () => expect(one).toBe(two)); });",
])('finds nothing in %s', body => {
  expect(faultsOf(body)).toEqual([]);
});
