import { NodeHttpHandler } from '@smithy/node-http-handler';
import { given } from '../text/given.ts';
import { awsAgents } from './agents.ts';
import { credentialsOver } from './credentials-over.ts';

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
const maxAttempts = 4;

/** The options of every SDK client of the notifiers, the stores and the command line: repeats on throttling, an end in
 *  bounded time, whatever the server does, and the proxy and CA bundle of the environment. */
export const sdkClientOptions = (options: SdkClientOptions) => {
  const requestTimeout = options.requestTimeout ?? requestLimits.requestTimeout;
  const requestHandler = new NodeHttpHandler({
    ...awsAgents(requestLimits.connectionTimeout),
    requestTimeout,
    socketTimeout: requestTimeout,
    throwOnRequestTimeout: true,
  });
  return {
    retryMode: 'adaptive',
    maxAttempts: options.maxAttempts ?? maxAttempts,
    requestHandler,
    ...credentialsOver(requestHandler),
    ...given({
      region: options.region,
      profile: options.profile,
      endpoint: options.endpoint,
      credentials: options.credentials,
    }),
  };
};
