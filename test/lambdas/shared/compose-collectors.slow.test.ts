import { expect, test } from '@jest/globals';
import {
  accounts,
  clients,
  controlPolicies,
  organization,
  targets,
} from '../../../lambdas/shared/compose-collectors.ts';
import { aWorld, aWorldAccount, mainAccount, region } from '../../support/aws-world.ts';
import { useFunctionInSandbox } from '../../support/function-in-sandbox.ts';

useFunctionInSandbox(
  { regions: 'all', cloudTrail: { enabled: true } },
  aWorld({ accounts: [aWorldAccount({ disabledRegions: ['af-south-1'] })] }),
);

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
