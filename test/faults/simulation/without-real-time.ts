/** Takes real time and chance out of a schedule: what the steps wait for between repeats takes turns of the event loop. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { type Random, randomOf } from '../random.ts';

/** Milliseconds from which on a timer is a deadline: of what the simulation lets hang, it ends nothing itself. */
const deadline = 10_000;

/** A timer that can be cleared. */
interface Timer {
  cleared: boolean;
}

/** Calls `ring` after a few turns of the event loop, the more the longer the wait. */
const startTimer = (ring: () => void, milliseconds: number): Timer => {
  const timer: Timer = { cleared: false };
  let turns = 1 + Math.ceil(milliseconds / 10);
  const turn = (): void => {
    if (timer.cleared) return;
    turns -= 1;
    if (turns > 0) setImmediate(turn);
    else ring();
  };
  if (milliseconds < deadline) setImmediate(turn);
  return timer;
};

/** The generator of the work at hand. An invocation that an earlier schedule left behind draws from its own, so that each
 *  schedule is the same, whichever ones ran before it. */
const drawn = new AsyncLocalStorage<Random>();

/** Does some work with timers and a `Math.random` that depend on nothing but the seed. One such work at a time. */
export const withoutRealTime = async <T>(seed: number, work: () => Promise<T>): Promise<T> => {
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, random: Math.random };
  Math.random = () => drawn.getStore()?.next() ?? real.random();
  globalThis.setTimeout = ((ring: (...values: readonly unknown[]) => void, after = 0, ...values: readonly unknown[]) =>
    startTimer(() => ring(...values), after)) as never;
  globalThis.clearTimeout = ((timer: Timer | undefined) => {
    if (timer !== undefined) timer.cleared = true;
  }) as never;
  try {
    return await drawn.run(randomOf(-seed), work);
  } finally {
    Math.random = real.random;
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
  }
};
