/** The message and the memory of a first audit that is told as a whole. */
import { expect, test } from '@jest/globals';
import { firstAuditsKey } from '../../lib/audit/document-keys.ts';
import { firstAuditOf, firstAudits, firstDigest } from '../../lib/audit/steps/first-audit.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, aFactChange, openedOf, someCoverage } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

test('the message has counts, the worst twenty and links, and nothing else of the digest', () => {
  const transitions = openedOf(Array.from({ length: 25 }, (_, at) => aRoleFinding(`r-${at}`)));
  const more = { coverage: someCoverage(2), toldAsWhole: ['run-1'], notes: ['a note'], links: { report: 'https://x' } };
  const digest = aDigest(transitions, [aFactChange()], more);
  const { id, runId, at, gaps, openBySeverity } = digest;
  const told = firstDigest(digest, 60);
  expect(told).toEqual({
    ...{ id: told.id, runId, at, gaps, openBySeverity, notes: ['a note'], links: { report: 'https://x' } },
    ...{ transitions: [], factChanges: [] },
    stillOpen: {
      findings: digest.transitions.slice(0, 20).map(({ after }) => after),
      // Three are open by the counts, which are fewer than those that are shown.
      ...{ beyond: 0, first: { accounts: 60, openBySeverity } },
    },
  });
  expect([told.id === id, firstDigest(digest, 61).id === told.id]).toEqual([false, true]);
  const open = { critical: 1, high: 20, medium: 300, low: 0, info: 4000 };
  expect(firstDigest({ ...digest, openBySeverity: open }, 60).stillOpen?.beyond).toBe(4321 - 20);
});

test('a run is remembered once, and of the others the last twenty', async () => {
  const documents = memoryDocumentStore();
  const large = (isLarge: boolean) => ({ isLarge: () => isLarge, accounts: () => 3 });
  const remembered = async (runId: string, isLarge = true) =>
    (await firstAudits(documents, { runId }, large(isLarge))).map(run => run.runId);
  expect(await remembered('run-0', false)).toEqual([]);
  await expect(documents.get(firstAuditsKey)).rejects.toThrow('there is no document');
  expect([await remembered('run-1'), await remembered('run-1')]).toEqual([['run-1'], ['run-1']]);
  expect(await remembered('run-2', false)).toEqual(['run-1']);
  for (let at = 2; at <= 22; at += 1) await remembered(`run-${at}`);
  expect(await documents.get(firstAuditsKey)).toEqual({
    runs: Array.from({ length: 20 }, (_, at) => ({ runId: `run-${at + 3}`, accounts: 3 })),
  });
});

test('accounts that nobody was told of before are counted, with what is unsent of them', () => {
  const counted = firstAuditOf({ runId: 'r', at: '', accounts: ['a'], areas: [] });
  counted.add('a', Array(6000).fill('key'));
  counted.add('b', Array(5000).fill('key'));
  expect([counted.accounts(), counted.isLarge()]).toEqual([1, false]);
  counted.add('c', ['key']);
  expect([counted.accounts(), counted.isLarge()]).toEqual([2, true]);
});
