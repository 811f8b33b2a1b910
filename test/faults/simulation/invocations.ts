/** Lambda as Step Functions calls it: repeats, crashes in the middle, invocations that go on after they were given up. */
import type { Random } from '../random.ts';
import { type Clock, type Gate, type Invocation, tick } from './gate.ts';
import type { Invoked, Run } from './run.ts';

/** How a step ends that Step Functions, not the step itself, gives a name. */
class Ended extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

export interface Invocations {
  /** Runs one step once, or twice where the run says so. */
  readonly attempt: <T>(run: Run, step: Invoked, item: string | undefined, work: () => Promise<T>) => Promise<T>;
  /** Waits before a step is called again. */
  readonly waitFor: (milliseconds: number) => Promise<void>;
  /** Ends all zombies. */
  readonly kill: () => void;
  /** Lets all zombies go on to their end. */
  readonly release: () => Promise<void>;
}

/** Milliseconds in which others get on. */
const longWait = 10_000;

/** Waits for so many turns of the event loop. */
export const settle = async (ticks: number): Promise<void> => {
  for (let turn = 0; turn < ticks; turn += 1) await tick();
};

const newInvocation = (clock: Clock, run: Run, name: string, crashName = 'Runtime.ExitError'): Invocation => {
  let reject: (error: Error) => void = () => undefined;
  const died = new Promise<never>((_resolve, refuse) => {
    reject = refuse;
  });
  died.catch(() => undefined);
  const invocation: Invocation = {
    run,
    name,
    calls: 0,
    dead: false,
    died,
    die: () => {
      invocation.dead = true;
      clock.log.push(`crashed ${name} after ${invocation.calls} calls`);
      reject(new Ended(crashName));
    },
  };
  return invocation;
};

/** The invocations of one schedule. */
export const invocationsOf = (random: Random, gate: Gate, clock: Clock): Invocations => {
  let number = 0;
  let zombies: Invocation[] = [];
  const make = (run: Run, step: string, item: string | undefined, crashName?: string): Invocation => {
    number += 1;
    return newInvocation(clock, run, `${run.runId}/${step}${item ? `/${item}` : ''}#${number}`, crashName);
  };
  const call = <T>(invocation: Invocation, work: () => Promise<T>): Promise<T> =>
    Promise.race([gate.within(invocation, work), invocation.died]);
  const noteFailure = (twin: Invocation) => (error: unknown) => {
    clock.log.push(`twin ${twin.name}: ${error}`);
  };

  /** Starts an invocation that stops before some call and waits there. */
  const startZombie = async (twin: Invocation, at: number, work: () => Promise<unknown>): Promise<void> => {
    twin.pauseAt = at;
    twin.resume = new Promise(resolve => {
      twin.release = resolve;
    });
    const paused = new Promise<void>(resolve => {
      twin.onPause = resolve;
    });
    const ended = gate.within(twin, work).then(() => undefined, noteFailure(twin));
    zombies.push(twin);
    await Promise.race([paused, ended, twin.died.catch(() => undefined)]);
  };

  /** One attempt of a step that is invoked twice. */
  const callTwice = async <T>(
    run: Run,
    invocation: Invocation,
    twin: Invocation,
    work: () => Promise<T>,
  ): Promise<T> => {
    const { repeat } = run;
    if (repeat?.kind === 'after') {
      const result = await call(invocation, work).then(
        value => ({ value }),
        (error: unknown) => ({ error }),
      );
      await call(twin, work).catch(noteFailure(twin));
      if ('error' in result) throw result.error;
      return result.value;
    }
    if (repeat?.kind === 'together') {
      gate.within(twin, work).catch(noteFailure(twin));
      zombies.push(twin);
    } else if (repeat !== undefined) await startZombie(twin, repeat.at, work);
    return call(invocation, work);
  };

  const attempt: Invocations['attempt'] = async (run, step, item, work) => {
    const { crash, repeat } = run;
    const doesCrash = crash?.step === step && !run.crashed;
    const invocation = make(run, step, item, doesCrash ? crash.name : undefined);
    if (doesCrash) {
      invocation.crashAt = crash.at;
      invocation.crashBefore = crash.before;
      if (!crash.every) run.crashed = true;
    }
    if (repeat?.step !== step || run.repeated) return call(invocation, work);
    run.repeated = true;
    clock.count(`repeat-${repeat.kind}`);
    return callTwice(run, invocation, make(run, step, `${item ?? ''}:twin`), work);
  };

  const release = async (): Promise<void> => {
    for (const zombie of zombies) zombie.release?.();
    zombies = [];
    await settle(400);
  };

  const waitFor = async (milliseconds: number): Promise<void> => {
    // Whoever else is at work gets on meanwhile; a zombie may go on just then.
    if (milliseconds >= longWait) await (random.chance(0.3) ? release() : settle(400));
    clock.time += milliseconds;
  };
  return {
    attempt,
    waitFor,
    kill: () => {
      for (const zombie of zombies) {
        zombie.dead = true;
        zombie.release?.();
      }
      zombies = [];
    },
    release,
  };
};
