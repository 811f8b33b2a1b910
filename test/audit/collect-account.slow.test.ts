import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { ThrottledError, TransientError } from '../../lib/kit/errors.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';

const accountId = '111122223333';
const start = aStart();
const { account } = documentKeys(start.runId);

const collected = async (error: Error) => {
  const ports = portsOver({ [accountId]: error });
  await listTargets(ports, start);
  const outcome = await collectAccount(ports, someChoices(), { ...start, accountId }).catch(
    (thrown: unknown) => thrown,
  );
  return { outcome, document: await ports.documents.get(account(accountId)).catch(() => undefined) };
};

test.each([new ThrottledError('slow down'), new TransientError('socket hang up')])(
  '%s leaves the step, which is tried again, and records nothing',
  async error => {
    expect(await collected(error)).toEqual({ outcome: error, document: undefined });
  },
);

test('any other failure is the outcome of the account', async () => {
  const { outcome, document } = await collected(new Error('no such role'));
  expect(outcome).toEqual({ status: 'failed', clusters: [] });
  expect(document).toMatchObject({ status: 'failed', reason: { operation: 'collect-account' } });
});
