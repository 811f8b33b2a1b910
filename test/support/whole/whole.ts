import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { afterAll, afterEach, beforeEach, expect } from '@jest/globals';

/**
 * Whole values that a test computes, compared with a golden file: one for each test file, with a section for each of its
 * tests. The test states what matters; nothing else of the value changes unseen.
 *
 * `UPDATE_GOLDEN=1 npm run jest -- PATH` writes the files: look at the difference before you commit it. A section that is
 * missing fails. A value of several lines that comes again in a file is named there by the hash of its lines.
 */

const goldenOf = (testPath: string): string =>
  `test/golden/whole/${relative('test', testPath).replace(/\.test\.ts$/, '.txt')}`;

/** A scalar on its line; text that could be read as something else is quoted. */
const scalar = (value: unknown): string => {
  if (typeof value !== 'string') return JSON.stringify(value) ?? String(value);
  return value === '' || /^(?:-?[\d.]+|true|false|null|undefined|\[\]|\{\})$|[\n\r]|^\s|\s$/.test(value)
    ? JSON.stringify(value)
    : value;
};

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;

const marked = (mark: string, [first = '', ...rest]: readonly string[]): readonly string[] => [
  `${mark}${first}`,
  ...rest.map(line => `  ${line}`),
];

/** A value of plain data as indented lines, keys in their order; absent ones are left out. */
const linesOf = (value: unknown): readonly string[] => {
  if (!isNested(value)) return [scalar(value)];
  if (value instanceof Date) return [value.toISOString()];
  if (value instanceof RegExp) return [String(value)];
  if (value instanceof Set) return linesOf([...value]);
  if (value instanceof Map) return linesOf(Object.fromEntries(value));
  if (Array.isArray(value)) return value.length === 0 ? ['[]'] : value.flatMap(item => marked('- ', linesOf(item)));
  const entries = Object.entries(value).filter(([, part]) => part !== undefined && typeof part !== 'function');
  return entries.length === 0
    ? ['{}']
    : entries.flatMap(([key, part]) => {
        const lines = linesOf(part);
        const isOneLine = !isNested(part) || (lines.length === 1 && /^(?:\[\]|\{\})$/.test(lines[0] ?? ''));
        return isOneLine ? [`${key}: ${lines[0]}`] : [`${key}:`, ...lines.map(line => `  ${line}`)];
      });
};

/** Of the issuer of most worlds: half of the text otherwise. */
const exampleId = '5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';

/** What each test of the file has computed, as texts. */
const told = new Map<string, string[]>();
/** How many tests of a name have begun. */
const begun = new Map<string, number>();
/** The test that runs, by its name and, of one name, its number; undefined between tests. Jest keeps the name of the last test,
 *  even of the last file of the worker. */
let running: string | undefined;

/** Of a long list the beginning, and the hash of all. */
const bounded = (list: readonly string[], most: number, mark: string): readonly string[] =>
  list.length <= most
    ? list
    : [...list.slice(0, most), `${mark}and ${list.length - most} more: ${hashOf(list.join('\n'))}`];
const mostLines = 150;
const mostValues = 25;
/** A short name of a long text. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 10);

/** Adds values to what is compared when the test ends. Throws between tests: nothing would compare them. */
export const whole = (title: string, values: readonly unknown[]): void => {
  if (running === undefined) throw new Error(`"${title}" is computed outside of a test: compute it in the test`);
  const texts = values.map(value =>
    bounded(marked('- ', linesOf(value)), mostLines, '  ')
      .join('\n')
      .replaceAll(exampleId, '5C1D…'),
  );
  told.set(running, [...(told.get(running) ?? []), title, ...bounded(texts, mostValues, '- ')]);
};

const isLong = (text: string): boolean => text.split('\n').length > 2;

/** The sections as a file: of texts that are the same the first one stands there. */
const written = (): string => {
  const long = [...told.values()].flat().filter(isLong);
  const repeated = new Set(long.filter((text, at) => long.indexOf(text) !== at));
  const seen = new Set<string>();
  const shown = (text: string): string => {
    const [first = '', ...rest] = text.split('\n');
    if (!repeated.has(text)) return text;
    if (seen.has(text)) return `${first} =${hashOf(text)}`;
    seen.add(text);
    return [`${first} #${hashOf(text)}`, ...rest].join('\n');
  };
  return [...told].map(([name, texts]) => `# ${name}\n${texts.map(shown).join('\n')}\n`).join('\n');
};

/** The sections of a file, by the names of their tests. */
const read = (file: string): ReadonlyMap<string, string> => {
  const texts = new Map<string, string>();
  const whole = (line: string): string => {
    const [, first = '', kind, hash = ''] = /^(.*?)(?: ([#=])([0-9a-f]{10}))?(?=\n|$)/.exec(line) ?? [];
    const text = kind === '=' ? (texts.get(hash) ?? line) : `${first}${line.slice(line.split('\n')[0]?.length)}`;
    if (kind === '#') texts.set(hash, text);
    return text;
  };
  return new Map(
    file.split(/^# /m).flatMap(section => {
      const [name = '', ...parts] = section.trimEnd().split(/\n(?! )/);
      return name === '' ? [] : [[name, parts.map(whole).join('\n')]];
    }),
  );
};

const isUpdate = process.env.UPDATE_GOLDEN !== undefined;
let golden: ReadonlyMap<string, string> | undefined;

beforeEach(() => {
  const name = (expect.getState().currentTestName ?? '').replaceAll(/\s+/g, ' ');
  const count = (begun.get(name) ?? 0) + 1;
  begun.set(name, count);
  running = count === 1 ? name : `${name} (${count})`;
});
afterEach(() => {
  const { testPath = '' } = expect.getState();
  const name = running ?? '';
  running = undefined;
  const texts = told.get(name);
  if (texts === undefined || isUpdate) return;
  golden ??= read(readFileSync(goldenOf(testPath), 'utf8'));
  expect(texts.join('\n')).toBe(golden.get(name));
});
afterAll(() => {
  const path = goldenOf(expect.getState().testPath ?? '');
  if (!isUpdate || told.size === 0) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, written());
});

const steady = (text: string): string => text.replaceAll(/(127\.0\.0\.1|localhost):\d+/g, '$1:<port>');

const tellResult = <T>(title: string, result: T): T => {
  whole(title, [JSON.parse(steady(JSON.stringify(result) ?? 'null'))]);
  return result;
};

const tellError = (title: string, error: unknown): never => {
  const { name, message } = error instanceof Error ? error : { name: 'thrown', message: String(error) };
  whole(`${title} fails`, [steady(`${name}: ${message}`)]);
  throw error;
};

/** A function, whose results and errors are compared with the golden file of the test that calls it. The ports of servers
 *  are left out. */
export const recorded =
  <A extends readonly unknown[], R>(title: string, make: (...given: A) => R): ((...given: A) => R) =>
  (...given) => {
    let result: R;
    try {
      result = make(...given);
    } catch (error) {
      return tellError(title, error);
    }
    if (!(result instanceof Promise)) return tellResult(title, result);
    return result.then(
      value => tellResult(title, value),
      error => tellError(title, error),
    ) as R;
  };
