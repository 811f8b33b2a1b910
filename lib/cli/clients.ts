/** The only file of the command line that makes SDK clients beside those of its adapters. */
import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { type SdkClientOptions, sdkClientOptions } from '../outbound/sdk-client-options.ts';

/** A CloudFormation client, loaded when it is first needed: only `findings` without `--table` asks a stack. */
export const cloudFormationClient = async (options: SdkClientOptions): Promise<CloudFormationClient> => {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  return new CloudFormationClient(sdkClientOptions(options));
};
