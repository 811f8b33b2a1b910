/** A clock on which many wait at the same time and no test does: it moves to the next one who waits, once no one else can go
 *  on. */
import type { Clock } from '../../lib/collect/clock.ts';

export interface VirtualClock extends Clock {
  /** Runs `work` to its end. Fails if it waits for something that is not the clock. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** `start` is in milliseconds since 1970. */
export const virtualClock = (start = 0): VirtualClock => {
  let now = start;
  const waiting: { readonly at: number; readonly wake: () => void }[] = [];
  const settle = () => new Promise<void>(done => setImmediate(done));
  return {
    now: () => now,
    sleep: milliseconds => new Promise(wake => waiting.push({ at: now + milliseconds, wake })),
    run: async work => {
      let isOver = false;
      const result = work().finally(() => {
        isOver = true;
      });
      result.catch(() => undefined);
      for (;;) {
        await settle();
        if (isOver) return result;
        waiting.sort((a, b) => a.at - b.at);
        const next = waiting.shift();
        if (next === undefined) throw new Error('the work waits for something else than the clock');
        now = next.at;
        next.wake();
      }
    },
  };
};
