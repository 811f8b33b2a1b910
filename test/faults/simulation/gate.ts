/**
 * Every call of a step to the world outside passes a gate, which decides what becomes of it: done, refused, lost, done
 * twice, or the end of the step. A step is known by the asynchronous context that it runs in.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Random } from '../random.ts';
import type { Run } from './run.ts';

/** One invocation of one step. */
export interface Invocation {
  readonly run: Run;
  /** `<run>/<step>/<item>#<number>` */
  readonly name: string;
  calls: number;
  dead: boolean;
  /** Ends the invocation at this call. */
  crashAt?: number;
  crashBefore?: boolean;
  /** Holds the invocation at this call until it is released. */
  pauseAt?: number;
  onPause?: () => void;
  resume?: Promise<void>;
  release?: () => void;
  readonly die: () => void;
  /** Rejects when the invocation ends before its time. */
  readonly died: Promise<never>;
}

/** The fate of a call. */
export type Fate = 'ok' | 'deny' | 'throttle' | 'error' | 'lost' | 'twice' | 'die-after';

/** The time and the log of a schedule. */
export interface Clock {
  /** Milliseconds. */
  time: number;
  readonly log: string[];
  readonly count: (what: string) => void;
}

export interface Gate {
  /** The invocation that is at work; undefined outside of steps. */
  readonly current: () => Invocation | undefined;
  readonly within: <T>(invocation: Invocation, work: () => Promise<T>) => Promise<T>;
  readonly pass: (kind: string, name: string) => Promise<Fate>;
  /** Ends the invocation at work. */
  readonly dieNow: () => Promise<never>;
}

/** Milliseconds that Lambda lets a function run at the most. */
const longestInvocation = 15 * 60_000;

export const tick = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
const never = (): Promise<never> => new Promise(() => undefined);

/** The gate of one schedule. */
export const gateOf = (random: Random, clock: Clock): Gate => {
  const storage = new AsyncLocalStorage<Invocation>();
  const dieNow = (): Promise<never> => {
    storage.getStore()?.die();
    return never();
  };
  const chance = ({ rates }: Run): Fate => {
    if (!rates) return 'ok';
    const drawn = random.next();
    let below = 0;
    for (const fate of ['throttle', 'error', 'lost', 'twice'] as const) {
      below += rates[fate];
      if (drawn >= below) continue;
      clock.count(fate);
      return fate;
    }
    return 'ok';
  };
  const pass = async (kind: string, name: string): Promise<Fate> => {
    const invocation = storage.getStore();
    if (!invocation) return 'ok';
    if (invocation.dead) return never();
    const { run } = invocation;
    for (let left = run.ticks ? random.int(run.ticks) : 0; left > 0; left -= 1) await tick();
    if (invocation.dead) return never();
    clock.time += random.int(run.ticks ? 40 : 5);
    invocation.calls += 1;
    if (invocation.calls === invocation.crashAt) return invocation.crashBefore ? dieNow() : 'die-after';
    if (invocation.calls === invocation.pauseAt) {
      clock.log.push(`paused ${invocation.name} at ${kind} ${name}`);
      invocation.onPause?.();
      const heldAt = clock.time;
      await invocation.resume;
      // Lambda ends what is held for so long.
      if (invocation.dead || clock.time > heldAt + longestInvocation) return never();
    }
    if (run.denied?.some(start => `${kind}:${name}`.startsWith(start))) {
      clock.count('denied');
      return 'deny';
    }
    return chance(run);
  };
  return {
    current: () => storage.getStore(),
    within: (invocation, work) => storage.run(invocation, work),
    pass,
    dieNow,
  };
};
