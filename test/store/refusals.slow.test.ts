/** What the table refuses, holds in another shape, or is written by others at the same moment. */
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { StateChange } from '../../lib/audit/ports.ts';
import { dynamodbClient, s3Client } from '../../lib/store/clients.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { expiresAt } from '../../lib/store/expiry.ts';
import { parseUnsentKey } from '../../lib/store/keys.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { queryAll, tableOf } from '../../lib/store/table.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { accountId, aFact, aFinding, aKnown, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { changeOf, write } from '../support/finding-store-laws.ts';

const retention = { resolvedDays: 90, historyDays: 400 };
type Item = Readonly<Record<string, unknown>>;

/** A table, and what somebody else does right before a call of a kind. */
const aTable = () => {
  const before: { call?: (operation: string, input: Item) => void } = {};
  const table = memoryTable(async (operation, perform, _error, input) => {
    before.call?.(operation, input as Item);
    return perform();
  }, 100);
  const store = dynamodbFindingStore({ client: table.client, tableName: 'findings', retention });
  const keyOf = (part: RegExp) => [...table.items.keys()].find(key => part.test(key)) ?? '';
  /** Somebody else writes attributes of the item whose key (partition and sort key, parted by NUL) has a part. */
  const overwrite = (part: RegExp, over: Item) => {
    const key = keyOf(part);
    table.put(key, { ...table.items.get(key), ...over } as never, 'Put');
  };
  return { table, store, before, overwrite, keyOf };
};

const found = anEvaluation({ findings: [aFinding()], watched: [aFact()] });
const worse = anEvaluation({ findings: [aFinding({ severity: 'critical' })], watched: [aFact({ value: 'other' })] });
const { id } = aFinding();
const [aFindingItem, aFactItem, aMark, aStep] = [/\0finding#/, /\0watched#/, /\0watermark/, /^finding#\w+\0v/];

/** Of a later run, in the middle of whose writes something happens once. */
const overtaken = async (part: RegExp, over: Item) => {
  const { store, before, overwrite, table } = aTable();
  await write(store, found, 1);
  const change = await changeOf(store, worse, 2);
  let isDone = false;
  before.call = (operation, { Key }) => {
    const isIt = operation.startsWith('Update') && part.test(`\u0000${(Key as Item).sk}`);
    if (!isIt || isDone) return;
    isDone = true;
    overwrite(part, over);
  };
  return { store, change, table };
};

describe('a run that another one overtakes in the middle', () => {
  test.each<readonly [string, RegExp, Item, string]>([
    ['a finding', aFindingItem, { version: 7, runId: 'run-9' }, `finding ${id} was written by run run-9 in between`],
    [
      'a finding, in a step of the same version',
      aFindingItem,
      { version: 2, runId: 'run-9' },
      `finding ${id} was written by run run-9 in between`,
    ],
    [
      'a finding, by a later start',
      aFindingItem,
      { changedAt: aRun(9).at },
      `finding ${id} was written by run run-1 in between`,
    ],
    ['a fact', aFactItem, { value: 'third', runId: 'run-9' }, 'was written by run run-9 in between'],
    [
      'a fact, with the same value',
      aFactItem,
      { value: 'other', runId: 'run-9' },
      'was written by run run-9 in between',
    ],
    ['a fact, by a later start', aFactItem, { changedAt: aRun(9).at }, 'was written by run run-1 in between'],
  ])('is told so, by %s', async (_, part, over, message) => {
    const { store, change } = await overtaken(part, over);
    await expect(store.apply(change, aRun(2).at)).rejects.toMatchObject({
      ...{ name: 'StateConflict', message: expect.stringContaining(message) },
    });
  });

  test.each<readonly [string, RegExp, Item]>([
    ['a finding', aFindingItem, { version: 2, runId: 'run-2' }],
    ['a fact', aFactItem, { value: 'other', runId: 'run-2' }],
  ])('is not, where its own earlier attempt wrote %s and the answer was lost', async (_, part, over) => {
    const { store, change } = await overtaken(part, over);
    await expect(store.apply(change, aRun(2).at)).resolves.toMatchObject({ written: 2 });
  });

  test('that began before what is known is refused before it writes', async () => {
    const { store, table } = aTable();
    await write(store, found, 2);
    const writes = table.writes.length;
    const older: StateChange = { ...(await changeOf(store, worse, 1)), basis: aRun(2).at };
    await expect(store.apply(older, aRun(3).at)).rejects.toMatchObject({
      message: 'a newer run has written the account',
    });
    expect(table.writes).toHaveLength(writes);
  });

  const conflict = `another run has written account ${accountId}, or is writing it`;
  test('is refused where it has nothing to write either', async () => {
    const { store, overwrite } = aTable();
    await write(store, found, 1);
    const unchanged = await changeOf(store, found, 2);
    overwrite(aMark, { confirmedAt: aRun(3).at, runId: 'run-3' });
    await expect(store.apply(unchanged, aRun(3).at)).rejects.toMatchObject({
      name: 'StateConflict',
      message: conflict,
    });
    overwrite(aMark, { confirmedAt: aRun(1).at, runId: 'run-1', writer: 'run-3', writerUntil: '2099-01-01' });
    await expect(store.apply(unchanged, aRun(3).at)).rejects.toMatchObject({
      name: 'StateConflict',
      message: conflict,
    });
    overwrite(aMark, { writer: 'run-2' });
    await expect(store.apply(unchanged, aRun(3).at)).resolves.toEqual({ written: 0, unsentKeys: [] });
  });

  test('cannot confirm what it wrote once the account is taken by another one', async () => {
    const { store, before, overwrite } = aTable();
    await write(store, found, 1);
    const change = await changeOf(store, worse, 2);
    before.call = (operation, { Key }) => {
      if (operation.startsWith('Update') && String((Key as Item).sk).startsWith('watched#'))
        overwrite(aMark, { writer: 'run-3' });
    };
    await expect(store.apply(change, aRun(2).at)).rejects.toMatchObject({ name: 'StateConflict', message: conflict });
  });
});

describe('an item that somebody has changed by hand', () => {
  const skipped = { runId: 'run-2', startedAt: aRun(2).at, skippedFor: 'run-1' };
  const record = {
    runId: 'run-1',
    startedAt: aRun(1).at,
    endedAt: aRun(1).at,
    accounts: 1,
    failedAccounts: [],
    gaps: [],
    gapCount: 0,
    openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
    transitions: 1,
    sent: true,
    apiCalls: {},
  };
  const filled = async () => {
    const all = aTable();
    await write(all.store, found, 1);
    await all.store.recordSkipped(skipped);
    await all.store.recordRun(record);
    return all;
  };
  type Reads = ReturnType<typeof aTable>['store'];
  test.each<readonly [string, RegExp, Item, (store: Reads) => Promise<unknown>, RegExp]>([
    ['an account', /^accounts/, { accountId: 7 }, store => store.accounts(), /^item accounts \d+ is not an account$/],
    ['a run', /^runs/, { record: 'x' }, store => store.runs({ limit: 9 }), /^item runs .* is not a record of a run$/],
    [
      'a skipped run',
      /^skipped-runs/,
      { skippedFor: 7 },
      store => store.skippedRuns(''),
      /^item skipped-runs .* is not the record of a skipped run$/,
    ],
    [
      'a step',
      aStep,
      { kind: 'x' },
      store => store.history(id, { limit: 9 }),
      /^item finding#\w+ v0+1#run-1 is not a step of a history$/,
    ],
    [
      'a finding',
      aFindingItem,
      { status: 'x' },
      store => store.load(accountId),
      /^item account#\d+ finding#\w+: status: /,
    ],
    ['a finding, of its subject', aFindingItem, { subject: 7 }, store => store.load(accountId), /: subject: /],
    [
      'a fact',
      aFactItem,
      { kind: 'role-trust-policy', accountId: 7 },
      store => store.load(accountId),
      /^item account#\d+ watched#.*: /,
    ],
    [
      'when it was confirmed',
      aMark,
      { readScopes: 'x' },
      store => store.load(accountId),
      /^item account#\d+ watermark: /,
    ],
  ])('is not guessed at: %s', async (_, part, over, read, message) => {
    const { store, overwrite } = await filled();
    await read(store);
    overwrite(part, over);
    await expect(read(store)).rejects.toMatchObject({
      name: 'DocumentInvalid',
      message: expect.stringMatching(message),
    });
  });

  test('what was written whole: a skipped run and a run, until when they are kept', async () => {
    const { store, table, keyOf } = await filled();
    expect(await store.skippedRuns('')).toEqual([skipped]);
    expect((await store.runs({ limit: 9 })).items).toEqual([record]);
    const expiries = [/^skipped-runs/, /^runs/].map(part => table.items.get(keyOf(part))?.expiresAt);
    expect(expiries).toEqual([2, 1].map(day => expiresAt(aRun(day).at, 400)));
    expect({ ...table.items.get(keyOf(/^skipped-runs/)) }).toEqual({
      ...{ pk: 'skipped-runs', sk: `${aRun(2).at}#run-2`, type: 'skipped-run', schemaVersion: 1, ...skipped },
      expiresAt: Date.parse(aRun(2).at) / 1000 + 400 * 86_400,
    });
  });
});

describe('pages and batches', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const many = (count: number) => Array.from({ length: count }, (_, at) => aRoleFinding(`r${at}`));

  test('open findings are counted over all pages of the index', async () => {
    const { store, table } = aTable();
    await write(store, anEvaluation({ findings: many(5) }), 1);
    table.weather.pageSize = 2;
    expect(await store.openBySeverity()).toEqual({ critical: 0, high: 5, medium: 0, low: 0, info: 0 });
  });

  test('of a query no more is given than is asked for, over pages of any size', async () => {
    const { store, table } = aTable();
    await write(store, anEvaluation({ findings: many(5) }), 1);
    table.weather.pageSize = 2;
    const query = {
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':pk': `account#${accountId}` },
    };
    const counts = await Promise.all(
      [1, 2, 3, 6, 7].map(async limit => (await queryAll(tableOf(table.client, 'findings'), query, limit)).length),
    );
    expect(counts).toEqual([1, 2, 3, 6, 6]);
  });

  test('a batch that is never done fails for now, and says how many are left', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const { store, table, before } = aTable();
    let batches = 0;
    before.call = operation => {
      if (operation.startsWith('BatchWrite')) batches += 1;
    };
    table.weather.undone = () => true;
    await expect(write(store, found, 1)).rejects.toMatchObject({
      ...{ name: 'TransientError', message: 'the table left 1 items of a batch undone' },
    });
    expect(batches).toBe(9);
  });

  test('a batch has no more than 25 items to write and 100 to read', async () => {
    const { store, before, table } = aTable();
    const sizes: string[] = [];
    type Requests = Readonly<Record<string, { readonly Keys?: readonly unknown[] } & readonly unknown[]>>;
    before.call = (operation, { RequestItems }) => {
      for (const request of Object.values((RequestItems ?? {}) as Requests))
        sizes.push(`${operation.slice(0, 8)} ${request.Keys?.length ?? request.length}`);
    };
    table.weather.pageSize = 1000;
    await write(store, anEvaluation({ findings: many(101) }), 1);
    await store.pending();
    expect(sizes.sort()).toEqual([
      ...['BatchGet 1', 'BatchGet 1', 'BatchGet 100', 'BatchGet 100'],
      ...['BatchWri 1', 'BatchWri 25', 'BatchWri 25', 'BatchWri 25', 'BatchWri 25'],
    ]);
  });
});

