import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  accounts,
  clients,
  controlPolicies,
  organization,
  targets,
} from '../../../lambdas/shared/compose-collectors.ts';
import { environmentNames } from '../../../lib/audit/contract.ts';
import { type SandboxAws, startAws } from '../../../sandbox/aws/start-aws.ts';
import { aWorld, aWorldAccount, mainAccount, region } from '../../support/aws-world.ts';

const before = { ...process.env };
const folder = mkdtempSync(join(tmpdir(), 'irsa-auditor-collectors-'));
let aws: SandboxAws;

beforeAll(async () => {
  aws = await startAws(aWorld({ accounts: [aWorldAccount({ disabledRegions: ['af-south-1'] })] }));
  writeFileSync(join(folder, 'configuration.json'), JSON.stringify({ regions: 'all', cloudTrail: { enabled: true } }));
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

test('of all regions one that the account has not enabled is no gap, and CloudTrail is asked as the configuration says', async () => {
  const target = { accountId: mainAccount, regions: ['af-south-1', region] };
  const snapshot = await accounts().read(target, '2026-11-01T06:00:00.000Z');
  expect(snapshot.regions).toMatchObject([
    { region: 'af-south-1', clusters: { reason: { kind: 'not-asked-for' } } },
    { region, clusters: { status: 'complete' } },
  ]);
  expect(snapshot.runtime.status).toBe('complete');
  expect(clients().calls.take()).toMatchObject({ 'iam:ListRoles': 1 });
});

test('the regions of the configuration are those of each account', async () => {
  const [target] = await targets().list();
  expect(target).toMatchObject({ accountId: mainAccount, regions: expect.arrayContaining([region]) });
});

test('policies of an organization are read only where the configuration asks for them', () => {
  expect([controlPolicies(), organization()]).toEqual([{}, {}]);
});
