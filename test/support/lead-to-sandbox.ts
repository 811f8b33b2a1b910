import { join } from 'node:path';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import { workloads } from '../../sandbox/world/scenarios/first-audit.ts';

/** The variables with which the SDK and the AWS CLI reach the sandbox's AWS with the keys of an account, and read no file of the
 *  machine. */
export const sandboxVariables = (url: string, accountId: string, folder: string): Readonly<Record<string, string>> => {
  const { accessKeyId, secretAccessKey } = sandboxCredentials(accountId);
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
};

/** Sets the variables of the SDK so that every client of this process reaches the sandbox, and no file of the machine. */
export const leadToSandbox = (sandbox: Pick<Sandbox, 'aws' | 'services'>, folder: string): void => {
  Object.assign(process.env, sandboxVariables(sandbox.aws.url, workloads, folder), {
    AWS_ENDPOINT_URL_DYNAMODB: sandbox.services.tableUrl,
    AWS_REGION: 'eu-west-1',
  });
};
