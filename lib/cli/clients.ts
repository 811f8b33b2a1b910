/** The only file of the command line that makes SDK clients beside those of its adapters. */
import type { CloudFormationClient, CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';

/** A CloudFormation client, loaded when it is first needed: only `findings` without `--table` asks a stack. */
export const cloudFormationClient = async (
  options: Pick<CloudFormationClientConfig, 'region' | 'profile'>,
): Promise<CloudFormationClient> => {
  const { CloudFormationClient } = await import('@aws-sdk/client-cloudformation');
  return new CloudFormationClient(options);
};
