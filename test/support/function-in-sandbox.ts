import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { clients } from '../../lambdas/shared/compose-collectors.ts';
import { environmentNames } from '../../lib/audit/contract.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { mainAccount, region } from './aws-world.ts';

/** The environment of a deployed function for the tests of one file, with the AWS of the sandbox in this world. */
export const useFunctionInSandbox = (configuration: object, world: Parameters<typeof startAws>[0]): void => {
  const before = { ...process.env };
  const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-collectors-'));
  let aws: SandboxAws;
  beforeAll(async () => {
    aws = await startAws(world);
    writeFileSync(join(folder, 'configuration.json'), JSON.stringify(configuration));
    Object.assign(process.env, {
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: mainAccount,
      AWS_SECRET_ACCESS_KEY: 'sandbox',
      AWS_ENDPOINT_URL: aws.url,
      LAMBDA_TASK_ROOT: folder,
      [environmentNames.table]: 'findings',
      [environmentNames.bucket]: 'documents',
      [environmentNames.configuration]: 'configuration.json',
    });
  });
  afterAll(async () => {
    clients().close();
    process.env = { ...before };
    await aws.stop();
    rmSync(folder, { recursive: true, force: true });
  });
};
