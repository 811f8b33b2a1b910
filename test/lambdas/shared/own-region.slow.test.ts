import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { clients, targets } from '../../../lambdas/shared/compose-collectors.ts';
import { environmentNames } from '../../../lib/audit/contract.ts';
import { type SandboxAws, startAws } from '../../../sandbox/aws/start-aws.ts';
import { aWorld, mainAccount, region } from '../../support/aws-world.ts';

const before = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-own-region-'));
let aws: SandboxAws;

beforeAll(async () => {
  aws = await startAws(aWorld());
  writeFileSync(join(folder, 'configuration.json'), '{}');
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

test('without regions in the configuration the region of the functions is audited', async () => {
  expect(await targets().list()).toMatchObject([{ accountId: mainAccount, regions: [region] }]);
});
