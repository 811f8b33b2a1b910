/** How much, how long and how often: at the limit, and one beyond. */
import { expect, test } from '@jest/globals';
import { choicesOf } from '../../lib/audit/choices-of.ts';
import * as contract from '../../lib/audit/contract.ts';
import { maxDelivery, maxKeptDigests } from '../../lib/audit/deliver.ts';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { maxAttempts, maxOutbox, maxSend } from '../../lib/audit/drain.ts';
import { keptOfAccount } from '../../lib/audit/fast-lane/documents.ts';
import { noteChanges } from '../../lib/audit/fast-lane/note-changes.ts';
import { readChange } from '../../lib/audit/fast-lane/read-change.ts';
import { isInTime, slotAt } from '../../lib/audit/fast-lane/slots.ts';
import { withDelivered } from '../../lib/audit/outbox.ts';
import { leaseMinutes, maxPending, type RunRecord, writeMinutes } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { maxFailureMessage, runFailure } from '../../lib/audit/run-failure.ts';
import { maxSkipped } from '../../lib/audit/skipped-run.ts';
import { closeDeparted } from '../../lib/audit/steps/close-departed.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { firstAuditOf, firstAudits, firstDigest, markRest } from '../../lib/audit/steps/first-audit.ts';
import { maxInSummary } from '../../lib/audit/steps/send-summary.ts';
import { trendOfRuns } from '../../lib/audit/trend-of-runs.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { anApiEvent } from '../support/api-events.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { accountId, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aSnapshot } from '../support/example-world.ts';

/** Each is said in the docs or in the comment beside it; the others are tried below. */
test('the numbers that other rooms and the stack know', () => {
  expect({
    maxPending,
    writeMinutes,
    leaseMinutes,
    maxKept: maxKeptDigests,
    maxDelivery,
    maxAttempts,
    maxOutbox,
    maxSend,
  }).toEqual({
    ...{ maxPending: 5000, writeMinutes: 15, leaseMinutes: 20, maxKept: 100 },
    ...{ maxDelivery: 180_000, maxAttempts: 10, maxOutbox: 20, maxSend: 60_000 },
  });
  const { gatherSeconds, longestRunMinutes, maxClustersInside, clustersPerCall, untilOtherHasSent } = contract;
  expect({ gatherSeconds, longestRunMinutes, maxClustersInside, clustersPerCall, untilOtherHasSent }).toEqual({
    ...{ gatherSeconds: 45, longestRunMinutes: 360, maxClustersInside: 2000, clustersPerCall: 25 },
    untilOtherHasSent: { firstWait: 60, rate: 1.5, longestWait: 600, attempts: 8 },
  });
  expect({ keptOfAccount, maxSkipped, maxInSummary, maxMessage: maxFailureMessage }).toEqual({
    ...{ keptOfAccount: 1000, maxSkipped: 500, maxInSummary: 500, maxMessage: 500 },
  });
  expect(choicesOf(parseConfiguration('{}', 'test')).concurrency).toBe(8);
});

test('an outbox remembers the last 150 digests that were taken', () => {
  const ids = Array.from({ length: 150 }, (_, at) => `d${at}`);
  expect(withDelivered(ids, [])).toEqual(ids);
  expect(withDelivered(ids, ['d0', 'new'])).toEqual([...ids.slice(1), 'new']);
});

test('of a thousand digests that were handed over each has a place of its own', () => {
  const place = documentKeys('').handed;
  expect([place(1) === place(1001), place(1) === place(501), place(1) === place(1000)]).toEqual([true, false, false]);
});

test('a failure is told in 500 characters', () => {
  const message = (length: number) => runFailure('FAILED', { error: '', cause: 'x'.repeat(length) }).message;
  const around = 'the run: failed ()'.length;
  expect(message(500 - around)).toBe(`the run: failed (${'x'.repeat(500 - around)})`);
  expect(message(501 - around)).toHaveLength(500);
});

test('a text of an event is kept up to 200 characters', () => {
  const actor = (length: number) => {
    const change = readChange(JSON.stringify(anApiEvent({}, { userIdentity: { arn: 'a'.repeat(length) } })));
    return typeof change === 'string' ? change : change.actor;
  };
  expect([actor(200), actor(201)]).toEqual(['a'.repeat(200), `${'a'.repeat(199)}…`]);
});

