/** Every write is over before anything else is asked, and before its step ends: one that nobody waits for is lost with the function,
 *  and its refusal is told to nobody. */
import { expect, test } from '@jest/globals';
import { noteChanges } from '../../lib/audit/fast-lane/note-changes.ts';
import { overlayIssuers } from '../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../lib/audit/fast-lane/plan-fast-run.ts';
import type { AuditPorts, DeadLetter } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { beginRun } from '../../lib/audit/steps/begin-run.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { recordFailure } from '../../lib/audit/steps/record-failure.ts';
import { sendSummary } from '../../lib/audit/steps/send-summary.ts';
import { complete } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { anApiEvent } from '../support/api-events.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

const accountId = '111122223333';
const other = '444455556666';

/** Writes of one kind are made at once: of items of one account, of documents of several. */
const kindOf = (name: string): string => name.replace(/ (?:finding|watched)$/, ' item').replace(/\d{12}/g, 'account');

/** Notes each call that begins while a write of another kind is under way. */
const watching = () => {
  const writes = new Set<{ readonly name: string }>();
  const faults = new Set<string>();
  const calls = new Set<string>();
  const watched = async <T>(name: string, isWrite: boolean, work: () => T | Promise<T>): Promise<T> => {
    calls.add(name);
    for (const write of writes)
      if (kindOf(write.name) !== kindOf(name)) faults.add(`${name} begins while ${write.name} is under way`);
    const own = { name };
    if (isWrite) writes.add(own);
    try {
      for (let turn = 0; turn < 3; turn += 1) await new Promise(resolve => setImmediate(resolve));
      return await work();
    } finally {
      writes.delete(own);
    }
  };
  /** Runs a step; whatever it has left open is a fault. */
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const result = await work();
    for (const write of writes) faults.add(`${name} ends while ${write.name} is under way`);
    return result;
  };
  return { watched, step, faults, calls };
};

/** Ports over one account with an open role, its inside read; `policies` are the trust policies of its roles. */
const fleet = (policies: () => readonly string[]) => {
  const { watched, ...watch } = watching();
  const { client } = memoryTable(
    (operation, perform, _error, input) =>
      watched(
        `${operation} ${String((input as { Key?: { sk?: string } }).Key?.sk ?? '').replace(/#.*/, '')}`,
        !/^(?:Query|Get|BatchGet)/.test(operation),
        perform,
      ),
    100,
  );
  const memory = memoryDocumentStore();
  const documents = {
    put: (key: string, document: unknown) => watched(`put ${key}`, true, () => memory.put(key, document)),
    get: (key: string) => watched(`get ${key}`, false, () => memory.get(key)),
    list: (prefix: string) => watched(`list ${prefix}`, false, () => memory.list(prefix)),
  };
  const cluster = aReadCluster();
  const { kubernetes, podIdentity, addons } = cluster;
  const snapshotOf = (): AccountSnapshot =>
    aSnapshot({
      accountId,
      clusters: complete([cluster]),
      roles: complete(
        policies().map((trustPolicy, at) =>
          aRole({ name: `r${at}`, arn: `arn:aws:iam::${accountId}:role/r${at}`, trustPolicy }),
        ),
      ),
    });
  const sent = { refuses: false };
  const ports: AuditPorts & { readonly targetIds: string[] } = {
    ...portsOver({}),
    targetIds: [accountId],
    targets: { list: async () => ports.targetIds.map(id => ({ accountId: id, regions: ['eu-west-1'] })) },
    accounts: { read: async target => ({ ...snapshotOf(), accountId: target.accountId }) },
    clusters: { read: async () => ({ kubernetes, podIdentity, addons }) },
    documents,
    findings: dynamodbFindingStore({
      client,
      tableName: 'findings',
      retention: { resolvedDays: 90, historyDays: 400 },
    }),
    notifiers: [
      {
        name: 'slack',
        send: () =>
          watched('send', true, () => {
            if (sent.refuses) throw new Error('no');
            return 'sent' as const;
          }),
      },
    ],
    deadLetters: { put: (_letter: DeadLetter) => watched('dead letter', true, () => undefined) },
    pages: { toolVersion: '0', put: key => watched(`page ${key}`, true, () => undefined) },
    calls: { take: () => ({}) },
  };
  return { ports, watched, sent, ...watch };
};

test('no write is left under way, in any step of a run', async () => {
  const open = aTrustPolicy({ accountId, condition: {} });
  let policies = [open];
  const { ports, watched, sent, step, faults, calls } = fleet(() => policies);
  const choices = {
    ...someChoices({
      rules: catalog.filter(({ id }) => ['trust-any-subject', 'cluster-provider-missing'].includes(id)),
      concurrency: 1,
    }),
    settings: { ...someChoices().settings, inCluster: true },
  };
  const start = (day: number) => ({ runId: `run-${day}`, startedAt: `2026-11-${10 + day}T06:00:00.000Z` });
  const run = (day: number) => step(`run ${day}`, () => runAudit(ports, choices, start(day)));
  await run(1);
  policies = [aTrustPolicy({ accountId }), open];
  sent.refuses = true;
  await run(2);
  sent.refuses = false;
  ports.targetIds.splice(0, 1, other);
  for (const day of [3, 5]) await run(day);
  await step('another run', async () => {
    await beginRun(ports, start(6));
    await beginRun(ports, start(7));
  });
  await step('a failure', () =>
    recordFailure(ports, { ...start(6), failure: { status: 'FAILED', error: 'E', message: 'm' } }),
  );
  const findings = ports.findings as ReturnType<typeof dynamodbFindingStore>;
  await step('the summary', () =>
    sendSummary({ ...ports, findings }, choices, { ...start(8), accounts: [], summary: true }),
  );
  const executions = { start: () => watched('start', true, () => undefined) };
  const noted = await step('a change', () =>
    noteChanges({ ...ports, executions }, [
      { messageId: '1', body: JSON.stringify(anApiEvent({ account: other }, { recipientAccountId: other })) },
    ]),
  );
  const state = await step('the plan', () => planFastRun(ports, { runId: noted.run ?? '' }));
  const event = { runId: state.runId, startedAt: state.startedAt, accountId: other };
  await step('an account', () => collectAccount(ports, choices, event));
  await step('the index', () => overlayIssuers(ports, choices, state));
  await step('the rules', () => evaluateAccount(ports, choices, event));
  await step('the news', () => notifyDrift(ports, choices, state));
  expect([...faults]).toEqual([]);
  const written = [...calls].filter(name => /^(?:put|page|Update|BatchWrite|Delete|send|start)/.test(name));
  expect(written.length).toBeGreaterThan(60);
});
