import { SNSClient } from '@aws-sdk/client-sns';

/** An SNS client of the function's region: the only SDK client that is made here. */
export const snsClient = (region: string): SNSClient =>
  new SNSClient({ region, retryMode: 'adaptive', maxAttempts: 6 });