describe('what was sent', () => {
  test('under a key that is none is passed over, and what a newer version wrote is left as it is', async () => {
    const { store, overwrite, table, keyOf } = aTable();
    await write(store, found, 1);
    const [{ key } = { key: '' }] = await store.pending();
    expect(['no key', '|', 'a|b', 'a||b'].map(text => parseUnsentKey(text)?.step)).toEqual([
      undefined,
      undefined,
      undefined,
      'b',
    ]);
    await store.markSent('d', ['no key', 'a|b', `${key} of another step`], aRun(1).at);
    expect((await store.pending()).map(each => each.key)).toEqual([key]);
    overwrite(aFindingItem, { schemaVersion: 9 });
    await store.markSent('d', [key], aRun(1).at);
    expect(table.items.get(keyOf(aFindingItem))).toMatchObject({ unsent: 'yes' });
  });

  test('is marked at the second try where a run wrote the item in between', async () => {
    const { store, before, overwrite, table, keyOf } = aTable();
    await write(store, found, 1);
    const [{ key } = { key: '' }] = await store.pending();
    let isWritten = false;
    before.call = operation => {
      if (!operation.startsWith('Update') || isWritten) return;
      isWritten = true;
      overwrite(aFindingItem, { runId: 'other' });
    };
    await store.markSent('d', [key], aRun(1).at);
    const { unsent, unsentSteps, lastDigestId, runId } = table.items.get(keyOf(aFindingItem)) ?? {};
    expect([unsent, unsentSteps, lastDigestId, runId]).toEqual([undefined, undefined, 'd', 'other']);
  });

  test('stays unsent where a run always writes at the same moment, and that is told', async () => {
    const { store, before, overwrite } = aTable();
    await write(store, found, 1);
    const [{ key } = { key: '' }] = await store.pending();
    let times = 0;
    before.call = operation => {
      if (!operation.startsWith('Update')) return;
      times += 1;
      overwrite(aFindingItem, { runId: `other-${times}` });
    };
    await expect(store.markSent('d', [key], aRun(1).at)).rejects.toMatchObject({
      ...{ name: 'StateConflict', message: `finding#${id} is being written by another run` },
    });
    expect(times).toBe(5);
  });
});

