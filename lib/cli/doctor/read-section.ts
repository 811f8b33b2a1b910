import { credentialsProblem, readFailureFromError } from '../../collect/unread-from-error.ts';
import { credentialFault, errorParts } from '../../kit/classify-error.ts';
import { type Collected, complete, unavailable } from '../../model/collected.ts';

/** A section of which nothing may be missing: the value, or why it was not read. Throws `CredentialsInvalid`. */
export const readAll = async <T>(operation: string, work: () => Promise<T>): Promise<Collected<T>> => {
  try {
    return complete(await work());
  } catch (error) {
    return unread(error, operation);
  }
};

/** Credentials that work nowhere are one fault of the caller, not one of each line. Throws `CredentialsInvalid`. */
export const unread = <T>(error: unknown, operation: string): Collected<T> => {
  const fault = credentialFault(errorParts(error).name);
  if (fault === 'missing' || fault === 'expired') throw credentialsProblem(error);
  return unavailable(readFailureFromError(error, operation));
};

/** Why a section was not read whole. */
export const reasonOf = (section: Exclude<Collected<unknown>, { readonly status: 'complete' }>) =>
  section.status === 'unavailable'
    ? section.reason
    : ({ kind: 'invalid', operation: 'sns:GetTopicAttributes', message: 'not read wholly' } as const);
