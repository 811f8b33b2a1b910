import { execFile } from 'node:child_process';
import type { Profile } from './draw.ts';

/** How some schedules ended. `broken`: the lines that tell of broken promises, with the command that shows each again. */
export interface FaultsRun {
  readonly exitCode: number;
  readonly schedules: number;
  readonly broken: readonly string[];
}

/** Runs the schedules of some seeds as `npm run faults` does, in a process of their own: they take twice as long inside
 *  of jest. Throws if the command does not end with its counts. */
export const faultsOf = (seeds: readonly number[], profile?: Profile): Promise<FaultsRun> =>
  new Promise((resolve, reject) => {
    const args = ['--disable-warning=ExperimentalWarning', 'scripts/faults.ts'].concat(
      seeds.flatMap(seed => ['--seed', `${seed}`]),
      profile === undefined ? [] : ['--profile', profile],
    );
    execFile(process.execPath, args, { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      const counts = stdout.indexOf('\n{') < 0 && stdout.startsWith('{') ? 0 : stdout.indexOf('\n{') + 1;
      try {
        const { schedules }: { readonly schedules: number } = JSON.parse(stdout.slice(counts));
        const broken = stdout
          .slice(0, counts)
          .split('\n')
          .filter(line => line !== '');
        resolve({ exitCode: error === null ? 0 : Number(error.code), schedules, broken });
      } catch (cause) {
        reject(new Error(`faults ended without its counts: ${stdout.slice(-2000)}${stderr.slice(-2000)}`, { cause }));
      }
    });
  });

/** So many seeds, from one on. */
export const seedsFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_none, at) => first + at);
