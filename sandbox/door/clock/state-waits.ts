/**
 * Waits and retries of a state machine on the world's clock, which the local engine does by the machine's. Source: Amazon States
 * Language specification, "Wait State" and "Retrying after error".
 */
import { allStates, type Retrier, type State, type States } from '../../workflow/definition.ts';
import { record } from '../stack.ts';
import type { WorldClock } from './world-clock.ts';

/** Errors that must be named to be caught or retried: `States.ALL` does not (Step Functions Developer Guide, "Handling errors"). */
export const uncaughtByAll = ['States.DataLimitExceeded', 'States.Runtime'];

/** Seconds: the longest that a timer of Node.js takes. The engine ends a task that names no time after sixty. */
export const longest = 2_000_000;

/** The definition with each wait as a task, and without what is repeated (`retried` does that) and the times of the whole and of
 *  each task (`timed` does those). */
export const withoutTimers = ({ TimeoutSeconds: _, ...states }: States): States => ({
  ...states,
  States: Object.fromEntries(Object.entries(states.States).map(([name, state]) => [name, withoutTimer(name, state)])),
});

const withoutTimer = (name: string, { Retry, ...state }: State): State => {
  if (Retry !== undefined && state.Type !== 'Task') throw new Error(`${name}: only tasks are repeated here`);
  const { Type, Seconds, SecondsPath, Timestamp, TimestampPath, ...rest } = state;
  if (Type === 'Wait') return { ...rest, Type: 'Task', Resource: 'sandbox:wait', TimeoutSeconds: longest };
  return {
    ...state,
    ...(state.Type === 'Task' && { TimeoutSeconds: longest }),
    ...(state.ItemProcessor && { ItemProcessor: withoutTimers(state.ItemProcessor) }),
    ...(state.Iterator && { Iterator: withoutTimers(state.Iterator) }),
    ...(state.Branches && { Branches: state.Branches.map(withoutTimers) }),
  };
};

/** The handlers of the waits: each takes as long as its state says. */
export const waitHandlers = (states: States, clock: WorldClock) =>
  allStates(states)
    .filter(([, { Type }]) => Type === 'Wait')
    .map(
      ([name, state]) =>
        [
          name,
          async (input: unknown): Promise<never> => {
            await clock.sleep(endOf(name, state, input, clock.now()) - clock.now());
            return input as never;
          },
        ] as const,
    );

const endOf = (name: string, state: State, input: unknown, now: number): number => {
  const { Seconds, SecondsPath, Timestamp, TimestampPath } = state;
  const seconds = Seconds ?? (SecondsPath && at(SecondsPath, input));
  const end =
    seconds === undefined ? Date.parse(String(Timestamp ?? at(TimestampPath, input))) : now + Number(seconds) * 1000;
  if (!Number.isFinite(end)) throw new Error(`${name}: got ${JSON.stringify(state)}, want a time to wait for`);
  return end;
};

/** The value at a path without filters. */
const at = (path: unknown, input: unknown): unknown =>
  String(path)
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => record(value, String(path))[key], input);

/** Does the work of a task as often as its retriers say, with their intervals. */
export const retried = async <T>({ Retry = [] }: State, clock: WorldClock, work: () => Promise<T>): Promise<T> => {
  const attempts = new Map<Retrier, number>();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const { name } = Object(error);
      const retrier = Retry.find(({ ErrorEquals }) => ErrorEquals.some(wanted => covers(wanted, name)));
      const done = retrier === undefined ? 0 : (attempts.get(retrier) ?? 0);
      if (retrier === undefined || done >= (retrier.MaxAttempts ?? 3)) throw error;
      attempts.set(retrier, done + 1);
      const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity, JitterStrategy } = retrier;
      const seconds = Math.min(IntervalSeconds * BackoffRate ** done, MaxDelaySeconds);
      await clock.sleep(seconds * 1000 * (JitterStrategy === 'FULL' ? Math.random() : 1));
    }
  }
};

const covers = (wanted: string, name: string): boolean => {
  if (wanted === name) return true;
  if (uncaughtByAll.includes(name)) return false;
  return wanted === 'States.ALL' || (wanted === 'States.TaskFailed' && name !== 'States.Timeout');
};
