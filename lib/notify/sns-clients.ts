/** Makes the SNS client. Region and credentials come from the SDK's own chain. */
import { SNSClient } from '@aws-sdk/client-sns';
import { type SdkClientOptions, sdkClientOptions } from '../outbound/sdk-client-options.ts';

/** An SNS client that repeats on throttling and gives up in bounded time. */
export const snsClient = (options: SdkClientOptions): SNSClient => new SNSClient(sdkClientOptions(options));
