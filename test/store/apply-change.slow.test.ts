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
  const expiresAt = () =>
    [...table.items.values()]
      .filter(isAFinding)
      .map(item => ({ ...item }) as { readonly expiresAt?: unknown })
      .map(item => item.expiresAt);
  return { reads, store, expiresAt };
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
