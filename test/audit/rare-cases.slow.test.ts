/** Branches that a run takes seldom: each by itself. */
import { describe, expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { documentKeys, lastReadKey, listedKey, waitingIssuersKey } from '../../lib/audit/document-keys.ts';
import { besideNewer } from '../../lib/audit/document-version.ts';
import { findOwn, isAccountDocument } from '../../lib/audit/documents.ts';
import { fastLaneKeys } from '../../lib/audit/fast-lane/documents.ts';
import { overlayIssuers } from '../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../lib/audit/fast-lane/plan-fast-run.ts';
import { newerNote } from '../../lib/audit/newer-note.ts';
import { type AuditPorts, type DocumentStore, maxPending, type RunRecord } from '../../lib/audit/ports.ts';
import { closeDeparted, closedBy } from '../../lib/audit/steps/close-departed.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { firstAudits, markRest } from '../../lib/audit/steps/first-audit.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import { runRecordOf } from '../../lib/audit/steps/record-of.ts';
import { maxInSummary, sendSummary } from '../../lib/audit/steps/send-summary.ts';
import { runNotes } from '../../lib/audit/steps/summary-notes.ts';
import { listedTarget } from '../../lib/audit/steps/target-of.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { StateConflict, TransientError } from '../../lib/kit/errors.ts';
import { complete } from '../../lib/model/collected.ts';
import { snapshotSchemaVersion } from '../../lib/model/snapshot.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { portsOver } from '../support/audit-ports.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aChangeEvent, accountId, aFinding, aKnown, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aSnapshot } from '../support/example-world.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const at = aRun(2).at;
const run = { runId: 'run-2', startedAt: at };
const state = { ...run, accounts: [accountId] };
const settings = { settings: { inCluster: true, registeredIssuers: [] } };
const base = { schemaVersion: snapshotSchemaVersion, runId: 'run-1', startedAt: aRun(1).at, readBy: aRun(1).at };

/** Documents of which one is not answered. */
const without = (documents: DocumentStore, unanswered: string): DocumentStore => ({
  ...documents,
  get: key => (key === unanswered ? Promise.reject(new TransientError('read it: no answer')) : documents.get(key)),
});

describe('a store that does not answer is tried again, and taken for no absent document:', () => {
  const note = fastLaneKeys.note('fast-1', 'a');
  const whole = async () => {
    const documents = memoryDocumentStore();
    const keys = documentKeys('run-2');
    await documents.put(keys.targetsWith(accountId), { targets: { [accountId]: { accountId, regions: [] } } });
    await documents.put(keys.wanted, { wanted: {} });
    await documents.put(lastReadKey, base);
    await documents.put(note, { changes: {}, leftOut: {} });
    return documents;
  };
  const ports = portsOver({ [accountId]: aSnapshot({ accountId }) });
  const steps: Readonly<Record<string, readonly [key: string, work: (documents: DocumentStore) => Promise<unknown>]>> =
    {
      'the lists of earlier runs': [
        listedKey(accountId),
        documents => collectAccount({ ...ports, documents }, settings, { ...run, accountId }),
      ],
      'issuers that wait': [waitingIssuersKey, documents => probeIssuers({ ...ports, documents }, state)],
      'the last full run': [lastReadKey, documents => planFastRun({ documents, now: () => at }, { runId: 'fast-1' })],
      'a note of changes': [note, documents => planFastRun({ documents, now: () => at }, { runId: 'fast-1' })],
    };
  test.each(Object.entries(steps))('%s', async (_, [key, work]) => {
    const documents = await whole();
    await expect(work(without(documents, key))).rejects.toMatchObject({ name: 'TransientError' });
    await expect(work(documents)).resolves.toBeDefined();
  });

  test.each(Object.entries(steps))('%s that cannot be read cost nothing else', async (_, [key, work]) => {
    const documents = await whole();
    await documents.put(key, { no: 'such shape' });
    await expect(work(documents)).resolves.toBeDefined();
  });
});

