import { ThrottledError, TransientError } from './errors.ts';

/** Names under which AWS services ask to slow down. */
const throttling =
  /^(Throttl\w*|TooManyRequests\w*|ProvisionedThroughputExceeded\w*|RequestLimitExceeded|SlowDown|RequestThrottled\w*)$/;

/** Names of failures on the way, and of what the system answers. The latter stand in messages too, where a client has
 *  wrapped the error and dropped its code. */
const network = /^(TimeoutError|NetworkingError|AbortError|RequestTimeout\w*)$/;
const systemCode = /\b(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN|socket hang up)\b/;

/**
 * A failure of a service that the auditor stands on (its table, bucket, topic), under the name that the workflow knows:
 * `ThrottledError` and `TransientError` are tried again, anything else is handed on as it is.
 */
export const serviceError = (error: unknown, doing: string): unknown => {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (throttling.test(error.name)) return new ThrottledError(`${doing}: ${error.name}`, { cause: error });
  if (network.test(error.name) || systemCode.test(code) || systemCode.test(error.message) || statusOf(error) >= 500)
    return new TransientError(`${doing}: ${error.name} ${error.message}`.slice(0, 300), { cause: error });
  return error;
};

const statusOf = (error: Error): number => {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return 0;
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : 0;
};

/** Runs a call and throws its failure as `serviceError` names it. */
export const asService = async <T>(doing: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    throw serviceError(error, doing);
  }
};
