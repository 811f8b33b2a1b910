/** Who sees a mistake: tests in one warm process, the check of the docs, the compiler. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { usersIn } from './graph.ts';
import { isSlow, roomOf, secondsOf, testsFor } from './order.ts';
import { startSession } from './session.ts';

export interface Seen {
  /** The first that saw it; undefined if nothing did. */
  readonly seen?: string;
  readonly how?: string;
  /** Test files that ran to their end. */
  readonly asked: number;
}

interface Mistaken {
  readonly file: string;
  readonly source: string;
  /** Sources whose modules the mistake touches. */
  readonly changed: readonly string[];
}

const cache = 'node_modules/.cache/mutation-seconds.json';
const readSeconds = (): Map<string, number> =>
  new Map(existsSync(cache) ? Object.entries(JSON.parse(readFileSync(cache, 'utf8'))) : []);

/** The slow tests of the file's room, and those whose times fit in the seconds, in their order. */
const within = (
  isOfRoom: (test: string) => boolean,
  tests: readonly string[],
  seconds: ReadonlyMap<string, number>,
  limit: number,
): readonly string[] => {
  let spent = 0;
  return tests.filter(test => {
    if (isOfRoom(test)) return true;
    const fits = spent + secondsOf(seconds, test) <= limit;
    if (fits) spent += secondsOf(seconds, test);
    return fits;
  });
};

/** `limit`: seconds for the slow tests of one mistake. */
export const seer = (copy: string, limit: number) => {
  const session = startSession(copy);
  const usersOf = usersIn(copy);
  const tests = readdirSync(join(copy, 'test'), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.test.ts'))
    .map(name => join('test', name))
    .sort();
  const seconds = readSeconds();
  /** Tests that fail in the copy without any mistake: they see nothing. */
  const broken = new Set<string>();
  const sound = new Set<string>();
  let before: readonly string[] = [];

  const program = (command: string, ...args: readonly string[]): boolean => {
    const { status } = spawnSync(command, args, { cwd: copy, stdio: 'ignore', timeout: 300_000 });
    // A program that was stopped has seen nothing.
    return status !== null && status !== 0;
  };
  const inTests = async ({ file, source, changed }: Mistaken, asked: readonly string[]) => {
    let left = asked.filter(test => !broken.has(test));
    for (;;) {
      const ask = { tests: left, changed: [...changed, ...before] };
      before = changed;
      const failed = await session.run(ask, (test, took) => {
        sound.add(test);
        seconds.set(test, took);
      });
      if (
        failed === undefined ||
        sound.has(failed.test) ||
        (await passesWithout({ file, source, changed }, failed.test))
      )
        return failed;
      left = left.slice(left.indexOf(failed.test) + 1);
    }
  };
  /** Whether a test passes without the mistake; else it is left out from now on. */
  const passesWithout = async ({ file, source, changed }: Mistaken, test: string): Promise<boolean> => {
    const mistaken = readFileSync(join(copy, file), 'utf8');
    writeFileSync(join(copy, file), source);
    const failed = await session.run({ tests: [test], changed }, () => undefined);
    writeFileSync(join(copy, file), mistaken);
    (failed === undefined ? sound : broken).add(test);
    return failed === undefined;
  };

  /** `source`: the file without the mistake that is now in the copy. */
  const seenBy = async (file: string, source: string): Promise<Seen> => {
    const users = usersOf(file);
    const changed = [...users.keys()].filter(each => !each.startsWith('test/'));
    const affected = testsFor(file, users, tests, seconds);
    const quick = affected.filter(test => !isSlow(test));
    const slow = within(roomOf(file, tests), affected.filter(isSlow), seconds, limit);
    for (const [kind, some] of [
      ['quick', quick],
      ['slow', slow],
    ] as const) {
      const failed = await inTests({ file, source, changed }, some);
      if (failed !== undefined) return { seen: `${kind} ${failed.test}`, how: failed.failure.slice(0, 400), asked: 0 };
    }
    const asked = quick.length + slow.length;
    if (users.has('scripts/docs.ts') && program(process.execPath, 'scripts/docs.ts', '--check'))
      return { seen: 'check of the docs', asked };
    return { asked };
  };
  const stop = (): void => {
    session.stop();
    mkdirSync('node_modules/.cache', { recursive: true });
    writeFileSync(cache, JSON.stringify(Object.fromEntries(seconds)));
  };
  return { seenBy, stop };
};
