import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import type { FindingStore } from '../../lib/audit/ports.ts';
import { closeDeparted } from '../../lib/audit/steps/close-departed.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { completeRun } from '../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import { complete } from '../../lib/model/collected.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import { accountId, aFinding, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { aRole, aSnapshot } from '../support/example-world.ts';
import { write } from '../support/finding-store-laws.ts';

const other = '444455556666';
const waiver = { reason: 'moving', owner: 'platform', expires: '2027-01-01' };

/** An account with findings, of which runs at some days have or have not in their list. */
const audited = async () => {
  const store = memoryFindingStore();
  const findings = [aFinding(), aRoleFinding('waived', { waiver })];
  await write(store, anEvaluation({ findings }), 1);
  const sent = (await store.pending()).map(({ key }) => key);
  await store.markSent('digest', sent, aRun(1).at);
  const complete = (day: number, ...accounts: readonly string[]) =>
    closeDeparted(
      { findings: store, now: () => aRun(day).at },
      { runId: aRun(day).runId, startedAt: aRun(day).at, accounts: [...accounts] },
    );
  const statuses = async () => (await store.load(accountId)).findings.map(({ status }) => status);
  const told = async () =>
    (await store.pending()).map(({ transition }) => `${transition?.kind}: ${transition?.after.resolution}`);
  return { store, complete, statuses, told };
};

test('what is open in an account that is no longer audited is closed after a day, and told once', async () => {
  const { store, complete, statuses, told } = await audited();
  await complete(2, other);
  expect(await statuses()).toEqual(['open', 'waived']);
  await complete(3, other);
  expect(await statuses()).toEqual(['resolved', 'resolved']);
  expect(await told()).toEqual(['resolved: no longer audited']);
  await store.markSent(
    'digest',
    (await store.pending()).map(({ key }) => key),
    aRun(3).at,
  );
  await complete(4, other);
  expect(await told()).toEqual([]);
});

test('a repeat of the step that closed it counts what the first attempt closed', async () => {
  const { complete } = await audited();
  await complete(2, other);
  expect([await complete(3, other), await complete(3, other), await complete(4, other)]).toEqual([2, 2, 0]);
});

test('the record of the run that closed it counts none of it, though the index of the table still shows it', async () => {
  const { store } = await audited();
  const behind = { critical: 0, high: 1, medium: 0, low: 0, info: 0 };
  const findings = { ...store, openBySeverity: async () => behind };
  const ports = { findings, documents: memoryDocumentStore(), now: () => aRun(9).at };
  const records = [];
  for (const day of [2, 3]) {
    const state = { runId: aRun(day).runId, startedAt: aRun(day).at, accounts: [] };
    records.push((await completeRun(ports, someChoices(), state)).openBySeverity.high);
  }
  expect(records).toEqual([1, 0]);
});

test('a run that fails for good after it has closed them records how many', async () => {
  const { store } = await audited();
  const documents = memoryDocumentStore();
  const ports = { findings: store, documents, now: () => aRun(9).at };
  const state = (day: number) => ({ runId: aRun(day).runId, startedAt: aRun(day).at, accounts: [] });
  await completeRun(ports, someChoices(), state(2));
  const full = {
    ...documents,
    put: async () => {
      throw new Error('no space');
    },
  };
  await expect(completeRun({ ...ports, documents: full }, someChoices(), state(3))).rejects.toThrow('no space');
  const failure = { status: 'FAILED', error: 'Error', message: 'no space' } as const;
  const { transitions } = await recordFailure(ports, { ...state(3), failure });
  expect(transitions).toBe(2);
});

test('a run that is stopped after it has read an account that came back counts its steps once', async () => {
  const { store, complete } = await audited();
  await complete(2, other);
  const documents = memoryDocumentStore();
  await documents.put(documentKeys(aRun(3).runId).targets, { accounts: [accountId], apiCalls: {} });
  await write(store, anEvaluation({ findings: [aFinding(), aRoleFinding('new')] }), 3);
  const failure = { status: 'ABORTED', error: '', message: 'it was stopped' } as const;
  const run = { runId: aRun(3).runId, startedAt: aRun(3).at, failure };
  const { transitions } = await recordFailure({ findings: store, documents, now: () => aRun(9).at }, run);
  expect(transitions).toBe((await store.load(accountId)).findings.filter(each => each.runId === run.runId).length);
});

test('a run that may not read the table any more is recorded with the rest of what it did', async () => {
  const { store, complete } = await audited();
  await complete(2, other);
  const documents = memoryDocumentStore();
  await documents.put(documentKeys(aRun(3).runId).targets, { accounts: [other], apiCalls: {} });
  const findings = {
    ...store,
    load: async () => {
      throw new Error('AccessDenied');
    },
  };
  const failure = { status: 'FAILED', error: 'AccessDenied', message: 'no' } as const;
  const ports = { findings, documents, now: () => aRun(9).at };
  const record = await recordFailure(ports, { runId: aRun(3).runId, startedAt: aRun(3).at, failure });
  expect([record.accounts, record.gapCount, record.failure]).toEqual([1, 1, failure]);
});

