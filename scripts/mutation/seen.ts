/** Who sees a mistake: tests in one warm process. A generated file that differs from its source is no test of its content. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pageModulePath } from '../page-module.ts';
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
  /** The text of each file without the mistake. */
  readonly sources: ReadonlyMap<string, string>;
  /** Sources whose modules the mistake touches. */
  readonly changed: readonly string[];
}

/** Makes the module of the page's program again. */
const bundling = [
  '--input-type=module',
  '--eval',
  `import { writeFileSync } from 'node:fs';
import { pageModule, pageModulePath } from './scripts/page-module.ts';
writeFileSync(pageModulePath, await pageModule());`,
];

/** Tests that compare a generated file with what generates it: any change fails them. */
const driftTests = ['test/project/page-module.slow.test.ts'];

/** A test that fails in the copy without any mistake, so that it can see none. */
export interface LeftOut {
  readonly test: string;
  readonly failure: string;
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
    .filter(test => !driftTests.includes(test))
    .sort();
  const seconds = readSeconds();
  const broken = new Map<string, LeftOut>();
  const sound = new Set<string>();
  let before: readonly string[] = [];

  const inTests = async (mistaken: Mistaken, asked: readonly string[]) => {
    const { changed } = mistaken;
    let left = asked.filter(test => !broken.has(test));
    for (;;) {
      const ask = { tests: left, changed: [...changed, ...before] };
      before = changed;
      const failed = await session.run(ask, (test, took) => {
        sound.add(test);
        seconds.set(test, took);
      });
      if (failed === undefined) return undefined;
      if (sound.has(failed.test) || (await passesWithout(mistaken, failed.test))) {
        // A failure by chance, as a limit of time beside other work, does not come twice.
        const again = await session.run({ tests: [failed.test], changed }, () => undefined);
        if (again !== undefined) return again;
      }
      left = left.slice(left.indexOf(failed.test) + 1);
    }
  };
  /** Whether a test passes without the mistake; else it is left out from now on. */
  const passesWithout = async ({ sources, changed }: Mistaken, test: string): Promise<boolean> => {
    const mistaken = new Map([...sources.keys()].map(file => [file, textOf(file)]));
    write(sources);
    const failed = await session.run({ tests: [test], changed }, () => undefined);
    write(mistaken);
    if (failed === undefined) sound.add(test);
    else broken.set(test, failed);
    return failed === undefined;
  };
  const textOf = (file: string): string => readFileSync(join(copy, file), 'utf8');
  const write = (texts: ReadonlyMap<string, string>): void => {
    for (const [file, text] of texts) writeFileSync(join(copy, file), text);
  };

  /** `source`: the file without the mistake that is now in the copy. */
  const seenBy = async (file: string, source: string): Promise<Seen> => {
    const isOfPage = file.startsWith('lib/report/page/');
    const sources = new Map([[file, source], ...(isOfPage ? [[pageModulePath, textOf(pageModulePath)] as const] : [])]);
    // Browsers run the page's program from the module that it is bundled into.
    if (isOfPage && spawnSync(process.execPath, bundling, { cwd: copy }).status !== 0)
      return { seen: 'bundle of the page', asked: 0 };
    const users = new Map([...sources.keys()].flatMap(each => [...usersOf(each)]));
    const end = await asked({ file, sources, users });
    write(new Map([...sources].filter(([each]) => each !== file)));
    return end;
  };
  const asked = async ({
    file,
    sources,
    users,
  }: Pick<Mistaken, 'sources'> & {
    readonly file: string;
    readonly users: ReadonlyMap<string, number>;
  }): Promise<Seen> => {
    const changed = [...users.keys()].filter(each => !each.startsWith('test/'));
    const affected = testsFor(file, users, tests, seconds);
    const quick = affected.filter(test => !isSlow(test));
    const slow = within(roomOf(file, tests), affected.filter(isSlow), seconds, limit);
    for (const [kind, some] of [
      ['quick', quick],
      ['slow', slow],
    ] as const) {
      const failed = await inTests({ sources, changed }, some);
      if (failed !== undefined) return { seen: `${kind} ${failed.test}`, how: failed.failure.slice(0, 400), asked: 0 };
    }
    return { asked: quick.length + slow.length };
  };
  const stop = (): void => {
    session.stop();
    mkdirSync('node_modules/.cache', { recursive: true });
    writeFileSync(cache, JSON.stringify(Object.fromEntries(seconds)));
  };
  return { seenBy, stop, leftOut: (): readonly LeftOut[] => [...broken.values()] };
};
