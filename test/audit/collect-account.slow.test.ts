import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { ThrottledError, TransientError } from '../../lib/kit/errors.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';

const accountId = '111122223333';
const start = aStart();
const { account, summary } = documentKeys(start.runId);

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

const evaluated = async (error: Error) => {
  const ports = portsOver({ [accountId]: new Error('unused') });
  const documents: typeof ports.documents = {
    ...ports.documents,
    get: async key => {
      if (key === account(accountId)) throw error;
      return ports.documents.get(key);
    },
  };
  await listTargets(ports, start);
  const outcome = await evaluateAccount({ ...ports, documents }, someChoices(), { ...start, accountId }).catch(
    (thrown: unknown) => thrown,
  );
  return { outcome, summary: await ports.documents.get(summary(accountId)).catch(() => undefined) };
};

test('an evaluation that fails in passing is tried again, and another one is told as what was not read', async () => {
  const busy = new ThrottledError('slow down');
  expect(await evaluated(busy)).toEqual({ outcome: busy, summary: undefined });
  const { outcome, summary: told } = await evaluated(new Error('no such bucket'));
  expect(outcome).toBe('failed');
  expect(JSON.stringify(told)).toContain('no such bucket');
});
