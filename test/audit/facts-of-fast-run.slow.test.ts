/** A fast run asks for no calls of CloudTrail: it has those of the full run that it is laid over. */
import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import type { AccountDocument, IndexDocument } from '../../lib/audit/documents.ts';
import { factsOfAccount } from '../../lib/audit/steps/facts-of.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { someChoices } from '../support/audit-ports.ts';
import { exampleAccountId as accountId, aSnapshot } from '../support/example-world.ts';

const event = { runId: 'fast-1', startedAt: '2026-11-25T06:00:00.000Z', accountId };
const reason = { kind: 'denied', operation: 'sts:AssumeRole', message: 'no' } as const;
const runtime = (from: string) => complete({ from, to: '2026-11-25T00:00:00.000Z', events: [] });
const read = (from: string): AccountDocument => ({
  ...{ status: 'read', inside: [], beyond: [], apiCalls: {} },
  snapshot: aSnapshot({ accountId, runtime: runtime(from) }),
});
const ended = {
  kind: 'timed-out',
  operation: 'collect-account',
  message: 'ended without a result: it ran out of time or memory, see its log',
} as const;

test.each<readonly [string, AccountDocument | undefined, unknown]>([
  ['has read the account', read('of the full run'), runtime('of the full run')],
  ['could not read it', { status: 'failed', reason, apiCalls: {} }, unavailable(reason)],
  ['left no document of it', undefined, unavailable(ended)],
])('where the full run %s', async (_, document, expected) => {
  const documents = memoryDocumentStore();
  await documents.put(documentKeys('fast-1').account(accountId), read('of the fast run'));
  if (document !== undefined) await documents.put(documentKeys('run-1').account(accountId), document);
  await documents.put(documentKeys('fast-1').index, {
    ...{ accounts: [accountId], rolesUnread: [], providersUnread: [], gaps: [], clusterCount: 0, related: [] },
    readIn: { base: 'run-1', later: { [accountId]: ['fast-1'] } },
  } satisfies IndexDocument);
  const facts = await factsOfAccount(documents, someChoices(), event);
  expect('facts' in facts && facts.facts.snapshot.runtime).toEqual(expected);
  expect('base' in facts && facts.base).toBe('run-1');
});
