import { credentialsProblem, readFailureFromError } from '../../collect/unread-from-error.ts';
import { credentialFault, errorParts } from '../../kit/classify-error.ts';
import type { Collected } from '../../model.ts';

/** A section that is read whole or not at all. */
export type Whole<T> = Exclude<Collected<T>, { readonly status: 'partial' }>;

/** A section of which nothing may be missing: the value, or why it was not read. Throws `CredentialsInvalid`. */
export const readAll = async <T>(operation: string, work: () => Promise<T>): Promise<Whole<T>> => {
  try {
    return { status: 'complete', value: await work() };
  } catch (error) {
    return unreadSection(error, operation);
  }
};

/** Credentials that work nowhere are one fault of the caller, not one of each line. Throws `CredentialsInvalid`. */
export const unreadSection = (error: unknown, operation: string): Whole<never> => {
  const fault = credentialFault(errorParts(error).name);
  if (fault === 'missing' || fault === 'expired') throw credentialsProblem(error);
  return { status: 'unavailable', reason: readFailureFromError(error, operation) };
};
