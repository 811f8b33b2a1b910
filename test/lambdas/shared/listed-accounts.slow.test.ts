import { expect, test } from '@jest/globals';
import {
  accounts,
  clients,
  controlPolicies,
  organization,
  targets,
} from '../../../lambdas/shared/compose-collectors.ts';
import { aMember, aWorld, aWorldAccount, mainAccount, memberAccount } from '../../support/aws-world.ts';
import { useFunctionInSandbox } from '../../support/function-in-sandbox.ts';

useFunctionInSandbox(
  {
    accounts: { from: 'list', accountIds: [mainAccount, memberAccount] },
    regions: ['eu-north-1', 'us-west-2'],
    ...{ resourceControlPolicies: true, rolePermissions: true },
  },
  aWorld({ accounts: [aWorldAccount(), aMember()] }),
);

test('of a listed account nobody knows whether it is of the organization: that is asked', async () => {
  const listed = await targets().list();
  expect(listed.map(({ accountId, regions }) => [accountId, ...regions])).toEqual([
    [mainAccount, 'eu-north-1', 'us-west-2'],
    [memberAccount, 'eu-north-1', 'us-west-2'],
  ]);
  clients().calls.take();
  const { controlPolicies: reader } = controlPolicies();
  expect(await reader?.read(listed)).toMatchObject({ status: 'complete', value: { services: { status: 'complete' } } });
  expect(clients().calls.take()).toEqual({ 'organizations:ListParents': 1, 'organizations:ListPolicies': 2 });
  expect(organization()).toEqual({});
});

test('CloudTrail is not asked where the configuration does not ask for it', async () => {
  const { runtime } = await accounts().read({ accountId: mainAccount, regions: [] }, '2026-11-01T06:00:00.000Z');
  expect(runtime).toMatchObject({ status: 'unavailable', reason: { kind: 'not-asked-for' } });
});