test('a fast run without a full one ends, and says so', async () => {
  const ports = { documents: memoryDocumentStore() };
  await expect(overlayIssuers(ports, settings, { ...state, fast: true })).rejects.toMatchObject({
    ...{ name: 'DocumentMissing', message: 'there is no full run any more that this run could be compared with' },
  });
});

test('an account of which no run has left a reading is unread in the index of a fast run', async () => {
  const documents = memoryDocumentStore();
  await documents.put(lastReadKey, base);
  await documents.put(documentKeys('run-1').targets, { accounts: [accountId, '444455556666'] });
  const result = await overlayIssuers({ documents }, settings, { ...state, fast: true });
  expect(result).toEqual({ accounts: 1, unread: 2, clusters: 0 });
  expect(await documents.get(documentKeys('run-2').index)).toMatchObject({
    ...{ accounts: [], rolesUnread: [], providersUnread: [], related: [], clusterCount: 0 },
    gaps: [{ accountId }, { accountId: '444455556666' }],
    readIn: { base: 'run-1', later: {} },
  });
});

test('a document that a newer version wrote has one beside it; where that is newer, too, nothing is guessed', async () => {
  const documents = memoryDocumentStore();
  const isAny = (_value: object): _value is object => true;
  const key = 'coverage/state.json';
  await documents.put(key, { documentVersion: 9, runId: 'newer' });
  expect(await findOwn(documents, key, isAny)).toEqual({ key: `${key}.v1` });
  await documents.put(`${key}.v1`, { runId: 'own' });
  expect(await findOwn(documents, key, isAny)).toEqual({ key: `${key}.v1`, found: { runId: 'own' } });
  await documents.put(`${key}.v1`, { documentVersion: 9 });
  await expect(findOwn(documents, key, isAny)).rejects.toMatchObject({
    message: `${key}.v1 has version 9, wanted 1 or less: a newer version of irsa-auditor wrote it`,
  });
  expect(besideNewer(`${key}.v1`)).toBe(`${key}.v1`);
});

test.each([
  [{}, false],
  [{ status: 'failed', apiCalls: {} }, false],
  [{ status: 'failed', apiCalls: {}, reason: {} }, true],
  [{ status: 'read', apiCalls: {}, snapshot: null }, false],
  [{ status: 'read', apiCalls: {}, snapshot: {} }, false],
  [{ status: 'read', apiCalls: {}, snapshot: { schemaVersion: snapshotSchemaVersion - 1 } }, false],
  [{ status: 'read', apiCalls: {}, snapshot: { schemaVersion: snapshotSchemaVersion } }, true],
  [{ status: 'read', snapshot: { schemaVersion: snapshotSchemaVersion } }, false],
])('%j is a document of an account: %s', (value, isOne) => {
  expect(isAccountDocument(value)).toBe(isOne);
});

test('a note on what a newer version wrote counts it', () => {
  expect([1, 2].map(count => newerNote(count))).toEqual([
    'A newer version of irsa-auditor wrote 1 item of the table: kept, and not read.',
    'A newer version of irsa-auditor wrote 2 items of the table: kept, and not read.',
  ]);
});

