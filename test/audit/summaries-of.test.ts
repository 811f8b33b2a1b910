import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { openInFleet, openSum } from '../../lib/audit/steps/open-in-fleet.ts';
import { eachSummary } from '../../lib/audit/steps/summaries-of.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { ThrottledError } from '../../lib/kit/errors.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aKnown, aRoleFinding, aRun } from '../support/drift-builders.ts';

const accountId = '111122223333';
const { runId, at: startedAt } = aRun(2);
const run = { runId, startedAt, accounts: [accountId] };
const findings = [
  aKnown({ finding: aRoleFinding('a', { severity: 'critical' }) }),
  aKnown({ finding: aRoleFinding('b', { severity: 'low' }), status: 'resolved' }),
];

/** The open findings that the sum over a run's accounts tells; undefined where they must be counted in the table. */
const sumOf = async (load: () => Promise<typeof nothingKnown>, summary?: object) => {
  const documents = memoryDocumentStore();
  if (summary !== undefined) await documents.put(documentKeys(runId).summary(accountId), summary);
  const open = openSum();
  await eachSummary({ documents, findings: { load } }, run, (_id, each) => open.add(each));
  return open.sum();
};
const failed = { status: 'failed', gaps: [], gapCount: 1, transitions: 0, unread: true, unsentKeys: [], apiCalls: {} };

test.each([
  ['ended without a summary', undefined],
  ['failed', failed],
] as const)('an account whose evaluation %s counts what is open by the load of its state', async (_title, summary) =>
  expect(await sumOf(async () => ({ ...nothingKnown, findings }), summary)).toMatchObject({ critical: 1, low: 0 }),
);

test('open findings are counted by cluster, too, unless some account does not tell', () => {
  const open = { critical: 0, high: 1, medium: 0, low: 0, info: 0 };
  const of = (clusterArn: string) => [{ clusterArn, open }];
  const sum = openSum();
  sum.add({ open, openByCluster: of('a') });
  sum.add({ open, openByCluster: [...of('a'), ...of('b')] });
  expect(sum.byCluster()).toEqual([{ clusterArn: 'a', open: { ...open, high: 2 } }, ...of('b')]);
  sum.add({ open });
  expect(sum.byCluster()).toBeUndefined();
  expect(sum.sum()?.high).toBe(3);
});

test('an account that cannot be loaded counts as unknown, and the table is asked', async () => {
  const sum = await sumOf(() => Promise.reject(new Error('damaged')));
  expect(sum).toBeUndefined();
  const table = { critical: 0, high: 7, medium: 0, low: 0, info: 0 };
  const store = { accounts: async () => [], openBySeverity: async () => table };
  expect(await openInFleet(store, [accountId], sum)).toBe(table);
});

test('a load that is worth a repeat fails the step', () =>
  expect(sumOf(() => Promise.reject(new ThrottledError('slow down')))).rejects.toThrow('slow down'));
