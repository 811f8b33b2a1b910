import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { afterAll, afterEach, beforeEach, expect } from '@jest/globals';
import { readSections, writeSections } from '../differences.ts';
import { linesOf, marked } from './lines-of.ts';
import { countsOf } from './words-in.ts';

/**
 * Whole values that a test computes, compared with a golden file: one for each test file, with a section for each of its
 * tests. The test states what matters; nothing else of the value changes unseen.
 *
 * `UPDATE_GOLDEN=1 npm run jest -- PATH` writes the files: look at the difference before you commit it. A section that is
 * missing fails. A value that fits on one line stands on one. No line is a hash: a difference shows old beside new. A block
 * that is much like an earlier one of the file is printed by what differs: `support/differences.ts` says how it reads.
 */

const goldenOf = (testPath: string): string =>
  `test/golden/whole/${relative('test', testPath).replace(/\.test\.ts$/, '.txt')}`;

/** Of the issuer of most worlds: half of the text otherwise. */
const exampleId = '5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';

/** What each test of the file has computed, as texts. */
const told = new Map<string, string[]>();
/** How many tests of a name have begun. */
const begun = new Map<string, number>();
/** The test that runs, by its name and, of one name, its number; undefined between tests. Jest keeps the name of the last test,
 *  even of the last file of the worker. */
let running: string | undefined;

/** Of a long list the beginning, and of the rest how many begin with which word. */
const bounded = (list: readonly string[], most: number, mark: string): readonly string[] =>
  list.length <= most
    ? list
    : [
        ...list.slice(0, most),
        `${mark}and more: ${countsOf(list.slice(most).map(line => /[a-z][\w-]*/i.exec(line)?.[0] ?? 'other'))}`,
      ];
const mostLines = 60;

/** Adds values to what is compared when the test ends, of a long list the first. Throws between tests: nothing would compare
 *  them. */
export const whole = (title: string, values: readonly unknown[], mostValues = 25): void => {
  if (running === undefined) throw new Error(`"${title}" is computed outside of a test: compute it in the test`);
  const texts = values.map(value =>
    bounded(marked('- ', linesOf(value)), mostLines, '  ')
      .join('\n')
      .replaceAll(exampleId, '5C1D…'),
  );
  told.set(running, [...(told.get(running) ?? []), title, ...bounded(texts, mostValues, '- ')]);
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
  golden ??= readSections(readFileSync(goldenOf(testPath), 'utf8'));
  expect(texts.join('\n')).toBe(golden.get(name));
});
afterAll(() => {
  const path = goldenOf(expect.getState().testPath ?? '');
  const sentences = [...atEnd].flatMap(tell => tell(path));
  if (sentences.length > 0) told.set(endSection, sentences);
  if (!isUpdate) {
    golden ??= told.size === 0 ? new Map() : readSections(readFileSync(path, 'utf8'));
    // Of tests that were chosen by their name the sentences are some.
    if ([...golden.keys()].every(name => told.has(name)))
      expect(told.get(endSection)?.join('\n')).toBe(golden.get(endSection));
    return;
  }
  if (told.size === 0) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, writeSections(new Map([...told].map(([name, texts]) => [name, texts.join('\n')]))));
});

/** The section of a file that is of all its tests. */
const endSection = 'sentences';
const atEnd = new Set<(goldenPath: string) => readonly string[]>();
/** Adds lines of all tests of the file, made when they have ended; nothing of it is compared where only some of them ran. */
export const wholeAtEnd = (tell: (goldenPath: string) => readonly string[]): void => {
  atEnd.add(tell);
};

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
