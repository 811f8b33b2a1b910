import { expect, test } from '@jest/globals';
import { targets } from '../../../lambdas/shared/compose-collectors.ts';
import { aWorld, mainAccount, region } from '../../support/aws-world.ts';
import { useFunctionInSandbox } from '../../support/function-in-sandbox.ts';

useFunctionInSandbox({}, aWorld());

test('without regions in the configuration the region of the functions is audited', async () => {
  expect(await targets().list()).toMatchObject([{ accountId: mainAccount, regions: [region] }]);
});
