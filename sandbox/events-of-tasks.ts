import { functionNames } from '../lib/audit/contract.ts';
import type { TaskEvent } from './door/machines.ts';
import type { WorkflowEvent } from './workflow/run-workflow.ts';

/** Tells the tasks of deployed state machines as the steps of a run, for the live list. */
export const eventsOfTasks = (name: string, tell: (event: WorkflowEvent) => void): ((event: TaskEvent) => void) => {
  const attempts = new Map<string, { count: number; began: number }>();
  return ({ functionArn, input, phase, output, error = '', cause = '' }) => {
    const step = functionNames.find(each => functionArn.includes(`:function:${name}-${each}`));
    if (step === undefined) throw new Error(`${functionArn} is no step`);
    const key = JSON.stringify([step, input]);
    const attempt = attempts.get(key) ?? { count: 0, began: 0 };
    if (phase === 'started') Object.assign(attempt, { count: attempt.count + 1, began: performance.now() });
    attempts.set(key, attempt);
    const about = { step, ...itemOf(input), attempt: attempt.count };
    const milliseconds = Math.round(performance.now() - attempt.began);
    if (phase === 'started') tell({ ...about, phase });
    else if (phase === 'done') tell({ ...about, phase, milliseconds, output });
    else tell({ ...about, phase, milliseconds, error, message: messageIn(cause) });
  };
};

const itemOf = (input: unknown): { readonly accountId?: string; readonly clusters?: number } => {
  if (typeof input !== 'object' || input === null) return {};
  return {
    ...('accountId' in input && typeof input.accountId === 'string' ? { accountId: input.accountId } : {}),
    ...('clusters' in input && Array.isArray(input.clusters) ? { clusters: input.clusters.length } : {}),
  };
};

/** The message in the JSON of a function's error. */
const messageIn = (cause: string): string => {
  try {
    const { errorMessage } = JSON.parse(cause);
    return String(errorMessage);
  } catch {
    return cause;
  }
};