test('a finding that is resolved without a word expires with its write, and a refusal of that is a failure', async () => {
  const waiver = { reason: 'known', owner: 'platform', expires: '2099-01-01' };
  const waived = aFinding({ impact: 'breaks', waiver });
  const resolve = async (refuse: boolean) => {
    const { client, items } = memoryTable(async (operation, perform, error, input) => {
      const isExpiry =
        operation.startsWith('Update') && (input as Item).UpdateExpression?.toString().includes('expiresAt = ');
      // The answer comes late: whoever does not wait for it does not see it.
      await new Promise(resolve => setImmediate(resolve));
      if (refuse && isExpiry) throw error('AccessDeniedException');
      return perform();
    }, 100);
    const store = dynamodbFindingStore({ client, tableName: 'findings', retention });
    await write(store, anEvaluation({ findings: [waived] }), 1);
    await write(store, anEvaluation({ subjects: [waived.subject] }), 2);
    return [...items.values()].filter(({ type }) => String(type) === 'finding').map(({ expiresAt: when }) => when);
  };
  expect(await resolve(false)).toEqual([expiresAt(aRun(2).at, 90)]);
  await expect(resolve(true)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('of an account that a newer version wrote only the id is known, and of no other item of it anything', async () => {
  const { store, overwrite, table, keyOf } = aTable();
  await write(store, found, 1);
  await store.noteAbsence({ accountId, missingSince: aRun(2).at });
  overwrite(/^accounts/, { schemaVersion: 9 });
  expect(await store.accounts()).toEqual([{ accountId }]);
  const account = table.items.get(keyOf(/^accounts/));
  table.put('accounts\0other', { ...account, sk: 'other', type: 'kind of later' } as never, 'Put');
  expect(await store.accounts()).toEqual([{ accountId }]);
});

test('a client of the table and of the bucket asks six times before it fails', async () => {
  const options = { region: 'eu-west-1' };
  const clients = [dynamodbClient(options), s3Client(options)];
  expect(await Promise.all(clients.map(({ config }) => config.maxAttempts()))).toEqual([6, 6]);
});

test('an account that leaves before a run has confirmed it is none that is audited', async () => {
  const change = async (presence: Pick<StateChange, 'presence'>) => {
    const { store } = aTable();
    await store.apply({ ...(await changeOf(store, anEvaluation({}), 1)), ...presence }, aRun(1).at);
    return store.accounts();
  };
  expect(await change({})).toEqual([{ accountId }]);
  expect(await change({ presence: 'back' })).toEqual([{ accountId }]);
  expect(await change({ presence: 'left' })).toEqual([]);
});

test('a right that changes hands each time it is asked for is a conflict, after five times', async () => {
  let asked = 0;
  const { client } = memoryTable(async (operation, perform, error) => {
    if (operation.startsWith('Update')) throw error('ConditionalCheckFailedException');
    if (operation.startsWith('Get')) asked += 1;
    return perform();
  }, 100);
  const store = dynamodbFindingStore({ client, tableName: 'findings', retention });
  await expect(store.claimRun('run-1', aRun(1).at)).rejects.toMatchObject({
    ...{ name: 'StateConflict', message: 'the right of running changes hands all the time' },
  });
  expect(asked).toBe(5);
});

test('a store in memory begins with what is known', async () => {
  const known = {
    ...{ findings: [aKnown()], watched: [aFact()], hasBaseline: true, readScopes: ['a'], unreadFacts: ['b'] },
    ...{ confirmedAt: aRun(1).at, readAt: aRun(1).at },
  };
  const store = memoryFindingStore({ [accountId]: known });
  expect(await store.load(accountId)).toEqual(known);
  expect(await store.accounts()).toEqual([{ accountId }]);
  expect((await store.list({}, { limit: 9 })).items).toEqual([aKnown()]);
});
