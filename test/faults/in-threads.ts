/** Schedules in several threads at once: each takes real time away from its own thread alone. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Profile } from './draw.ts';
import type { Outcome } from './schedule.ts';

/** How a schedule ended, and what was said of it on the way. */
export interface Told {
  readonly outcome: Outcome;
  readonly said: readonly string[];
}

/** Which schedules to run, and in how many threads. */
export interface Batch {
  readonly seeds: readonly number[];
  readonly jobs: number;
  readonly profile?: Profile | undefined;
  readonly isVerbose: boolean;
}

/** Runs schedules; `tell` hears of each one in the order of the seeds, as soon as all before it have ended. Rejects if a
 *  thread fails. */
export const runInThreads = async (batch: Batch, tell: (told: Told) => void): Promise<void> => {
  const { seeds, jobs, profile, isVerbose } = batch;
  const waiting = [...seeds];
  const ended = new Map<number, Told>();
  let next = 0;
  const tellInOrder = (): void => {
    for (let told = ended.get(seeds[next] ?? -1); told !== undefined; told = ended.get(seeds[next] ?? -1)) {
      ended.delete(told.outcome.seed);
      next += 1;
      tell(told);
    }
  };
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { profile, isVerbose } });
    for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
      worker.postMessage(seed);
      const [told]: readonly Told[] = await once(worker, 'message');
      if (told === undefined) throw new Error(`seed ${seed} ended without an answer`);
      ended.set(seed, told);
      tellInOrder();
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: jobs }, work));
};