test('a note is in time until five seconds before the end of its slot, and is tried for three slots', async () => {
  const slot = slotAt('2026-11-25T10:15:00.000Z');
  expect(['10:15:55.000', '10:15:55.001'].map(now => isInTime(slot, `2026-11-25T${now}Z`))).toEqual([true, false]);
  let minutes = 0;
  const puts: string[] = [];
  const started: string[] = [];
  const documents = { ...memoryDocumentStore(), put: async (key: string) => void puts.push(key) };
  const note = (slow: number) =>
    noteChanges(
      {
        documents,
        // Each write takes so long that its slot is over, but for the last one.
        now: () =>
          new Date(Date.parse('2026-11-25T10:15:00Z') + 60_000 * (minutes++ < slow ? minutes : 9)).toISOString(),
        executions: { start: async name => void started.push(name) },
      },
      [{ messageId: '1', body: JSON.stringify(anApiEvent()) }],
    );
  await expect(note(99)).rejects.toMatchObject({ name: 'TransientError' });
  expect([puts.length, started.length]).toEqual([3, 0]);
  minutes = 0;
  puts.length = 0;
  await note(4);
  expect([puts.length, started.length]).toEqual([3, 1]);
});

const aRecord = (over: Partial<RunRecord>): RunRecord => ({
  ...{ runId: 'run-1', startedAt: aRun(8).at, endedAt: aRun(8).at, accounts: 1, gaps: [], gapCount: 0 },
  ...{ failedAccounts: [], openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 } },
  ...{ transitions: 0, sent: true, apiCalls: {} },
  ...over,
});

test('a trend has sixty runs, the one that it ends with too, and is looked for in six thousand', async () => {
  let pages = 0;
  const runs = async ({ limit }: { readonly limit: number }) => {
    pages += 1;
    return {
      items: Array.from({ length: limit }, () => aRecord({ startedAt: aRun(pages > 2 ? 8 : 9).at })),
      cursor: 'c',
    };
  };
  const trend = await trendOfRuns({ runs }, aRun(8).at);
  expect([trend.length, pages]).toEqual([60, 3]);
  pages = 0;
  const later = async ({ limit }: { readonly limit: number }) => {
    pages += 1;
    return { items: Array.from({ length: limit }, () => aRecord({ startedAt: aRun(9).at })), cursor: 'c' };
  };
  expect(await trendOfRuns({ runs: later }, aRun(8).at)).toEqual([]);
  expect(pages).toBe(100);
});

test('an account that is missing for a day is closed, and a millisecond earlier it is not', async () => {
  const closed = async (startedAt: string) => {
    const notes: object[] = [];
    const findings = {
      ...memoryFindingStore(),
      accounts: async () => [{ accountId, missingSince: aRun(1).at }],
      noteAbsence: async (account: object) => void notes.push(account),
    };
    await closeDeparted({ findings, now: () => startedAt }, { runId: 'r', startedAt, accounts: [] });
    return notes.length;
  };
  expect([await closed(aRun(2).at), await closed('2026-11-02T05:59:59.999Z')]).toEqual([1, 0]);
});

test('eight clusters are read at once, and none is begun after twelve minutes', async () => {
  const cluster = aReadCluster();
  const names = Array.from({ length: 10 }, (_, at) => `c${at}`);
  const snapshot = aSnapshot({
    accountId,
    clusters: complete(names.map(name => ({ ...cluster, cluster: { ...cluster.cluster, name } }))),
  });
  const { kubernetes, podIdentity, addons } = cluster;
  const readAt = async (milliseconds: number) => {
    const documents = memoryDocumentStore();
    await documents.put(documentKeys('run-1').targetsWith(accountId), {
      targets: { [accountId]: { accountId, regions: [] } },
    });
    await documents.put(documentKeys('run-1').account(accountId), {
      status: 'read',
      inside: [],
      beyond: [],
      apiCalls: {},
      snapshot,
    });
    let [time, under, most, read] = [Date.parse(aRun(1).at), 0, 0, 0];
    const ports = {
      documents,
      now: () => new Date(time).toISOString(),
      clusters: {
        read: async () => {
          under += 1;
          read += 1;
          most = Math.max(most, under);
          await new Promise(resolve => setImmediate(resolve));
          under -= 1;
          if (read === 8) time += milliseconds;
          return { kubernetes, podIdentity, addons };
        },
      },
    };
    const event = {
      runId: 'run-1',
      startedAt: aRun(1).at,
      accountId,
      clusters: names.map(name => `eu-west-1/${name}`),
    };
    const status = await collectCluster(ports, event).catch((error: Error) => error.message);
    return { read, most, status };
  };
  expect(await readAt(12 * 60_000)).toEqual({ read: 10, most: 8, status: 'ok' });
  expect(await readAt(12 * 60_000 + 1)).toEqual({
    read: 8,
    most: 8,
    status: 'other clusters of the account took all the time',
  });
});