describe('what waits for a destination that is gone', () => {
  const outbox = documentKeys('').outbox('gone');
  const digest = aDigest(openedOf([aRoleFinding('a')]));
  const give = async (documents: DocumentStore, take: () => Promise<void>) => {
    const letters: string[] = [];
    const put = async ({ destination, because }: { readonly destination: string; readonly because: string }) => {
      await take();
      letters.push(`${destination}: ${because}`);
    };
    const { givenUp } = await deliver({ documents, notifiers: [], now: () => at, deadLetters: { put } }, undefined);
    return { givenUp, letters };
  };

  test('is kept while the queue does not take it, and given up once, with the reason', async () => {
    const documents = memoryDocumentStore();
    await documents.put(outbox, { waiting: [{ digest, attempts: 1 }], because: 'HTTP 500', upTo: 0 });
    const refused = await give(documents, () => Promise.reject(new Error('no')));
    expect(refused).toEqual({ givenUp: 0, letters: [] });
    const because = 'the configuration no longer has a destination of this name';
    expect(await documents.get(outbox)).toEqual({
      waiting: [{ digest, attempts: 1 }],
      because,
      upTo: 0,
      isClosed: true,
    });
    expect(await give(documents, async () => undefined)).toEqual({ givenUp: 1, letters: [`gone: ${because}`] });
    expect(await documents.get(outbox)).toEqual({ waiting: [], because, upTo: 0, isClosed: true });
    expect(await give(documents, async () => undefined)).toEqual({ givenUp: 0, letters: [] });
  });

  test('is not that of digests that were handed over after it was closed', async () => {
    const documents = memoryDocumentStore();
    await documents.put(outbox, { waiting: [{ digest, attempts: 1 }], because: 'x', upTo: 0, isClosed: true });
    await documents.put(documentKeys('').handed(1), { number: 1, digest: aDigest(openedOf([aRoleFinding('b')])) });
    await documents.put('outbox/.in-flight.json', { last: 1 });
    expect((await give(documents, async () => undefined)).givenUp).toBe(1);
  });
});

test('the notification of a run adds up what each of its attempts has given up, and what was sent stays sent', async () => {
  const ports = portsOver({});
  const choices = { minSeverity: 'low', links: {} } as const;
  const giveUp = async (name: string) => {
    const waiting = [{ digest: aDigest(openedOf([aRoleFinding(name)])), attempts: 1 }];
    await ports.documents.put(documentKeys('').outbox(name), { waiting, because: 'HTTP 500', upTo: 0 });
    return notifyDrift(ports, choices, { ...run, accounts: [] });
  };
  const told = { sent: true, transitions: 3, digestIds: ['d'], failed: [], held: [], givenUp: 2 };
  await ports.documents.put(documentKeys('run-2').notification, told);
  expect(await giveUp('gone')).toEqual({ ...told, givenUp: 3 });
  expect(await giveUp('gone-too')).toEqual({ ...told, givenUp: 4 });
  expect(await ports.documents.get(documentKeys('run-2').notification)).toEqual({ ...told, givenUp: 4 });
});

test.each<readonly ['superseded' | 'ok', readonly string[]]>([
  ['superseded', []],
  ['ok', ['fell']],
])('a gap of an account whose summary is %s is told so: %j', async (status, told) => {
  const ports = portsOver({});
  const reason = { kind: 'denied', operation: 'iam:ListRoles', message: 'no' } as const;
  const before = { runId: 'run-1', at: aRun(1).at, accounts: [accountId], areas: [] };
  await ports.documents.put('coverage/state.json', before);
  await ports.documents.put(documentKeys('run-2').summary(accountId), {
    ...{ status, gaps: [], gapCount: 1, transitions: 0, unread: false, unsentKeys: [], apiCalls: {} },
    areas: [{ accountId, section: 'roles', whole: true, failures: 1, reason }],
    open: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  });
  await notifyDrift(ports, { minSeverity: 'low', links: {} }, state);
  expect(ports.sent.flatMap(({ coverage }) => coverage?.notices.map(({ kind }) => kind) ?? [])).toEqual(told);
});

