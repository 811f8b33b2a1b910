import { expect, test } from '@jest/globals';
import { inFlightKey } from '../../lib/audit/document-keys.ts';
import { sendSummary } from '../../lib/audit/steps/send-summary.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

test('what a run had handed over, and not yet marked as sent, is still to be marked after a weekly summary', async () => {
  const sent: Digest[] = [];
  const startedAt = '2026-11-23T08:00:00.000Z';
  const ports = {
    ...{ documents: memoryDocumentStore(), findings: memoryFindingStore(), now: () => startedAt },
    notifiers: [takingNotifier('chat', sent)],
  };
  const sending = { digestId: 'd-1', keys: ['account#111122223333|finding#f|v1'] };
  await ports.documents.put(inFlightKey, { last: 4, sending });
  const event = { runId: 'summary-1', startedAt, accounts: [], summary: true };
  expect(await sendSummary(ports, { minSeverity: 'low', links: {} }, event)).toEqual({
    ...{ sent: true, digestIds: ['weekly-20261123T080000000Z'], transitions: 0, failed: [], held: [], givenUp: 0 },
  });
  expect(await ports.documents.get(inFlightKey)).toEqual({ last: 5, sending });
  expect(sent.map(({ id }) => id)).toEqual(['weekly-20261123T080000000Z']);
});
