import { expect, test } from '@jest/globals';
import { clients, controlPolicies, organization, targets } from '../../../lambdas/shared/compose-collectors.ts';
import { aMember, aWorld, aWorldAccount, mainAccount, memberAccount } from '../../support/aws-world.ts';
import { useFunctionInSandbox } from '../../support/function-in-sandbox.ts';

useFunctionInSandbox(
  { accounts: { from: 'organization' }, resourceControlPolicies: true },
  aWorld({ accounts: [aWorldAccount(), aMember()] }),
);

test('accounts of the organization are its members: no account is asked about', async () => {
  const listed = await targets().list();
  expect(listed.map(({ accountId }) => accountId)).toEqual([mainAccount, memberAccount]);
  clients().calls.take();
  const { controlPolicies: reader } = controlPolicies();
  expect(await reader?.read(listed)).toMatchObject({ status: 'complete' });
  expect(clients().calls.take()).toEqual({ 'organizations:ListPolicies': 1 });
  expect(await organization().organization?.read(listed)).toMatchObject({ status: 'complete' });
});
