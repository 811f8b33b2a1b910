import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { aStart, portsOver } from '../support/audit-ports.ts';

const target = (accountId: string) => ({ accountId, regions: ['eu-west-1'] });
const [first, second, third] = ['111122223333', '444455556666', '999900001122'];

test('each account is listed once, in one order however AWS lists them, with the calls that it took', async () => {
  const ports = portsOver(
    {},
    {
      targets: { list: async () => [third, first, second, first].map(target) },
      calls: { take: () => ({ 'organizations:ListAccounts': 2 }) },
    },
  );
  const start = aStart();
  expect(await listTargets(ports, start)).toEqual({
    ...{ runId: start.runId, startedAt: start.startedAt },
    accounts: [first, second, third],
  });
  expect(await ports.documents.get(documentKeys(start.runId).targets)).toEqual({
    accounts: [first, second, third],
    apiCalls: { 'organizations:ListAccounts': 2 },
  });
});

test('without an account there is no run', async () => {
  const ports = portsOver({}, { targets: { list: async () => [] } });
  await expect(listTargets(ports, aStart())).rejects.toMatchObject({
    name: 'TargetsUnreadable',
    message: 'no account to audit: the list of accounts is empty',
  });
});
