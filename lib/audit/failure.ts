import { errorParts, kindOfError } from '../kit/classify-error.ts';
import type { ReadFailure } from '../model.ts';
import { oneLine } from '../text.ts';
import { transientErrors } from './contract.ts';

/** True for an error by whose name the workflow tries again. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Error && transientErrors.some(name => name === error.name);

/** An unexpected failure as the reason why something was not read: one line, bounded, without control characters. */
export const unreadFrom = (error: unknown, operation: string): ReadFailure => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const message = oneLine(text);
  const kind = kindOfError(errorParts(error));
  return { kind: kind === 'invalid' && isTransient(error) ? 'unreachable' : kind, operation, message };
};