describe('an account that left', () => {
  const store = (over: Partial<AuditPorts['findings']>) => ({
    ...memoryFindingStore(),
    accounts: async () => [{ accountId, missingSince: aRun(1).at }],
    ...over,
  });

  test('whose state a repeat may load is waited for, and one that no repeat can load counts nothing', async () => {
    const failing = (error: Error) => ({ findings: store({ load: () => Promise.reject(error) }) });
    await expect(closedBy(failing(new StateConflict('x')), { runId: 'run-9', accounts: [] })).rejects.toMatchObject({
      name: 'StateConflict',
    });
    expect(await closedBy(failing(new Error('denied')), { runId: 'run-9', accounts: [] })).toBe(0);
  });

  test.each([
    ['nothing at all', undefined, [{ accountId, missingSince: aRun(1).at, closedAt: aRun(9).at }]],
    ['all by a newer version', { count: 1, findings: [], facts: [], isWhole: true }, []],
  ] as const)('of which is known %s has nothing to close', async (_, newer, noted) => {
    const notes: object[] = [];
    const findings = store({
      load: async () => ({
        ...{ findings: [], watched: [], hasBaseline: false, readScopes: [], unreadFacts: [] },
        ...(newer === undefined ? {} : { newer }),
      }),
      apply: () => Promise.reject(new Error('nothing is written')),
      noteAbsence: async account => void notes.push(account),
    });
    const closed = await closeDeparted(
      { findings, now: () => at },
      { runId: 'run-9', startedAt: aRun(9).at, accounts: [] },
    );
    expect([closed, notes]).toEqual([0, noted]);
  });
});

test('a first audit is noted once, and the rest of it is marked: opened findings of its run alone', async () => {
  const documents = memoryDocumentStore();
  const large = { isLarge: () => true, accounts: () => 3 };
  const noted = [{ runId: 'run-2', accounts: 3 }];
  expect(await firstAudits(documents, run, large)).toEqual(noted);
  expect(await firstAudits(documents, run, { ...large, accounts: () => 7 })).toEqual(noted);
  expect(await firstAudits(documents, { runId: 'run-3' }, { ...large, isLarge: () => false })).toEqual(noted);
  const steps = openedOf([aRoleFinding('a'), aRoleFinding('b'), aRoleFinding('c')]).map((each, index) => ({
    ...each,
    runId: index === 1 ? 'run-9' : 'run-2',
    ...(index === 2 ? { kind: 'changed' as const } : {}),
  }));
  let left = steps.map((transition, index) => ({ key: `k${index}`, transition }));
  const marked: string[] = [];
  const findings = {
    ...memoryFindingStore(),
    pending: async () => left,
    markSent: async (digestId: string, keys: readonly string[]) => {
      marked.push(`${digestId} ${keys.join()}`);
      left = left.filter(({ key }) => !keys.includes(key));
    },
  };
  const machine = { ...takingNotifier('bus', []), everyFinding: true as const };
  await markRest({ findings, notifiers: [machine], now: () => at }, noted);
  await markRest({ findings, notifiers: [], now: () => at }, []);
  expect(marked).toEqual([]);
  await markRest({ findings, notifiers: [], now: () => at }, noted);
  expect(marked).toEqual(['first-audit k0']);
});

test('the policies over each account lie beside its target, and those of an account are found with it', async () => {
  const policy = { id: 'p-1', name: 'deny', document: complete('{}') };
  const chains = { [accountId]: complete([accountId, 'r-1']), '444455556666': complete(['444455556666', 'r-1']) };
  const table = {
    policies: [
      { ...policy, targets: complete([accountId]) },
      { ...policy, id: 'p-2', targets: complete(['r-1']) },
    ],
    chains,
  };
  const ports = portsOver({ [accountId]: aSnapshot({ accountId }), '444455556666': aSnapshot() });
  const calls = { take: () => ({ 'organizations:ListPolicies': 2 }) };
  const asked: (readonly string[])[] = [];
  const controlPolicies = {
    read: async (targets: readonly { readonly accountId: string }[]) => {
      asked.push(targets.map(each => each.accountId));
      return complete(table);
    },
  };
  const listed = await listTargets({ ...ports, controlPolicies, calls }, run);
  expect([listed, asked]).toEqual([{ ...run, accounts: [accountId, '444455556666'] }, [[accountId, '444455556666']]]);
  expect(await ports.documents.get(documentKeys('run-2').targets)).toEqual({
    ...{ accounts: [accountId, '444455556666'], apiCalls: { 'organizations:ListPolicies': 2 } },
  });
  const { target, controlPolicies: over } = await listedTarget(ports.documents, 'run-2', accountId);
  expect(target).toEqual({ accountId, regions: ['eu-west-1'] });
  expect(over).toEqual(
    complete([
      { id: 'p-1', name: 'deny', attachedTo: accountId, document: '{}' },
      { id: 'p-2', name: 'deny', attachedTo: 'r-1', document: '{}' },
    ]),
  );
  await expect(listedTarget(ports.documents, 'run-2', '999999999933')).rejects.toMatchObject({
    ...{ name: 'DocumentInvalid', message: 'account 999999999933 is not a target of run run-2' },
  });
});

