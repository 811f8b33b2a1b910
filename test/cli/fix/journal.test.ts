import { createHash, createHmac } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type JournalEntry, openJournal, parseJournal } from '../../../lib/cli/fix/journal.ts';
import { keptJournalKey, journalKey as readJournalKey } from '../../../lib/cli/fix/journal-key.ts';
import { notRunOf, progressInWords } from '../../../lib/cli/fix/progress-in-words.ts';
import { addAudience } from '../../../lib/fixes/aws-steps.ts';
import { journalKey, stateFolder } from '../../support/journal-key.ts';

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

/** The text of lines as fix writes them: each carries a code over itself and the line before (RFC 2104). */
const written = (entries: readonly JournalEntry[], before = '', key = journalKey): string => {
  let link = before;
  return entries
    .map(line => {
      link = createHmac('sha256', key)
        .update(JSON.stringify([link, JSON.stringify(line)]))
        .digest('hex');
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
  const journal = openJournal(path(), mode, journalKey);
  for (const line of entries) journal.write(line);
  journal.close();
};

describe('a journal', () => {
  test('has each line as it was written, linked to the line before, and is read as that', () => {
    writeAll('new', every);
    expect(text()).toBe(written(every));
    expect(parseJournal(text(), 'j', journalKey)).toEqual({ entries: every, isCut: false, isOwn: true });
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  test('has a line on the disk before the next one', () => {
    const journal = openJournal(path(), 'new', journalKey);
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
    expect(parseJournal(text(), 'j', journalKey).entries).toEqual(every);
  });

  test('whose last line is cut off goes on behind its whole lines', () => {
    writeAll('new', every.slice(0, 3));
    const whole = text();
    writeFileSync(path(), `${whole}{"event":"do`);
    expect(parseJournal(text(), 'j', journalKey)).toEqual({ entries: every.slice(0, 3), isCut: true, isOwn: true });
    writeAll('whole-lines', every.slice(3, 4));
    expect(parseJournal(text(), 'j', journalKey)).toEqual({ entries: every.slice(0, 4), isCut: false, isOwn: true });
  });

  test('is not opened over another file, nor where there is no folder', () => {
    writeFileSync(path(), 'mine');
    expect(() => openJournal(path(), 'new', journalKey)).toThrow(
      expect.objectContaining({
        name: 'UsageError',
        message: `the journal ${path()} is there already: name another one with --journal`,
      }),
    );
    expect(text()).toBe('mine');
    expect(() => openJournal(join(folder, 'none', 'j'), 'new', journalKey)).toThrow(
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
    expect(() => parseJournal(content, 'j', journalKey)).toThrow(
      expect.objectContaining({ name: 'UsageError', message }),
    );
  });
});

describe('a journal that is read, and is not this user’s own', () => {
  const whole = written(every);
  const lines = whole.trimEnd().split('\n');
  /** As anybody can make it: a hash without a key. */
  const hashed = () => {
    let link = '';
    return every
      .map(line => {
        link = createHash('sha256')
          .update(JSON.stringify([link, JSON.stringify(line)]))
          .digest('hex');
        return `${JSON.stringify({ ...line, link })}\n`;
      })
      .join('');
  };
  test.each<readonly [string, string, string | undefined]>([
    ['of another machine', written(every, '', '77'.repeat(32)), journalKey],
    ['with plain hashes', hashed(), journalKey],
    ['with codes by an empty key', written(every, '', ''), journalKey],
    ['of a user without a key', written(every, '', ''), undefined],
    ['with a value that was changed', whole.replace('"number":2', '"number":3'), journalKey],
    ['with a line without its link', whole.replace(/,"link":"[0-9a-f]+"\}\n$/, '}\n'), journalKey],
    ['with a line taken out', `${[...lines.slice(0, 3), ...lines.slice(4)].join('\n')}\n`, journalKey],
    ['with two lines swapped', `${[lines[0], lines[2], lines[1], ...lines.slice(3)].join('\n')}\n`, journalKey],
    ['with a line of another one behind it', `${whole}${lines.at(-1)}\n`, journalKey],
  ])('%s', (_title, content, key) => {
    expect(parseJournal(content, 'j', key).isOwn).toBe(false);
  });
});

describe('the key of this user', () => {
  const ioFor = (env: Readonly<Record<string, string>>, cwd = '/work') => ({ env, cwd });
  const placeIn = (state: string) => join(state, 'irsa-auditor', 'journal.key');

  test('is made once, for its owner alone, in the state folder or the home, and is the same again', async () => {
    const [state, home] = [join(folder, 'state'), join(folder, 'home')];
    mkdirSync(state);
    mkdirSync(home);
    for (const [env, place] of [
      [{ XDG_STATE_HOME: state, HOME: home }, placeIn(state)],
      [{ HOME: home }, placeIn(join(home, '.local', 'state'))],
    ] as const) {
      expect(await readJournalKey(ioFor(env))).toBeUndefined();
      const key = await keptJournalKey(ioFor(env));
      expect(key).toMatch(/^[0-9a-f]{64}$/);
      expect([await keptJournalKey(ioFor(env)), await readJournalKey(ioFor(env))]).toEqual([key, key]);
      expect(statSync(place).mode & 0o777).toBe(0o600);
    }
  });

  test.each<
    readonly [string, (state: string) => { readonly env: Readonly<Record<string, string>>; readonly cwd: string }]
  >([
    [
      'that others may read',
      state => {
        chmodSync(placeIn(state), 0o640);
        return ioFor({ XDG_STATE_HOME: state });
      },
    ],
    [
      'that is cut',
      state => {
        writeFileSync(placeIn(state), 'ab');
        return ioFor({ XDG_STATE_HOME: state });
      },
    ],
    [
      'that is a link',
      state => {
        renameSync(placeIn(state), join(state, 'other'));
        symlinkSync(join(state, 'other'), placeIn(state));
        return ioFor({ XDG_STATE_HOME: state });
      },
    ],
    ['inside of the working folder', state => ioFor({ XDG_STATE_HOME: state, HOME: '/home/me' }, dirname(state))],
    [
      'in a folder of the working folder whose name begins with two dots',
      state => {
        mkdirSync(join(state, '..state'));
        renameSync(join(state, 'irsa-auditor'), join(state, '..state', 'irsa-auditor'));
        return ioFor({ XDG_STATE_HOME: join(state, '..state'), HOME: '/home/me' }, state);
      },
    ],
    [
      'inside of the working folder, by a link to it',
      state => {
        mkdirSync(join(state, 'work'));
        renameSync(join(state, 'irsa-auditor'), join(state, 'work', 'irsa-auditor'));
        symlinkSync('work', join(state, 'link'));
        return ioFor({ XDG_STATE_HOME: join(state, 'link'), HOME: '/home/me' }, join(state, 'work'));
      },
    ],
    [
      'in a home that is a checkout',
      state => {
        mkdirSync(join(state, '.git'));
        mkdirSync(join(state, '.local', 'state'), { recursive: true });
        renameSync(join(state, 'irsa-auditor'), join(state, '.local', 'state', 'irsa-auditor'));
        return ioFor({ HOME: state }, state);
      },
    ],
    [
      'in a checkout, and the working folder is another folder of it',
      state => {
        mkdirSync(join(state, '.git'));
        mkdirSync(join(state, 'module'));
        return ioFor({ XDG_STATE_HOME: state }, join(state, 'module'));
      },
    ],
    ['by a relative path', state => ioFor({ XDG_STATE_HOME: basename(state) }, dirname(state))],
    ['of a user without a home', () => ioFor({})],
  ])('%s is none', async (_title, prepare) => {
    const state = stateFolder();
    const io = prepare(state);
    expect([await readJournalKey(io), await keptJournalKey(io)]).toEqual([undefined, undefined]);
    rmSync(state, { recursive: true, force: true });
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
