import { given } from '../text.ts';
import { wayOut } from './way-out.ts';

/** The parts that replace the SDK's own chain: the command line, the sandbox and tests hand them in. */
export interface SdkClientOptions {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Attempts of one call, the first included. */
  readonly maxAttempts?: number;
  /** Milliseconds until an answer must begin, and between two parts of it. */
  readonly requestTimeout?: number;
}

/** Milliseconds. The SDK sets no limit of its own: a server that never answers would hold a step until its end. */
export const requestLimits = { connectionTimeout: 3_000, requestTimeout: 10_000 } as const;
/** One more than the SDK's own three: a throttled service is asked once more before a step fails. */
const maxAttempts = 4;

/** The options of every SDK client of the notifiers, the stores and the command line: repeats on throttling, an end in
 *  bounded time, whatever the server does, and the proxy and CA bundle of the environment. */
export const sdkClientOptions = (options: SdkClientOptions) => {
  const requestTimeout = options.requestTimeout ?? requestLimits.requestTimeout;
  const { connectionTimeout } = requestLimits;
  const requestHandler = {
    connectionTimeout,
    requestTimeout,
    socketTimeout: requestTimeout,
    throwOnRequestTimeout: true,
    ...wayOut()?.handler({ connectionTimeout }),
  };
  return {
    retryMode: 'adaptive',
    maxAttempts: options.maxAttempts ?? maxAttempts,
    requestHandler,
    ...wayOut()?.credentials(requestHandler),
    ...given({
      region: options.region,
      profile: options.profile,
      endpoint: options.endpoint,
      credentials: options.credentials,
    }),
  };
};
