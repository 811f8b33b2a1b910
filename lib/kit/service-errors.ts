import { errorParts, kindOfError, mayPass } from './classify-error.ts';
import { ThrottledError, TransientError } from './errors.ts';

/**
 * A failure of a service that the auditor stands on (its table, bucket, topic), under the name that the workflow knows:
 * `ThrottledError` and `TransientError` are tried again, anything else is handed on as it is.
 */
export const serviceError = (error: unknown, doing: string): unknown => {
  if (!(error instanceof Error)) return error;
  const kind = kindOfError(errorParts(error));
  if (kind === 'throttled') return new ThrottledError(`${doing}: ${error.name}`, { cause: error });
  if (mayPass(kind))
    return new TransientError(`${doing}: ${error.name} ${error.message}`.slice(0, 300), { cause: error });
  return error;
};

/** Runs a call and throws its failure as `serviceError` names it. */
export const asService = async <T>(doing: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw serviceError(error, doing);
  }
};
