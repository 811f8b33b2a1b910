import * as z from 'zod';
import { cut, visible } from '../text.ts';

/** Why a run did not succeed, as the workflow tells it. */
export interface RunFailure {
  readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  /** `Sandbox.Timedout`, `States.Runtime`; empty where the workflow names no error. */
  readonly error: string;
  /** One line: what happened, and what the workflow says of it. */
  readonly message: string;
}

/** Characters of a message. */
export const maxFailureMessage = 500;

/** The meaning of errors of Lambda and Step Functions (Step Functions Developer Guide, "Handling errors"; Lambda
 *  Developer Guide, "Troubleshoot execution issues"). The first that matches the error and its cause. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/Timedout|States\.Timeout|timed out/i, 'ran out of time'],
  [/OutOfMemory|heap out of memory|signal: killed/i, 'ran out of memory'],
  [/Runtime\.ExitError|Lambda\.Unknown/, 'the process of a step ended: out of memory, or a crash'],
  [/States\.(Runtime|DataLimitExceeded)/, 'the workflow could not process its own state'],
];

/** An error of a function as Lambda's runtime writes it: JSON with a stack (Lambda Developer Guide, "Understanding errors in
 *  Node.js functions"). */
const thrown = z.object({ errorMessage: z.string() });

/** The sentence of the function; the cause itself where it is no error of the runtime. */
const said = (cause: string): string => {
  try {
    return thrown.safeParse(JSON.parse(cause)).data?.errorMessage ?? cause;
  } catch {
    return cause;
  }
};

/** A failure with its meaning. `step` is the step that failed, where that is known. */
export const runFailure = (
  status: RunFailure['status'],
  { error, cause, step }: { readonly error: string; readonly cause: string; readonly step?: string },
): RunFailure => {
  const ended = { FAILED: 'failed', TIMED_OUT: 'ran out of time', ABORTED: 'was stopped' } as const;
  const told = [error, said(cause)].filter(text => text !== '').join(': ');
  const meaning = meanings.find(([pattern]) => pattern.test(told))?.[1] ?? ended[status];
  const message = `${step ?? 'the run'}: ${meaning}${told === '' ? '' : ` (${told})`}`;
  return { status, error, message: cut(visible(message), maxFailureMessage) };
};