test('keys of very many accounts are held in turns, so that each account has its first ones', async () => {
  const asked: (readonly string[])[] = [];
  const ports = portsOver({});
  const findings = {
    ...ports.findings,
    pending: async (also: readonly string[] = []) => {
      asked.push(also);
      return [];
    },
  };
  const accounts = ['111111111111', '222222222222', '333333333333', '444444444444'];
  for (const id of accounts)
    await ports.documents.put(documentKeys('run-2').summary(id), {
      ...{ status: 'ok', gaps: [], gapCount: 0, transitions: 0, unread: false, areas: [], apiCalls: {} },
      unsentKeys: Array.from({ length: maxPending + 1 }, (_, number) => `${id} ${number}`),
      open: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    });
  await notifyDrift({ ...ports, findings }, { minSeverity: 'low', links: {} }, { ...run, accounts });
  const [keys = []] = asked;
  expect(keys).toHaveLength(maxPending);
  for (const id of accounts) expect(keys.filter(key => key === `${id} 0` || key === `${id} 1`)).toHaveLength(2);
});

test('a record keeps the fifty worst clusters and a hundred gaps and names, and counts the others', async () => {
  const open = { critical: 0, high: 1, medium: 0, low: 0, info: 0 };
  const gap = {
    accountId,
    section: 'roles' as const,
    reason: { kind: 'denied' as const, operation: 'x', message: 'no' },
  };
  const documents = memoryDocumentStore();
  const accounts = Array.from({ length: 101 }, (_, index) => String(100_000_000_000 + index));
  for (const id of accounts)
    await documents.put(documentKeys('run-2').summary(id), {
      ...{ status: 'ok', gaps: [gap], gapCount: 2, transitions: 1, unread: true, unsentKeys: [] },
      ...{ apiCalls: { 'iam:ListRoles': 1 }, open, openByCluster: [{ clusterArn: `c${id}`, open }] },
    });
  await documents.put(documentKeys('run-2').targets, { accounts, apiCalls: { 'sts:GetCallerIdentity': 1 } });
  await documents.put(documentKeys('run-2').issuerSummary, { issuers: 0, failed: 0, apiCalls: { 'iam:ListRoles': 2 } });
  await documents.put(documentKeys('run-2').notification, {
    ...{ sent: true, failed: [], held: ['slack'], transitions: 0, givenUp: 0 },
  });
  const { record, failedAccounts } = await runRecordOf(
    { documents, findings: memoryFindingStore(), now: () => aRun(3).at },
    { ...run, accounts },
  );
  expect({ ...record, openByCluster: record.openByCluster?.length, gaps: record.gaps.length }).toEqual({
    ...{ runId: 'run-2', startedAt: at, endedAt: aRun(3).at, accounts: 101, transitions: 101, sent: true },
    ...{ failedAccounts: accounts.slice(0, 100), gaps: 100, gapCount: 202, held: ['slack'] },
    openBySeverity: { critical: 0, high: 101, medium: 0, low: 0, info: 0 },
    ...{ openByCluster: 50, clustersLeftOut: 51 },
    apiCalls: { 'iam:ListRoles': 103, 'sts:GetCallerIdentity': 1 },
  });
  expect(failedAccounts).toBe(101);
});

