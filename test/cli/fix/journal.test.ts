import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type JournalEntry, openJournal, parseJournal } from '../../../lib/cli/fix/journal.ts';
import { notRunOf, progressInWords } from '../../../lib/cli/fix/progress-in-words.ts';
import { addAudience } from '../../../lib/fixes/aws-steps.ts';
import { hashOf } from '../../../lib/text/hash-of.ts';

const at = '2026-11-01T06:00:00.000Z';
const { change } = addAudience('arn:aws:iam::111122223333:oidc-provider/idp.example', 'sts.amazonaws.com');
const plan: JournalEntry = { event: 'plan', at, version: 1, steps: 3, from: 'a scan', findings: ['a'.repeat(32)] };
const there = { kind: 'there', text: '{}' } as const;
/** Each kind of line, with and without what may be absent. */
const every: readonly JournalEntry[] = [
  plan,
  { event: 'begin', at, number: 1, change, before: there },
  { event: 'done', at, number: 1, after: there },
  { event: 'skipped', at, number: 2 },
  { event: 'begin', at, number: 3, change },
  { event: 'failed', at, number: 3, why: 'no', isWritten: false },
  { event: 'stopped', at, why: 'no', notRun: [4, 5] },
  { event: 'undone', at, number: 1 },
  { event: 'failed', at, number: 3, why: 'no' },
  { event: 'done', at, number: 3 },
];

/** The text of lines as fix writes them: each carries a hash over itself and the line before. */
const written = (entries: readonly JournalEntry[], before = ''): string => {
  let link = before;
  return entries
    .map(line => {
      link = hashOf([link, JSON.stringify(line)], 64);
      return `${JSON.stringify({ ...line, link })}\n`;
    })
    .join('');
};
const linkAt = (text: string): string => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '').link;

let folder: string;
const path = () => join(folder, 'j');
const text = () => readFileSync(path(), 'utf8');
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const writeAll = (mode: Parameters<typeof openJournal>[1], entries: readonly JournalEntry[]): void => {
  const journal = openJournal(path(), mode);
  for (const line of entries) journal.write(line);
  journal.close();
};

describe('a journal', () => {
  test('has each line as it was written, linked to the line before, and is read as that', () => {
    writeAll('new', every);
    expect(text()).toBe(written(every));
    expect(parseJournal(text(), 'j')).toEqual({ entries: every, isCut: false });
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  test('has a line on the disk before the next one', () => {
    const journal = openJournal(path(), 'new');
    for (const [index, line] of every.entries()) {
      journal.write(line);
      expect(text()).toBe(written(every.slice(0, index + 1)));
    }
    journal.close();
  });

  test('of a run that began no step is deleted, one that began a step or was there before is kept', () => {
    writeAll('new', [plan, { event: 'skipped', at, number: 1 }, { event: 'stopped', at, why: 'no', notRun: [] }]);
    expect(existsSync(path())).toBe(false);
    writeAll('new', every.slice(0, 2));
    writeAll('append', []);
    expect(text()).toBe(written(every.slice(0, 2)));
  });

  test('goes on where it ends', () => {
    writeAll('new', every.slice(0, 3));
    const before = text();
    writeAll('append', every.slice(3));
    expect(text()).toBe(`${before}${written(every.slice(3), linkAt(before))}`);
    expect(parseJournal(text(), 'j').entries).toEqual(every);
  });

  test('whose last line is cut off goes on behind its whole lines', () => {
    writeAll('new', every.slice(0, 3));
    const whole = text();
    writeFileSync(path(), `${whole}{"event":"do`);
    expect(parseJournal(text(), 'j')).toEqual({ entries: every.slice(0, 3), isCut: true });
    writeAll('whole-lines', every.slice(3, 4));
    expect(parseJournal(text(), 'j')).toEqual({ entries: every.slice(0, 4), isCut: false });
  });

  test('is not opened over another file, nor where there is no folder', () => {
    writeFileSync(path(), 'mine');
    expect(() => openJournal(path(), 'new')).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: `the journal ${path()} is there already: name another one with --journal`,
      }),
    );
    expect(text()).toBe('mine');
    expect(() => openJournal(join(folder, 'none', 'j'), 'new')).toThrow(
      /^the journal \S+ cannot be written: Error: ENOENT/,
    );
  });
});

describe('what is no journal is refused', () => {
  const whole = written(every);
  test.each<readonly [string, string, string]>([
    ['nothing', '', 'j is no journal of fix'],
    ['another file', '{"findings":[]}\n', 'j is no journal of fix: line 1 cannot be read'],
    ['one that does not begin with its plan', written(every.slice(1)), 'j is no journal of fix'],
    ['a first line that is cut off', '{"event":"pl', 'j is no journal of fix: line 1 cannot be read'],
    [
      'a line in the middle that is cut off',
      whole.replace('"skipped"', '"skip'),
      'j is no journal of fix: line 4 cannot be read',
    ],
    [
      'a last line that is whole and wrong',
      `${whole}{"event":"done"}\n`,
      'j is no journal of fix: line 11 cannot be read',
    ],
    [
      'a value that was changed',
      whole.replace('"number":2', '"number":3'),
      'j was changed after fix wrote it: line 4 does not follow the line before',
    ],
    [
      'a line without its link',
      whole.replace(/,"link":"[0-9a-f]+"\}\n$/, '}\n'),
      'j was changed after fix wrote it: line 10 does not follow the line before',
    ],
    [
      'a date that is none',
      written([plan, { event: 'skipped', at: 'now', number: 1 }]),
      'j is no journal of fix: line 2 cannot be read',
    ],
    [
      'a finding that is none',
      written([{ ...plan, findings: ['a'] }]),
      'j is no journal of fix: line 1 cannot be read',
    ],
    [
      'one of a newer version, whatever its lines are',
      '{"event":"plan","version":2}\n{"event":"later"}\n',
      'j has version 2, wanted 1: a newer version of irsa-auditor wrote it, and only that one goes on with it',
    ],
    [
      'one of a newer version that has begun',
      '{"event":"plan","version":2}',
      'j has version 2, wanted 1: a newer version of irsa-auditor wrote it, and only that one goes on with it',
    ],
  ])('%s', (_title, content, message) => {
    expect(() => parseJournal(content, 'j')).toThrow(expect.objectContaining({ name: 'UsageError', message }));
  });
});

test.each<readonly [readonly JournalEntry[], number, readonly number[], string]>([
  [[plan], 0, [], 'Done: no step. Not run: no step.'],
  [[plan], 3, [1, 2, 3], 'Done: no step. Not run: steps 1, 2, 3.'],
  [every.slice(0, 4), 3, [3], 'Done: step 1. Done already: step 2. Not run: step 3.'],
  [
    every.slice(0, 6),
    5,
    [4, 5],
    'Done: step 1. Done already: step 2. Failed: step 3, and nothing was written. Not run: steps 4, 5.',
  ],
  [every.slice(0, 2), 2, [2], 'Done: no step. Begun: step 1, it is not known how it ended. Not run: step 2.'],
  [
    [
      plan,
      ...[1, 2].map((number): JournalEntry => ({ event: 'begin', at, number, change })),
      { event: 'failed', at, number: 1, why: 'no', isWritten: true },
      { event: 'failed', at, number: 2, why: 'no' },
    ],
    2,
    [],
    'Done: no step. Failed: step 1, but its write took effect. Failed: step 2, and what it wrote could not be read. Not run: no step.',
  ],
])('the progress of %j', (entries, steps, notRun, words) => {
  expect([notRunOf(entries, steps), progressInWords(entries, steps)]).toEqual([notRun, words]);
});