test('a first audit shows twenty findings, and twenty such runs are remembered', async () => {
  const digest = (count: number) =>
    aDigest(openedOf(Array.from({ length: count }, (_, at) => aRoleFinding(`r${at}`))), [], {
      openBySeverity: { critical: 0, high: count, medium: 0, low: 0, info: 0 },
    });
  const told = (count: number) => {
    const { stillOpen, transitions } = firstDigest(digest(count), 3);
    return [stillOpen?.findings.length, stillOpen?.beyond, stillOpen?.first?.accounts, transitions.length];
  };
  expect([told(20), told(21)]).toEqual([
    [20, 0, 3, 0],
    [20, 1, 3, 0],
  ]);
  const documents = memoryDocumentStore();
  const large = { isLarge: () => true, accounts: () => 1 };
  for (let run = 1; run <= 20; run += 1) await firstAudits(documents, { runId: `r${run}` }, large);
  expect(await firstAudits(documents, { runId: 'r20' }, large)).toHaveLength(20);
  const runs = await firstAudits(documents, { runId: 'r21' }, large);
  expect([runs.length, runs[0]?.runId, runs.at(-1)?.runId]).toEqual([20, 'r2', 'r21']);
});

test('the rest of a first audit is marked in a hundred rounds, and in five minutes', async () => {
  const rounds = async (seconds: number) => {
    let [count, time] = [0, Date.parse(aRun(1).at)];
    const [transition] = openedOf([aRoleFinding('a')]);
    if (transition === undefined) throw new Error('no step');
    const findings = {
      ...memoryFindingStore(),
      pending: async () => [{ key: 'k', transition: { ...transition, runId: 'r' } }],
      markSent: async () => {
        count += 1;
        time += seconds * 1000;
      },
    };
    await markRest({ findings, notifiers: [], now: () => new Date(time).toISOString() }, [{ runId: 'r', accounts: 1 }]);
    return count;
  };
  expect([await rounds(0), await rounds(3), await rounds(30), await rounds(299), await rounds(300)]).toEqual([
    100, 100, 10, 2, 1,
  ]);
});

test('the summary of an account keeps a hundred gaps, and counts all', async () => {
  const reason = { kind: 'denied', operation: 'eks:ListClusters', message: 'no' } as const;
  const regions = Array.from({ length: 101 }, (_, at) => ({
    region: `eu-west-${at}`,
    clusters: unavailable<never>(reason),
  }));
  const ports = portsOver({ [accountId]: { ...aSnapshot({ accountId }), regions } });
  await runAudit(ports, someChoices({ rules: [] }), { runId: 'run-1', startedAt: aRun(1).at });
  const summary = (await ports.documents.get(documentKeys('run-1').summary(accountId))) as {
    readonly gaps: readonly object[];
    readonly gapCount: number;
  };
  expect(summary.gaps).toHaveLength(100);
  expect(summary.gapCount).toBeGreaterThanOrEqual(101);
});

test.each([
  [maxPending, false],
  [maxPending + 1, true],
])('of %d findings of accounts that are new the first audit is told as a whole: %s', (count, isLarge) => {
  const first = firstAuditOf({ runId: 'run-0', at: aRun(1).at, accounts: ['known'], areas: [] });
  const keys = Array.from({ length: maxPending }, (_, at) => `k${at}`);
  first.add('known', keys);
  first.add('a', keys.slice(1));
  first.add('b', keys.slice(0, count - maxPending + 1));
  expect([first.isLarge(), first.accounts()]).toEqual([isLarge, 2]);
});