describe('the notes of the weekly summary', () => {
  const aRecord = (over: Partial<RunRecord>): RunRecord => ({
    ...{ runId: 'run-1', startedAt: aRun(8).at, endedAt: aRun(8).at, accounts: 1, gaps: [], gapCount: 0 },
    ...{ failedAccounts: [], openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 } },
    ...{ transitions: 0, sent: true, apiCalls: {} },
    ...over,
  });
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
  test.each<readonly [string, RunRecord | undefined, string, readonly string[]]>([
    ['no run', undefined, aRun(8).at, ['No run is recorded: nothing is known of what can be read.']],
    ['a run that is seven days old', aRecord({}), aRun(15).at, []],
    [
      'a run that is older',
      aRecord({}),
      '2026-11-15T06:00:00.001Z',
      [`The last run is of ${aRun(8).at}: none has run since.`],
    ],
    ['an account', aRecord({ failedAccounts: ids(1) }), aRun(8).at, ['Nothing could be read of 1 AWS account: a0.']],
    [
      'five accounts',
      aRecord({ failedAccounts: ids(5) }),
      aRun(8).at,
      ['Nothing could be read of 5 AWS accounts: a0, a1, a2, a3, a4.'],
    ],
    [
      'more accounts than are named',
      aRecord({ failedAccounts: ids(99) }),
      aRun(8).at,
      ['Nothing could be read of 99 AWS accounts: a0, a1, a2, a3, a4 and 94 more.'],
    ],
    [
      'as many as a record names',
      aRecord({ failedAccounts: ids(100) }),
      aRun(8).at,
      ['Nothing could be read of at least 100 AWS accounts: a0, a1, a2, a3, a4 and 95 more.'],
    ],
    [
      'a run that did not succeed',
      aRecord({ failure: { status: 'FAILED', error: 'E', message: 'it broke' } }),
      aRun(8).at,
      [`The last run, of ${aRun(8).at}, did not succeed: it broke.`],
    ],
  ])('on %s', (_, record, when, notes) => {
    expect(runNotes(record, when)).toEqual(notes);
  });

  const summaryOf = async (findings: object) => {
    const took: Digest[] = [];
    const ports = {
      ...{ documents: memoryDocumentStore(), notifiers: [takingNotifier('people', took)], now: () => at },
      findings: { ...memoryFindingStore(), ...findings },
    };
    const event = { runId: 'summary-1', startedAt: aRun(20).at, accounts: [], summary: true };
    await sendSummary(ports, { minSeverity: 'medium', links: {} }, event);
    return took[0];
  };
  const openBySeverity = async () => ({ critical: 1, high: 9000, medium: 20, low: 40, info: 80 });
  const many = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => aKnown({ finding: aFinding({ id: `f${from + index}` }) }));

  test('of more findings than are read the rest is counted by severity, down to the wanted one', async () => {
    const limits: number[] = [];
    const list = async (
      filter: { readonly status: string },
      page: { readonly limit: number; readonly cursor?: string },
    ) => {
      if (filter.status !== 'open') return { items: [] };
      limits.push(page.limit);
      return { items: many(3000, limits.length * 3000).slice(0, page.limit), cursor: `c${limits.length}` };
    };
    const digest = await summaryOf({ list, openBySeverity });
    expect(limits).toEqual([10 * maxInSummary, 10 * maxInSummary - 3000]);
    expect([digest?.stillOpen?.findings.length, digest?.stillOpen?.beyond]).toEqual([
      maxInSummary,
      9021 - maxInSummary,
    ]);
  });

  test('what a newer version wrote is noted, of findings and of runs, and counted by the table', async () => {
    const digest = await summaryOf({
      list: async ({ status }: { readonly status: string }) =>
        status === 'open' ? { items: many(2), newer: 3 } : { items: [] },
      runs: async () => ({ items: [], newer: 1 }),
      openBySeverity,
    });
    expect(digest?.notes).toEqual([newerNote(4)]);
    expect(digest?.stillOpen?.beyond).toBe(9021 - 2);
  });

  test('the run of a week ago is looked for over pages, and not for ever', async () => {
    const trend = async (pages: number) => {
      let asked = 0;
      const runs = async ({ limit }: { readonly limit: number }) => {
        if (limit === 1) return { items: [aRecord({ startedAt: aRun(20).at })] };
        asked += 1;
        const old = aRecord({ startedAt: aRun(13).at });
        return { items: [aRecord({ startedAt: aRun(14).at }), ...(asked === pages ? [old] : [])], cursor: `c${asked}` };
      };
      return [(await summaryOf({ runs }))?.stillOpen?.trend?.before?.startedAt, asked];
    };
    expect(await trend(25)).toEqual([aRun(13).at, 25]);
    expect(await trend(26)).toEqual([undefined, 25]);
  });
});

