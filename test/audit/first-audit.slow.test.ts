import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { maxPending, type Notifier } from '../../lib/audit/ports.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { takeTurns } from '../../lib/history/take-turns.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { digestText } from '../../lib/report/digest/digest-text.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { openedOf } from '../support/digest-builders.ts';
import { aFinding } from '../support/drift-builders.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const startedAt = '2026-11-02T03:00:00.000Z';
const accountIds = (count: number) => Array.from({ length: count }, (_, index) => String(100_000_000_000 + index));

/** A fleet whose runs write so many new findings of each account. */
const fleet = (notifiers: (people: Digest[], machine: Digest[]) => readonly Notifier[]) => {
  const people: Digest[] = [];
  const machine: Digest[] = [];
  const findings = memoryFindingStore();
  const ports = {
    ...{ findings, documents: memoryDocumentStore(), now: () => startedAt },
    notifiers: notifiers(people, machine),
  };
  const run = async (runId: string, accounts: readonly string[], each: number, name = 'new') => {
    for (const accountId of accounts) {
      const opened = Array.from({ length: each }, (_, index) =>
        aFinding({ id: `${name}-${accountId}-${index}`, accountId, severity: index === 0 ? 'critical' : 'medium' }),
      );
      const transitions = openedOf(opened).map(each => ({ ...each, runId, after: { ...each.after, runId } }));
      const { confirmedAt: basis } = await findings.load(accountId);
      const change = { accountId, runId, at: startedAt, transitions, factChanges: [], watched: [], coverage: [] };
      const { unsentKeys } = await findings.apply(
        { ...change, readScopes: [], unreadFacts: [], ...(basis === undefined ? {} : { basis }) },
        startedAt,
      );
      await ports.documents.put(documentKeys(runId).summary(accountId), {
        ...{ status: 'ok', gaps: [], gapCount: 0, transitions: each, unread: false, areas: [] },
        ...{ unsentKeys, apiCalls: {}, open: { critical: 1, high: 0, medium: each - 1, low: 0, info: 0 } },
      });
    }
    return notifyDrift(
      ports,
      { minSeverity: 'low', links: { report: 'https://example.com/report' } },
      { ...{ runId, startedAt, accounts: [...accounts] } },
    );
  };
  return { people, machine, run, pending: async () => (await findings.pending()).length };
};
const onlyPeople = (people: Digest[]) => [takingNotifier('people', people)];
const withMachine = (people: Digest[], machine: Digest[]) => [
  takingNotifier('people', people),
  { ...takingNotifier('machine', machine), everyFinding: true as const },
];

test('a first audit with more findings than a digest tells is one message: counts, the worst twenty, the report', async () => {
  const { people, run, pending } = fleet(onlyPeople);
  await run('run-1', accountIds(60), 200);
  expect(people).toHaveLength(1);
  const [first] = people;
  expect(first?.transitions).toEqual([]);
  expect(first?.stillOpen?.findings.map(({ finding }) => finding.severity)).toEqual(Array(20).fill('critical'));
  expect(new Set(first?.stillOpen?.findings.map(({ finding }) => finding.accountId)).size).toBe(20);
  if (first === undefined) throw new Error('no message');
  const body = digestText(first).body.replace(/\s+/g, ' ');
  expect(body).toContain('first audit of 60 AWS accounts: 12,000 findings open (60 critical, 11940 medium)');
  expect(body).toContain('https://example.com/report');
  expect(await pending()).toBe(0);
  await run('run-2', accountIds(60), 0);
  expect(people).toHaveLength(1);
});

test('what opens afterwards is told as ever, and a fleet that fits into a digest is told finding by finding', async () => {
  const { people, run } = fleet(onlyPeople);
  await run('run-1', accountIds(60), 200);
  await run('run-2', accountIds(60), 1, 'later');
  expect(people[1]?.transitions).toHaveLength(60);
  const small = fleet(onlyPeople);
  await small.run('run-1', accountIds(5), 200);
  expect(small.people.map(({ transitions }) => transitions.length)).toEqual([1000]);
});

test('a destination of single findings gets each of them once, over the next runs, and people get nothing of that', async () => {
  const { people, machine, run, pending } = fleet(withMachine);
  await run('run-1', accountIds(60), 200);
  for (let number = 2; (await pending()) > 0; number += 1) await run(`run-${number}`, accountIds(60), 0);
  const told = machine.flatMap(({ transitions }) => transitions.map(({ after }) => after.finding.id));
  expect([told.length, new Set(told).size]).toEqual([12_000, 12_000]);
  expect(Math.max(...machine.map(({ transitions }) => transitions.length))).toBe(maxPending);
  expect(people).toHaveLength(1);
});

test('a repeat of the step sends the same message, and nothing of what it tells of', async () => {
  const { people, run } = fleet(onlyPeople);
  await run('run-1', accountIds(60), 200);
  await run('run-1', accountIds(60), 0);
  const ids = people.map(({ id }) => id);
  expect(
    takeTurns(
      ids,
      id => id,
      id => id,
    ),
  ).toHaveLength(1);
});
