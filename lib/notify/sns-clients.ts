/** Makes the SNS client. Region and credentials come from the SDK's own chain. */
import { SNSClient } from '@aws-sdk/client-sns';
import type { NotifyClientOptions } from './clients.ts';

/** As for the other notifiers. */
export interface SnsClientOptions extends NotifyClientOptions {
  /** Attempts of one call, the first included. */
  readonly maxAttempts?: number;
}

/** An SNS client that repeats on throttling and gives up in bounded time. */
export const snsClient = (options: SnsClientOptions = {}): SNSClient =>
  new SNSClient({
    retryMode: 'adaptive',
    maxAttempts: options.maxAttempts ?? 6,
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.credentials === undefined ? {} : { credentials: options.credentials }),
  });
