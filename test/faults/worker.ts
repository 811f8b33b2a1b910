/** A thread that runs the schedule of each seed that it is sent, one after the other, and answers with how it ended. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Profile } from './draw.ts';
import { runSchedule } from './schedule.ts';

const { profile, isVerbose }: { readonly profile?: Profile; readonly isVerbose: boolean } = workerData;

parentPort?.on('message', async (seed: number) => {
  const said: string[] = [];
  const say = isVerbose ? (line: string) => said.push(line) : undefined;
  const outcome = await runSchedule(seed, { profile, say });
  parentPort?.postMessage({ outcome, said });
});