test('a list that was cut once closes nothing', async () => {
  const { complete, statuses } = await audited();
  await complete(2, other);
  await complete(3, accountId, other);
  await complete(4, other);
  expect(await statuses()).toEqual(['open', 'waived']);
});

test('an account that comes back has its findings reopened, and may leave again', async () => {
  const { store, complete, statuses, told } = await audited();
  await complete(2, other);
  await complete(3, other);
  await complete(4, accountId, other);
  await write(store, anEvaluation({ findings: [aFinding()] }), 4);
  expect(await statuses()).toEqual(['open', 'resolved']);
  await complete(5, other);
  await complete(6, other);
  expect(await statuses()).toEqual(['resolved', 'resolved']);
  expect(await told()).toEqual(['resolved: no longer audited', 'reopened: undefined', 'resolved: no longer audited']);
});

test('an account that a newer run has read is not marked as closed by an older one, and a later run closes it', async () => {
  const { store, complete, statuses } = await audited();
  await complete(2, other);
  await write(store, anEvaluation({ findings: [aFinding(), aRoleFinding('waived', { waiver })] }), 4);
  expect(await complete(3, other)).toBe(0);
  expect(await store.accounts()).toEqual([{ accountId, missingSince: aRun(2).at }]);
  expect(await complete(5, other)).toBe(2);
  expect(await statuses()).toEqual(['resolved', 'resolved']);
  expect(await complete(6, other)).toBe(0);
});

/** A table whose updates fail that set a `broken` attribute, and the step over some store. */
const onTable = () => {
  const broken = { at: '' };
  const table = memoryTable(async (operation, perform, _error, input) => {
    if (broken.at !== '' && operation === 'UpdateItem' && JSON.stringify(input).includes(broken.at))
      throw new Error('killed');
    return perform();
  }, 10);
  const retention = { resolvedDays: 90, historyDays: 400 };
  const store = dynamodbFindingStore({ client: table.client, tableName: 't', retention });
  return { broken, store };
};
const statusesIn = async (store: FindingStore) => (await store.load(accountId)).findings.map(({ status }) => status);
/** The last step of a run that does not have the account. */
const completedOn =
  (findings: FindingStore) =>
  (day: number): Promise<number> => {
    const { runId, at: startedAt } = aRun(day);
    return closeDeparted({ findings, now: () => startedAt }, { runId, startedAt, accounts: [other] });
  };

test('what a first run wrote that died before it confirmed the account is closed as well', async () => {
  const { broken, store } = onTable();
  const completed = completedOn(store);
  broken.at = 'confirmedAt = :set_confirmedAt';
  await expect(write(store, anEvaluation({ findings: [aFinding()] }), 1)).rejects.toThrow('killed');
  broken.at = '';
  expect([await completed(2), await completed(3), await completed(3)]).toEqual([0, 1, 1]);
  expect(await statusesIn(store)).toEqual(['resolved']);
  expect(await store.accounts()).toEqual([{ accountId, missingSince: aRun(2).at, closedAt: aRun(3).at }]);
});

test.each([
  ['a table', () => onTable().store],
  ['memory', () => memoryFindingStore()],
])('an account that came back for a run that died is closed again (%s)', async (_name, newStore) => {
  const store = newStore();
  const completed = completedOn(store);
  const role = aRole({ trustPolicy: '{' });
  const ports = portsOver({ [accountId]: aSnapshot({ accountId, roles: complete([role]) }) }, { findings: store });
  const evaluated = async (day: number): Promise<void> => {
    const start = { runId: aRun(day).runId, startedAt: aRun(day).at };
    const state = await listTargets(ports, start);
    await collectAccount(ports, someChoices(), { ...start, accountId });
    await indexIssuers(ports, someChoices(), state);
    await evaluateAccount({ ...ports, now: () => aRun(day).at }, someChoices(), { ...start, accountId });
  };
  await evaluated(1);
  const open = (await statusesIn(store)).length;
  for (const day of [2, 3]) await completed(day);
  // It never comes to its last step.
  await evaluated(4);
  expect(await statusesIn(store)).toEqual(Array(open).fill('open'));
  expect([await completed(5), await completed(6)]).toEqual([0, open]);
  expect(await statusesIn(store)).toEqual(Array(open).fill('resolved'));
});

test('the record of a run counts what is open after it has closed the accounts that left', async () => {
  const { store } = await audited();
  const documents = memoryDocumentStore();
  for (const day of [2, 3]) {
    const state = { runId: aRun(day).runId, startedAt: aRun(day).at, accounts: [] };
    await completeRun({ documents, findings: store, now: () => aRun(day).at }, someChoices(), state);
  }
  const [second, first] = (await store.runs({ limit: 2 })).items;
  expect([first?.transitions, first?.openBySeverity.high]).toEqual([0, 1]);
  expect([second?.transitions, second?.openBySeverity.high]).toEqual([2, 0]);
});
