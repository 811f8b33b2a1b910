import { join } from 'node:path';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import type { Sandbox } from '../../sandbox/start-sandbox.ts';
import { workloads } from '../../sandbox/world/scenarios/first-audit.ts';

/** Sets the variables of the SDK so that every client of this process reaches the sandbox, and no file of the machine. */
export const leadToSandbox = (sandbox: Pick<Sandbox, 'aws' | 'services'>, folder: string): void => {
  const { accessKeyId, secretAccessKey } = sandboxCredentials(workloads);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.aws.url,
    AWS_ENDPOINT_URL_DYNAMODB: sandbox.services.tableUrl,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_REGION: 'eu-west-1',
    AWS_CONFIG_FILE: join(folder, 'none'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
};
