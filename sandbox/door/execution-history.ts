/**
 * The history of an execution: the states that it enters, the size of their data, and how many events there are. Event 25,000 is the
 * end of the execution, or its failure; an item of a distributed map has a history of its own. Sources: Step Functions Developer
 * Guide, "Avoid reaching the history quota" and "Service quotas"; API Reference, `HistoryEvent`.
 */
import type { StateMachine } from 'aws-local-stepfunctions';
import { itemOf } from './distributed-maps.ts';

/** The largest input and output of a state, task and execution, in bytes. */
export const mostData = 256 * 1024;

const mostEvents = 25_000;

/** An error by the name that Step Functions gives it. */
export const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

/** The parts of an execution that its history needs. */
interface Watched {
  /** True for the task that stands for an item of a distributed map: it is the local engine's alone. */
  readonly isItem: (state: string) => boolean;
  readonly enter: (state: string) => void;
  /** Ends the execution with an error. */
  readonly end: (error: Error) => void;
}

/** Begins a history. */
export const historyOf = ({ isItem, enter, end }: Watched) => {
  let count = 0;
  const add = (events: number): void => {
    count += events;
    if (count >= mostEvents)
      end(named('States.Runtime', `The execution reached the maximum number of history events (${mostEvents}).`));
  };
  /** Events of a state that begins or ends: a map and a parallel state have one more, and a distributed map that of its run. */
  const ofState = (name: string, type: string): number =>
    isItem(name) ? 0 : isItem(itemOf(name)) ? 3 : type === 'Map' || type === 'Parallel' ? 2 : 1;
  return {
    /** A task was tried: scheduled, started, and succeeded or failed. */
    tried: (): void => add(3),
    /** Reads the log of the local engine to its end. */
    read: async (log: ReturnType<StateMachine['run']>['eventLogs']): Promise<void> => {
      // The execution started.
      add(1);
      for await (const event of log) {
        if (event.type.startsWith('MapIteration') && 'parentState' in event && !isItem(itemOf(event.parentState.name)))
          add(1);
        if (event.type !== 'StateEntered' && event.type !== 'StateExited') continue;
        const { name, type, input, output } = event.state;
        if (event.type === 'StateEntered' && !isItem(name)) enter(name);
        const size = Buffer.byteLength(JSON.stringify(event.type === 'StateEntered' ? input : output) ?? '');
        if (size > mostData)
          end(named('States.DataLimitExceeded', `the state ${name} has ${size} bytes, at most ${mostData}`));
        add(ofState(name, type));
      }
    },
  };
};
