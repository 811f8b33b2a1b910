import { expect, test } from '@jest/globals';
import { maxPending, writeMinutes } from '../../lib/audit/ports.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { accountId, aFact, aFinding, anEvaluation, aRun } from '../support/drift-builders.ts';
import { changeOf, write } from '../support/finding-store-laws.ts';

const otherAccount = '999999999999';
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

test('the steps of a finding are read consistently', async () => {
  const { store, reads } = aTable();
  await write(store, anEvaluation({ findings: [aFinding()] }), 1);
  reads.length = 0;
  expect((await store.history(aFinding().id, { limit: 5 })).items).toHaveLength(1);
  const ofSteps = reads.filter(read => !('IndexName' in read));
  expect(ofSteps).toMatchObject([{ ConsistentRead: true, ScanIndexForward: false }]);
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

test('a finding that is resolved does not expire while another step of it is unsent', async () => {
  const { store, expiresAt } = aTable();
  await write(store, anEvaluation({ findings: [aFinding()] }), 1);
  await write(store, anEvaluation({ subjects: [aFinding().subject] }), 2);
  const keys = (await store.pending()).map(({ key }) => key);
  expect(keys).toHaveLength(2);
  await store.markSent('d1', keys.slice(0, 1), aRun(2).at);
  expect(expiresAt()).toEqual([undefined]);
  expect((await store.pending()).map(({ key }) => key)).toEqual(keys.slice(1));
});

test('a changed fact is told by the run that wrote it, though the index does not show it yet', async () => {
  const { table, store } = aTable();
  await write(store, anEvaluation({ watched: [aFact()] }), 1);
  table.weather.lag = () => true;
  const { unsentKeys } = await write(store, anEvaluation({ watched: [aFact({ value: 'B' })] }), 2);
  expect(await store.pending()).toEqual([]);
  expect((await store.pending(unsentKeys)).map(({ factChange }) => factChange?.after)).toEqual(['B']);
});

/** A store whose first run dies once it has taken the account. */
const afterAWriterDied = async () => {
  let isDown = true;
  const { client } = memoryTable(async (operation, perform, error) => {
    if (operation === 'BatchWriteItem' && isDown) throw error('AccessDeniedException');
    return perform();
  }, 100);
  const store = dynamodbFindingStore({ client, tableName: 'findings', retention });
  const found = anEvaluation({ findings: [aFinding()] });
  await expect(write(store, found, 1)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  isDown = false;
  return { store, found };
};

test('an account that a run has taken and not given back is free after its minutes, and not before', async () => {
  const { store, found } = await afterAWriterDied();
  const next = await changeOf(store, found, 2);
  const minutesLater = (minutes: number) => new Date(Date.parse(aRun(1).at) + minutes * 60_000).toISOString();
  await expect(store.apply(next, minutesLater(writeMinutes))).rejects.toMatchObject({ name: 'StateConflict' });
  await store.apply(next, minutesLater(writeMinutes + 1 / 60_000));
  expect((await store.load(accountId)).readAt).toBe(aRun(2).at);
});

test('an account that two invocations of a run once shared is free as soon as a later run has written it', async () => {
  const { store, found } = await afterAWriterDied();
  await write(store, found, 1);
  await write(store, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), 2);
  const next = await changeOf(store, found, 3);
  await store.apply(next, aRun(2).at);
  expect((await store.load(accountId)).readAt).toBe(aRun(3).at);
});

test('what a batch leaves undone is written and read with the next one', async () => {
  const { table, store } = aTable();
  const everySecond = () => {
    let calls = 0;
    return () => {
      calls += 1;
      return calls % 2 === 1;
    };
  };
  table.weather.undone = everySecond();
  const found = ['a', 'b', 'c'].map(discriminator => aFinding({ discriminator }));
  await write(store, anEvaluation({ findings: found }), 1);
  table.weather.undone = everySecond();
  expect((await store.pending()).map(({ transition }) => transition?.kind)).toEqual(['opened', 'opened', 'opened']);
  table.weather.undone = () => false;
  for (const { id } of found) expect((await store.history(id, { limit: 10 })).items).toHaveLength(1);
});

test('an account with more changes than one message takes does not push out those of another one', async () => {
  const { table, store } = aTable();
  table.weather.pageSize = 1000;
  await write(store, anEvaluation({ watched: [aFact()] }), 1);
  await write(store, anEvaluation({ watched: [aFact({ value: 'B' })] }), 2);
  const [[key, item] = ['', {}]] = [...table.items].filter(([at]) => at.includes('watched'));
  const text = JSON.stringify(item);
  for (let number = 0; number < maxPending; number += 1) {
    const numbered = (part: string) => part.replaceAll(aFact().subject, `${aFact().subject}-${number}`);
    table.put(numbered(key), JSON.parse(numbered(text)), 'Put');
  }
  const other = (part: string) => part.replaceAll(accountId, otherAccount).replaceAll(aRun(2).at, aRun(3).at);
  table.put(other(key), JSON.parse(other(text)), 'Put');
  const pending = await store.pending();
  expect(pending).toHaveLength(maxPending);
  expect(pending.filter(({ factChange }) => factChange?.accountId === otherAccount)).toHaveLength(1);
});
