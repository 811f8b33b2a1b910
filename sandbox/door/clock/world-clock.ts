/**
 * The clock of a deployment: the machine's, moved ahead to the next timer whenever the whole world does nothing but wait. So a wait,
 * the interval of a retry and a slow service take their full time, on a clock that is not the machine's, and work takes as long as
 * it takes here. See docs/adr/0020-a-clock-that-skips-waits.md.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type MovingTimer, movingTime } from './moving-time.ts';

/** The state of a function when it is asked. */
export interface Standing {
  /** Counts what reached it beside the question: equal twice in a row where nothing did. */
  readonly activity: number;
  /** Requests that it waits for. */
  readonly inFlight: number;
  /** When its next timer is due, in milliseconds since 1970 on the world's clock. */
  readonly next: number | undefined;
  /** True while it computes, reads or was given something. */
  readonly isBusy: boolean;
}

/** A process of its own, whose clock follows. */
export interface Actor {
  readonly isActive: () => boolean;
  /** Undefined where it ended in the meantime. */
  readonly standing: () => Promise<Standing | undefined>;
  readonly move: (ahead: number) => void;
}

/** Milliseconds between two looks at the world. */
const look = 2;

/** A clock for one deployment. */
export const worldClock = () => {
  const time = movingTime();
  const actors = new Set<Actor>();
  const counts = { working: 0, held: 0, begun: 0 };
  let isWatching = false;
  let isOver = false;

  /** The next timer of all where nobody does anything else than wait, and all that happened so far; undefined while somebody does. */
  const quiet = async (): Promise<{ readonly until: number; readonly activity: number } | undefined> => {
    const begun = counts.begun;
    const active = [...actors].filter(actor => actor.isActive());
    const stand = await Promise.all(active.map(actor => actor.standing()));
    const waiting = stand.flatMap(each => (each === undefined || each.isBusy ? [] : [each]));
    const inFlight = waiting.reduce((sum, each) => sum + each.inFlight, 0);
    const isQuiet =
      waiting.length === stand.length && counts.working === 0 && counts.begun === begun && inFlight <= counts.held;
    if (!isQuiet) return undefined;
    const timers = [time.next(), ...waiting.map(({ next }) => next)].filter(each => each !== undefined);
    if (timers.length === 0) return undefined;
    return { until: Math.min(...timers), activity: waiting.reduce((sum, each) => sum + each.activity, begun) };
  };

  const watch = async (): Promise<void> => {
    if (isWatching) return;
    isWatching = true;
    while (!isOver && (time.next() !== undefined || [...actors].some(actor => actor.isActive()))) {
      await pause(look);
      // Twice: what was on its way to a process when it answered first has arrived when it answers again.
      const first = counts.working > 0 ? undefined : await quiet();
      const again = first === undefined ? undefined : await quiet();
      if (first?.until !== again?.until || first?.activity !== again?.activity) continue;
      if (first === undefined || first.until <= time.now()) continue;
      time.move(time.ahead() + first.until - time.now());
      for (const actor of actors) if (actor.isActive()) actor.move(time.ahead());
    }
    isWatching = false;
  };

  const after = (run: () => void, milliseconds: number): MovingTimer => {
    const timer = time.after(run, milliseconds);
    void watch();
    return timer;
  };
  const sleep = (milliseconds: number): Promise<void> =>
    milliseconds <= 0 ? Promise.resolve() : new Promise(resolve => void after(resolve, milliseconds));
  return {
    ...{ now: time.now, ahead: time.ahead, after, sleep },
    /** Work that is no wait: the clock stands as it is until it ends. */
    during: async <T>(work: () => Promise<T>): Promise<T> => {
      counts.working += 1;
      counts.begun += 1;
      try {
        return await work();
      } finally {
        counts.working -= 1;
      }
    },
    /** A wait in the middle of such work, for which a function waits too: a service that takes its time. */
    hold: async (milliseconds: number): Promise<void> => {
      counts.working -= 1;
      counts.held += 1;
      await sleep(milliseconds);
      counts.held -= 1;
      counts.working += 1;
    },
    /** The world is over: nothing is due any more. */
    stop: (): void => {
      isOver = true;
      time.stop();
    },
    join: (actor: Actor): void => void actors.add(actor),
    leave: (actor: Actor): void => void actors.delete(actor),
    /** Begins to watch; to be called when an actor gets something to do. */
    watch: (): void => void watch(),
  };
};
/** The clock of a deployment. */
export type WorldClock = ReturnType<typeof worldClock>;
