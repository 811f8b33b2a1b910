/** Promises of the store that need a table that can be interrupted, or that forgets. */
import { describe, expect, test } from '@jest/globals';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { accountId, aFact, aFinding, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { changeOf, write } from '../support/finding-store-laws.ts';
import { takingNotifier } from '../support/taking-notifier.ts';
import { memoryTable } from './table/memory-table.ts';

interface Interruption {
  readonly operation?: string;
  readonly key: RegExp;
  readonly happens: () => Promise<unknown>;
}

/** A store over a table whose next call that concerns some item, a write where nothing else is said, waits for something
 *  else to happen first. */
const auditor = (pageSize = 1000) => {
  const before: Interruption[] = [];
  const table = memoryTable(async (called, perform, _error, input) => {
    const at = before.findIndex(
      ({ operation = 'UpdateItem', key }) => operation === called && key.test(JSON.stringify(input)),
    );
    const [next] = at < 0 ? [] : before.splice(at, 1);
    await next?.happens();
    return perform();
  }, pageSize);
  const retention = { resolvedDays: 1, historyDays: 400 };
  const store = dynamodbFindingStore({ client: table.client, tableName: 't', retention });
  const told: Digest[] = [];
  const documents = memoryDocumentStore();
  const tell = (number: number) =>
    notifyDrift(
      { documents, findings: store, notifiers: [takingNotifier('list', told)], now: () => aRun(number).at },
      { minSeverity: 'info', links: {} },
      { runId: aRun(number).runId, startedAt: aRun(number).at, accounts: [] },
    );
  /** Takes away what has expired, as time to live does. */
  const forget = (number: number): void => {
    for (const [key, { expiresAt }] of [...table.items])
      if (Number(expiresAt) * 1000 < Date.parse(aRun(number).at)) table.put(key, undefined, 'TTL');
  };
  return { table, store, told, tell, forget, before };
};

const there = anEvaluation({ findings: [aFinding()] });
const passed = anEvaluation({ subjects: [aFinding().subject] });

test('an older run that is overtaken while it writes leaves what the newer one confirmed', async () => {
  const { store, told, tell, before } = auditor();
  await write(store, there, 1);
  await tell(1);
  const older = await changeOf(store, passed, 2);
  // It has loaded, and before its first write a newer run confirms that the finding is there.
  before.push({ key: /watermark/, happens: () => write(store, there, 3) });
  await expect(store.apply(older, aRun(2).at)).rejects.toMatchObject({ name: 'StateConflict' });
  await tell(3);
  expect((await store.load(accountId)).findings.map(({ status }) => status)).toEqual(['open']);
  expect(told.flatMap(({ transitions }) => transitions.map(({ kind }) => kind))).toEqual(['opened']);
});

describe('a newer run dies after it has written a part, and an older one writes when the account is free again', () => {
  const other = aRoleFinding('other');
  const dying = async () => {
    const it = auditor();
    await write(it.store, there, 1);
    it.before.push({ key: /set_confirmedAt/, happens: () => Promise.reject(new Error('killed')) });
    const newer = anEvaluation({ findings: [other], subjects: [aFinding().subject], watched: [aFact()] });
    await expect(write(it.store, newer, 3)).rejects.toThrow('killed');
    return it;
  };

  test('its older reading replaces nothing that was read later', async () => {
    const { store, table } = await dying();
    const older = anEvaluation({
      findings: [aFinding()],
      subjects: [other.subject],
      watched: [aFact({ value: 'old' })],
    });
    const stateOf = () => [...table.items].filter(([key]) => /^account#.*(finding|watched)#/.test(key));
    const before = structuredClone(stateOf());
    const change = await changeOf(store, older, 2);
    expect(change.transitions.map(({ kind }) => kind).sort()).toEqual(['reopened', 'resolved']);
    await expect(store.apply(change, aRun(4).at)).rejects.toMatchObject({ name: 'StateConflict' });
    await expect(store.apply({ ...change, transitions: [] }, aRun(4).at)).rejects.toMatchObject({
      name: 'StateConflict',
    });
    expect(stateOf()).toEqual(before);
  });

  test('the state says when the newest of it was read, and the next run goes on from it', async () => {
    const { store } = await dying();
    expect(await store.load(accountId)).toMatchObject({ readAt: aRun(3).at, confirmedAt: aRun(1).at });
    const newest = anEvaluation({ findings: [other], subjects: [aFinding().subject], watched: [aFact()] });
    expect((await store.apply(await changeOf(store, newest, 4), aRun(4).at)).written).toBe(0);
    expect(await store.load(accountId)).toMatchObject({ readAt: aRun(4).at, confirmedAt: aRun(4).at });
  });
});

test('a newer run waits for an older one that is writing', async () => {
  const { store, before } = auditor();
  const newer = await changeOf(store, anEvaluation({ findings: [aRoleFinding('other')] }), 2);
  before.push({
    key: /finding#/,
    happens: () => expect(store.apply(newer, aRun(1).at)).rejects.toMatchObject({ name: 'StateConflict' }),
  });
  await write(store, there, 1);
  await write(store, there, 2);
  expect(await store.load(accountId)).toMatchObject({ confirmedAt: aRun(2).at });
});

test('a state of which another run writes the rest while it is read is not taken for the state of now', async () => {
  const { store, before } = auditor(1);
  const unread = anEvaluation({ outcomes: { [outcomeKey(aFinding().ruleId, '*')]: 'unknown' } });
  await write(store, there, 1);
  // The newer run has read the page with the finding, and before the next page an older one says that it could not be
  // checked: to the newer one nothing has changed, and nothing would ever take that back.
  before.push({ operation: 'Query', key: /ExclusiveStartKey/, happens: () => write(store, unread, 2) });
  const newer = await changeOf(store, there, 3);
  await expect(store.apply(newer, aRun(3).at)).rejects.toMatchObject({ name: 'StateConflict' });
  await write(store, there, 3);
  const [known] = (await store.load(accountId)).findings;
  expect(known).toMatchObject({ status: 'open', version: 3 });
  expect(known?.unconfirmedSince).toBe(undefined);
});

test('an account is free again when the run that was writing it died', async () => {
  const { store, before } = auditor();
  before.push({ key: /finding#/, happens: () => Promise.reject(new Error('killed')) });
  await expect(write(store, there, 1)).rejects.toThrow('killed');
  expect((await store.load(accountId)).hasBaseline).toBe(false);
  const change = await changeOf(store, there, 2);
  await expect(store.apply(change, aRun(1).at)).rejects.toMatchObject({ name: 'StateConflict' });
  expect((await store.apply(change, aRun(2).at)).written).toBe(1);
});

test('a step that is added while another invocation marks those before it is not lost', async () => {
  const { store, before } = auditor();
  await write(store, there, 1);
  const keys = (await store.pending()).map(({ key }) => key);
  before.push({
    key: /lastDigestId/,
    happens: async () => {
      await store.markSent('digest', keys, aRun(1).at);
      await write(store, anEvaluation({ findings: [aFinding({ severity: 'critical' })] }), 2);
    },
  });
  await store.markSent('digest', keys, aRun(2).at);
  expect((await store.pending()).map(({ transition }) => transition?.kind)).toEqual(['escalated']);
});

test('a finding that was forgotten and comes back is told again', async () => {
  const { store, told, tell, forget } = auditor();
  await write(store, there, 1);
  await tell(1);
  await write(store, passed, 2);
  await tell(2);
  forget(20);
  expect((await store.load(accountId)).findings).toEqual([]);
  await write(store, there, 20);
  expect(await tell(20)).toMatchObject({ sent: true });
  expect(told.flatMap(({ transitions }) => transitions.map(({ kind }) => kind))).toEqual([
    'opened',
    'resolved',
    'opened',
  ]);
  expect(new Set(told.map(({ id }) => id)).size).toBe(3);
});

test('nothing is forgotten before it is sent, however long that takes', async () => {
  const { store, told, tell, forget } = auditor();
  const fact = aFact();
  await write(store, anEvaluation({ findings: [aFinding()], watched: [fact] }), 1);
  await tell(1);
  await write(store, passed, 2);
  await write(store, anEvaluation({}), 3);
  forget(20);
  await tell(20);
  expect(told.at(-1)?.transitions.map(({ kind }) => kind)).toEqual(['resolved']);
  expect(told.at(-1)?.factChanges).toMatchObject([{ subject: fact.subject, before: fact.value }]);
  forget(28);
  const known = await store.load(accountId);
  expect([known.findings, known.watched]).toEqual([[], []]);
});

test('what was waived from the first is told in one line, and forgotten after it was', async () => {
  const { store, tell, forget } = auditor();
  const waiver = { reason: 'moving', owner: 'platform', expires: '2027-01-01' };
  await write(store, anEvaluation({ findings: [aFinding({ waiver })] }), 1);
  await write(store, passed, 2);
  await tell(2);
  forget(20);
  expect((await store.load(accountId)).findings).toEqual([]);
});

test('a run that ends while another one asks for its right to run leaves it to that one', async () => {
  const { store, before } = auditor();
  const { at } = aRun(1);
  await store.claimRun('run-1', at);
  before.push({ operation: 'GetItem', key: /running/, happens: () => store.releaseRun('run-1') });
  expect(await store.claimRun('run-2', at)).toBe(undefined);
  expect(await store.claimRun('run-3', at)).toBe('run-2');
});

test('an invocation that stops sending while another one asks for the right leaves it to that one', async () => {
  const { store, before } = auditor();
  const { at } = aRun(1);
  const token = await store.claimSending('run-1', at);
  before.push({ operation: 'GetItem', key: /sending/, happens: () => store.releaseSending(token) });
  await store.claimSending('run-2', at);
  await expect(store.claimSending('run-3', at)).rejects.toThrow('run run-2 is sending notifications');
});
