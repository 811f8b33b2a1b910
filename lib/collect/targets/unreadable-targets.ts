import { TargetsUnreadable, ThrottledError, TransientError } from '../../kit/errors.ts';
import { credentialsProblem, readFailureFromError } from '../unread-from-error.ts';

/** Which error leaves a target source: what the user must fix, what a repeat may fix, or neither. `what` begins the
 *  sentence: `the organization's accounts`. */
export const unreadableTargets = (error: unknown, operation: string, what: string): Error => {
  const problem = credentialsProblem(error);
  if (problem) return problem;
  const { kind, message, permission } = readFailureFromError(error, operation);
  const grant = permission === undefined ? '' : `; grant ${permission}`;
  const sentence = `${what} could not be read (${operation}, ${kind}): ${message}${grant}`;
  if (kind === 'throttled') return new ThrottledError(sentence, { cause: error });
  if (kind === 'timed-out' || kind === 'unreachable') return new TransientError(sentence, { cause: error });
  return new TargetsUnreadable(sentence, { cause: error });
};
