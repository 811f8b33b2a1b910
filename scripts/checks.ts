/** The checks of `npm test` and `npm run test:quick`, which run beside the tests: each one's output is shown as a whole. */
import { spawn } from 'node:child_process';

/** A check: its title, and the command with its arguments. */
export type Check = readonly [title: string, command: string, args: readonly string[]];

/** The compiler beside other work: several checkers repeat work of each other, and collecting garbage often takes a third of
 *  the time again. On an idle machine it ends later so; here it leaves the processors to the tests. */
export const leanCompiler = { args: ['--checkers', '1'], env: { GOGC: '400' } } as const;

/** The checks of types and style. */
export const quickChecks: readonly Check[] = [
  ['types', 'tsc', leanCompiler.args],
  ['types of the page', 'tsc', [...leanCompiler.args, '-p', 'lib/report/page']],
  ['lint', 'biome', ['check', '.']],
];

/** How a check ended. */
interface Ended {
  readonly isOk: boolean;
  /** The output, with a line of the seconds that it took. */
  readonly text: string;
}

const ended = ([title, command, args]: Check): Promise<Ended> =>
  new Promise(resolve => {
    const started = performance.now();
    const parts: string[] = [`\n== ${title}\n`];
    const child = spawn(command, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...leanCompiler.env },
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (part: string) => parts.push(part));
    const end = (status: string): void => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      resolve({ isOk: status === 'ok', text: `${parts.join('')}== ${title}: ${status} in ${seconds} s\n` });
    };
    child.on('error', ({ message }) => end(`FAILED (${message})`));
    child.on('close', code => end(code === 0 ? 'ok' : `FAILED (${code})`));
  });

/** Starts checks one after another, beside what the caller runs. `told` prints them, and says whether all are well. */
export const startChecks = (checks: readonly Check[]): { readonly told: () => Promise<boolean> } => {
  const all = checks.reduce<Promise<readonly Ended[]>>(
    async (before, check) => [...(await before), await ended(check)],
    Promise.resolve([]),
  );
  return {
    told: async () => {
      for (const { text } of await all) process.stdout.write(text);
      return (await all).every(({ isOk }) => isOk);
    },
  };
};
