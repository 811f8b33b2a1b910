import { SFNClient } from '@aws-sdk/client-sfn';
import { type SdkClientOptions, sdkClientOptions } from '../outbound/sdk-client-options.ts';

/** A Step Functions client; apart from the other clients, so that a bundle has only its own. */
export const sfnClient = (options: SdkClientOptions): SFNClient => new SFNClient(sdkClientOptions(options));
