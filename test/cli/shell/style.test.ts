import { PassThrough, Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { Io } from '../../../lib/cli/shell/io.ts';
import { forTerminal } from '../../../lib/cli/shell/plain-terminal.ts';
import { styleOf } from '../../../lib/cli/shell/style.ts';

const ioOf = (env: Io['env'], isTerminal: boolean, columns?: number, written: string[] = []): Io => {
  const stream = () =>
    Object.assign(
      new Writable({
        write: (chunk, _encoding, done) => {
          written.push(String(chunk));
          done();
        },
      }),
      { columns },
    );
  return {
    stdin: new PassThrough(),
    ...{ stdout: stream(), stderr: stream(), env, cwd: '/' },
    now: () => '2026-11-01T06:00:00.000Z',
    ...{ stdoutIsTerminal: isTerminal, stderrIsTerminal: isTerminal, exit: () => undefined },
  };
};

test.each<[string, Io['env'], boolean, boolean]>([
  ['a terminal', {}, true, true],
  ['a file', {}, false, false],
  ['a terminal with NO_COLOR', { NO_COLOR: '1' }, true, false],
  ['a dumb terminal', { TERM: 'dumb' }, true, false],
  ['a file with FORCE_COLOR', { FORCE_COLOR: '1' }, false, true],
  ['a file with FORCE_COLOR off', { FORCE_COLOR: '0' }, false, false],
  ['NO_COLOR before FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
])('colour on %s', (_, env, isTerminal, colour) => {
  expect(styleOf(ioOf(env, isTerminal)).colour).toBe(colour);
  expect(styleOf(ioOf(env, isTerminal), false).colour).toBe(false);
});

test.each<[string, Io['env'], number | undefined, number]>([
  ['of the terminal', {}, 72, 72],
  ['of COLUMNS, before the terminal’s', { COLUMNS: '90' }, 72, 90],
  ['of COLUMNS, without a terminal', { COLUMNS: '64' }, undefined, 64],
  ['of neither', {}, undefined, 100],
  ['of nonsense', { COLUMNS: 'wide' }, undefined, 100],
  ['too narrow to read', { COLUMNS: '10' }, undefined, 100],
  ['at most', { COLUMNS: '400' }, undefined, 160],
])('the width %s', (_, env, columns, width) => {
  expect(styleOf(ioOf(env, columns !== undefined, columns)).width).toBe(width);
});

test.each<[string, Io['env'], boolean, string]>([
  ['a terminal of UTF-8', { LANG: 'en_US.UTF-8' }, true, '✔ a → b …'],
  ['a terminal of no known locale', {}, true, '✔ a → b …'],
  ['a dumb terminal', { TERM: 'dumb', LANG: 'en_US.UTF-8' }, true, '+ a > b ...'],
  ['a terminal of another encoding', { LANG: 'en_US.UTF-8', LC_ALL: 'C' }, true, '+ a > b ...'],
  ['a file, whatever the locale', { LC_ALL: 'C', TERM: 'dumb' }, false, '✔ a → b …'],
])('signs on %s', (_, env, isTerminal, text) => {
  const written: string[] = [];
  const io = forTerminal(ioOf(env, isTerminal, 72, written));
  io.stdout.write('✔ a → b …');
  expect([written.join(''), styleOf(io).width]).toEqual([text, 72]);
});

test('signs on stderr stay where it is a file and stdout a dumb terminal, and the other way round', () => {
  const shown = (own: Partial<Io>): string => {
    const written: string[] = [];
    const io = forTerminal({ ...ioOf({ TERM: 'dumb' }, true, 72, written), ...own });
    io.stdout.write('out ✔ ');
    io.stderr.write('err ✔');
    return written.join('');
  };
  expect(shown({})).toBe('out + err +');
  expect(shown({ stderrIsTerminal: false })).toBe('out + err ✔');
  expect(shown({ stdoutIsTerminal: false })).toBe('out ✔ err +');
});
