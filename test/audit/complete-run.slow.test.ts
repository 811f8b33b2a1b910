import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import type { IndexDocument } from '../../lib/audit/documents.ts';
import { completeRun } from '../../lib/audit/steps/complete-run.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';

const startedAt = '2026-11-02T03:00:00.000Z';
const settings = { registeredIssuers: [], inCluster: false, unusedAfterDays: 90 };
const gap = {
  accountId: '111122223333',
  section: 'clusters' as const,
  reason: { kind: 'denied' as const, operation: 'eks:ListClusters', message: 'no' },
};
const index: IndexDocument = {
  ...{ accounts: [], rolesUnread: [], providersUnread: [], gaps: [], clusterCount: 0, related: [] },
};

test.each<readonly [string, IndexDocument | undefined, boolean]>([
  ['is whole', index, false],
  ['lacks the clusters of an account', { ...index, gaps: [gap] }, true],
  ['was never written', undefined, true],
])('where the index of the fleet %s, it is said whether orphans are judged', async (_, written, suspended) => {
  const documents = memoryDocumentStore();
  if (written !== undefined) await documents.put(documentKeys('run-1').index, written);
  const ports = { documents, findings: memoryFindingStore(), now: () => startedAt };
  const completed = await completeRun(ports, { settings }, { runId: 'run-1', startedAt, accounts: [] });
  expect(completed.orphanRulesSuspended).toBe(suspended);
});

/** The summary of an account with so many gaps; `unread`: nothing of it was read. */
const summary = (gapCount: number, unread = false) => ({
  ...{ status: 'ok', gaps: Array.from({ length: gapCount }, () => gap), gapCount, unread },
  ...{ transitions: 0, areas: [], unsentKeys: [], apiCalls: {} },
  open: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
});

test.each<readonly [string, readonly ReturnType<typeof summary>[], object]>([
  ['no account', [], { failedAccounts: 0, gaps: 0, complete: true, readNothing: false }],
  ['all of it', [summary(0), summary(0)], { failedAccounts: 0, gaps: 0, complete: true, readNothing: false }],
  ['a part less', [summary(0), summary(1)], { failedAccounts: 0, gaps: 1, complete: false, readNothing: false }],
  [
    'an account less',
    [summary(0, true), summary(0)],
    { failedAccounts: 1, gaps: 0, complete: false, readNothing: false },
  ],
  ['nothing', [summary(1, true), summary(1, true)], { failedAccounts: 2, gaps: 2, complete: false, readNothing: true }],
])('a run that has read %s', async (_, summaries, completed) => {
  const documents = memoryDocumentStore();
  const accounts = summaries.map((_one, at) => `11112222333${at}`);
  for (const [at, accountId] of accounts.entries())
    await documents.put(documentKeys('run-1').summary(accountId), summaries[at]);
  await documents.put(documentKeys('run-1').index, index);
  const findings = memoryFindingStore();
  const ports = { documents, findings, now: () => startedAt };
  expect(await completeRun(ports, { settings }, { runId: 'run-1', startedAt, accounts })).toEqual({
    ...{ runId: 'run-1', accounts: accounts.length, transitions: 0, sent: false, orphanRulesSuspended: false },
    openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
    ...completed,
  });
  const [record] = (await findings.runs({ limit: 1 })).items;
  expect(record?.failure?.error).toBe('readNothing' in completed && completed.readNothing ? 'NothingRead' : undefined);
});
