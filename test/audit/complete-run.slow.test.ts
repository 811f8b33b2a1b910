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
