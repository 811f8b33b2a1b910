/** SDK clients of the services that only `doctor` asks. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { KMSClient } from '@aws-sdk/client-kms';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { type SdkClientOptions, sdkClientOptions } from '../../outbound/sdk-client-options.ts';

/** A CloudWatch client. */
export const cloudWatchClient = (options: SdkClientOptions): CloudWatchClient =>
  new CloudWatchClient(sdkClientOptions(options));

/** A KMS client. */
export const kmsClient = (options: SdkClientOptions): KMSClient => new KMSClient(sdkClientOptions(options));

/** An EventBridge Scheduler client. */
export const schedulerClient = (options: SdkClientOptions): SchedulerClient =>
  new SchedulerClient(sdkClientOptions(options));