test('a cluster beyond the first of a batch is read again only where an earlier attempt has left something', async () => {
  const names = Array.from({ length: 9 }, (_, index) => `c${index}`);
  const cluster = aReadCluster();
  const clusters = names.map(name => ({ ...cluster, cluster: { ...cluster.cluster, name } }));
  const [keys, asked, gets] = [documentKeys('run-2'), [] as string[], [] as string[]];
  const documents = memoryDocumentStore();
  await documents.put(keys.targetsWith(accountId), { targets: { [accountId]: { accountId, regions: [] } } });
  await documents.put(keys.account(accountId), {
    ...{ status: 'read', inside: [], beyond: [], apiCalls: {} },
    snapshot: aSnapshot({ accountId, clusters: complete(clusters) }),
  });
  const { kubernetes, podIdentity, addons } = cluster;
  const ports = {
    documents: {
      ...documents,
      get: (key: string) => {
        gets.push(key);
        return documents.get(key);
      },
    },
    now: () => at,
    clusters: {
      read: async (_target: unknown, { name }: { readonly name: string }) => {
        asked.push(name);
        return { kubernetes, podIdentity, addons };
      },
    },
  };
  const read = () => collectCluster(ports, { ...run, accountId, clusters: names.map(name => `eu-west-1/${name}`) });
  const ninth = keys.cluster(accountId, 'eu-west-1/c8');
  expect(await read()).toBe('ok');
  expect([asked.length, gets.includes(ninth)]).toEqual([9, false]);
  await documents.put(ninth, { kubernetes, podIdentity, addons, apiCalls: {}, mayBeReadAgain: true });
  expect(await read()).toBe('ok');
  expect([asked.slice(9), gets.includes(ninth)]).toEqual([['c8'], true]);
});

test('events of a note are told with the accounts that the last full run has', async () => {
  const documents = memoryDocumentStore();
  await documents.put(lastReadKey, base);
  await documents.put(documentKeys('run-1').targetsWith(accountId), {
    targets: { [accountId]: { accountId, regions: ['eu-west-1'] } },
  });
  const [event, again] = [aChangeEvent(), aChangeEvent({ eventId: 'e-2' })];
  await documents.put(fastLaneKeys.note('fast-1', 'a'), {
    changes: { [accountId]: [event], '999999999999': [event] },
    leftOut: { [accountId]: 2 },
  });
  await documents.put(fastLaneKeys.note('fast-1', 'b'), {
    changes: { [accountId]: [event, again] },
    leftOut: { [accountId]: 3 },
  });
  await documents.put(fastLaneKeys.note('fast-1', 'c'), { no: 'note' });
  expect(await planFastRun({ documents, now: () => at }, { runId: 'fast-1' })).toEqual({
    ...{ runId: 'fast-1', startedAt: at, fast: true, accounts: [accountId], skippedNotes: 1 },
  });
  expect(await documents.get(documentKeys('fast-1').targetsWith(accountId))).toEqual({
    targets: { [accountId]: { accountId, regions: ['eu-west-1'], fast: { changes: [event, again], leftOut: 5 } } },
  });
  expect(await documents.list('fast-lane/started/')).toEqual([
    fastLaneKeys.started({ startedAt: at, runId: 'fast-1', accountId }),
  ]);
});
