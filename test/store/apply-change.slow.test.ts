import { expect, test } from '@jest/globals';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { accountId, aFact, aFinding, anEvaluation, aRun } from '../support/drift-builders.ts';
import { write } from '../support/finding-store-laws.ts';

const retention = { resolvedDays: 90, historyDays: 400 };
const isAFinding = (item: object): boolean =>
  'sk' in item && String(item.sk).startsWith('finding#') && 'status' in item;

/** A table, and what each read of it asked for. */
const aTable = () => {
  const reads: object[] = [];
  const table = memoryTable(async (operation, perform, _error, input) => {
    if (['Query', 'GetItem', 'Get'].includes(operation)) reads.push(input as object);
    return perform();
  }, 100);
  const store = dynamodbFindingStore({ client: table.client, tableName: 'findings', retention });
  const items = () =>
    [...table.items.values()].map(item => ({ ...item }) as { readonly type?: unknown; readonly expiresAt?: unknown });
  const expiresAt = () =>
    items()
      .filter(isAFinding)
      .map(item => item.expiresAt);
  return { table, reads, store, items, expiresAt };
};

test('a finding that is resolved expires, in seconds, and one that is open again never does', async () => {
  const { store, expiresAt } = aTable();
  const found = anEvaluation({ findings: [aFinding()] });
  const sent = async (number: number) => {
    const keys = (await store.pending()).map(({ key }) => key);
    await store.markSent(`d${number}`, keys, aRun(number).at);
  };
  await write(store, found, 1);
  await sent(1);
  expect(expiresAt()).toEqual([undefined]);
  await write(store, anEvaluation({ subjects: [aFinding().subject] }), 2);
  await sent(2);
  expect(expiresAt()).toEqual([Date.parse(aRun(2).at) / 1000 + 90 * 86_400]);
  await write(store, found, 3);
  expect(expiresAt()).toEqual([undefined]);
});

test('the state of an account is read consistently: what the run before wrote is there', async () => {
  const { store, reads } = aTable();
  await write(store, anEvaluation({ findings: [aFinding()], watched: [aFact()] }), 1);
  reads.length = 0;
  await store.load(accountId);
  expect(reads.length).toBeGreaterThan(1);
  expect(reads.filter(read => !('ConsistentRead' in read && read.ConsistentRead === true))).toEqual([]);
});

test('a right that could not be given back is a failure, and one that another run has by now is none', async () => {
  const { client } = memoryTable(
    async (operation, perform, error) =>
      operation === 'DeleteItem' ? Promise.reject(error('AccessDeniedException', 400, 'no')) : perform(),
    100,
  );
  const denied = dynamodbFindingStore({ client, tableName: 'findings', retention });
  await denied.claimRun('run-1', aRun(1).at);
  await expect(denied.releaseRun('run-1')).rejects.toMatchObject({ name: 'AccessDeniedException' });
  const { store } = aTable();
  await store.claimRun('run-1', aRun(1).at);
  await store.releaseRun('run-2');
  expect(await store.claimRun('run-2', aRun(1).at)).toBe('run-1');
});

test('a fact that is gone expires once that was sent, and one that is back never does', async () => {
  const { store, items } = aTable();
  const facts = () => items().filter(({ type }) => type === 'watched');
  const sent = async (number: number) => {
    const keys = (await store.pending()).map(({ key }) => key);
    await store.markSent(`d${number}`, keys, aRun(number).at);
  };
  await write(store, anEvaluation({ watched: [aFact()] }), 1);
  await write(store, anEvaluation({}), 2);
  await sent(2);
  expect(facts().map(({ expiresAt }) => expiresAt)).toEqual([Date.parse(aRun(2).at) / 1000 + 90 * 86_400]);
  await write(store, anEvaluation({ watched: [aFact()] }), 3);
  expect(facts()).toMatchObject([{ value: aFact().value }]);
  expect(facts().map(({ expiresAt }) => expiresAt)).toEqual([undefined]);
});

test('a finding that is resolved without a word stays while an earlier step is unsent', async () => {
  const { store, expiresAt } = aTable();
  const waiver = { reason: 'known', owner: 'platform', expires: '2099-01-01' };
  const waived = aFinding({ impact: 'exposes', waiver });
  await write(store, anEvaluation({ findings: [waived] }), 1);
  const { unsentKeys } = await write(store, anEvaluation({ subjects: [waived.subject] }), 2);
  expect(unsentKeys).toEqual([]);
  expect(expiresAt()).toEqual([undefined]);
  expect((await store.pending()).map(({ transition }) => transition?.kind)).toEqual(['opened']);
});

test('a repeat of a run that reads something else writes that, and what is known is as new as the newest of it', async () => {
  const { store, items } = aTable();
  await write(store, anEvaluation({ findings: [aFinding()], watched: [aFact()] }), 1);
  await write(store, anEvaluation({ findings: [aFinding({ severity: 'critical' })], watched: [aFact()] }), 2);
  await write(store, anEvaluation({ subjects: [aFinding().subject], watched: [aFact()] }), 2);
  expect(items().filter(isAFinding)).toMatchObject([{ status: 'resolved', changedAt: aRun(2).at }]);
  expect((await store.load(accountId)).readAt).toBe(aRun(2).at);
});

test('a step whose history is gone is told by what is known now', async () => {
  const { table, store } = aTable();
  await write(store, anEvaluation({ findings: [aFinding()] }), 1);
  const [key = ''] = [...table.items].flatMap(([at, { type }]) =>
    JSON.stringify(type).includes('history') ? [at] : [],
  );
  table.put(key, undefined, 'TimeToLive');
  expect((await store.pending()).map(({ transition }) => [transition?.kind, transition?.summary])).toEqual([
    ['changed', aFinding().message],
  ]);
});
