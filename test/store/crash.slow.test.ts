import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { TransientError } from '../../lib/kit/errors.ts';
import type { Evaluation } from '../../lib/rules/evaluate/evaluation.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { accountId, aFact, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { changeOf, type Store, write } from '../support/finding-store-laws.ts';
import { type LocalTable, startLocalTable } from '../support/local-table.ts';
import { sample } from '../support/sample.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const writing = /^(BatchWriteItem|UpdateItem|PutItem|DeleteItem)Command$/;

/** Lets writes through until `left` is used up, then fails each: before it is sent, or after its answer is lost. */
const crashing = (client: DynamoDBClient) => {
  const state = { left: Number.POSITIVE_INFINITY, lose: false, writes: 0 };
  client.middlewareStack.add(
    (next, context) => async args => {
      const isWrite = writing.test(context.commandName ?? '');
      if (isWrite && state.left <= 0 && !state.lose) throw new TransientError('crashed before the write');
      const answer = await next(args);
      if (!isWrite) return answer;
      state.writes += 1;
      state.left -= 1;
      if (state.left < 0 && state.lose) throw new TransientError('crashed after the write');
      return answer;
    },
    { step: 'initialize', name: 'crash' },
  );
  return state;
};

/** How many writes go through before the crash. */
const writes = [0, 1, 2, 3, 4, 5, 6, 7, 8];

/** Two runs in which every kind of step happens: opened, escalated, resolved, reopened, changed facts, gone facts. */
const first = anEvaluation({
  findings: [aRoleFinding('a'), aRoleFinding('b'), aRoleFinding('c')],
  watched: [
    aFact({ subject: 'arn:aws:iam::111122223333:role/a' }),
    aFact({ subject: 'arn:aws:iam::111122223333:role/gone' }),
  ],
});
const second = anEvaluation({
  findings: [aRoleFinding('a', { severity: 'critical' }), aRoleFinding('b'), aRoleFinding('d')],
  watched: [aFact({ subject: 'arn:aws:iam::111122223333:role/a', value: 'other' })],
  subjects: ['a', 'b', 'c', 'd'].map(name => `arn:aws:iam::111122223333:role/${name}`),
});

describe('a run that dies between any two writes', () => {
  let table: LocalTable;
  let crash: ReturnType<typeof crashing>;
  beforeAll(async () => {
    table = await startLocalTable();
    crash = crashing(table.client);
  });
  afterAll(() => table.stop());

  const fresh = async (): Promise<Store> =>
    dynamodbFindingStore({
      client: table.client,
      tableName: await table.another(),
      retention: { resolvedDays: 90, historyDays: 400 },
    });

  /** Both runs, the second one dying after `left` writes; then a repeat under the same or the next run's name. */
  const live = async (left: number, lose: boolean, repeat: number) => {
    const store = await fresh();
    await write(store, first, 1);
    crash.left = left;
    crash.lose = lose;
    const died = await attempt(() => write(store, second, 2));
    crash.left = Number.POSITIVE_INFINITY;
    if (died) await write(store, second, repeat);
    return { store, died };
  };

  const outcomeOf = async (store: Store) => {
    const known = await store.load(accountId);
    const histories = await Promise.all(
      known.findings.map(async ({ finding }) => {
        const { items } = await store.history(finding.id, { limit: 50 });
        expect(items.at(-1)?.after).toEqual(known.findings.find(item => item.finding.id === finding.id));
        return [finding.subject, items.map(({ kind, after }) => `${kind} v${after.version}`)] as const;
      }),
    );
    const pending = await store.pending();
    return {
      histories: Object.fromEntries(histories),
      watched: known.watched.map(({ subject, value }) => [subject, value]),
      facts: pending
        .flatMap(({ factChange }) =>
          factChange ? [[factChange.subject, factChange.before ?? '', factChange.after ?? ''].join(' ')] : [],
        )
        .sort(),
      steps: pending
        .flatMap(({ transition }) => (transition ? [`${transition.kind} ${transition.after.finding.subject}`] : []))
        .sort(),
    };
  };

  test('loses and doubles nothing, whoever repeats it', async () => {
    const { store, died } = await live(Number.POSITIVE_INFINITY, false, 2);
    expect(died).toBe(false);
    const expected = await outcomeOf(store);
    expect(expected.steps).toHaveLength(6);
    expect(expected.facts).toHaveLength(2);
    const crashes = [false, true].flatMap(lose =>
      [2, 3].flatMap(repeat => writes.map(left => ({ left, lose, repeat }))),
    );
    const tried = sample(crashes, 9);
    let deaths = 0;
    for (const { left, lose, repeat } of tried) {
      const again = await live(left, lose, repeat);
      deaths += again.died ? 1 : 0;
      expect(await outcomeOf(again.store)).toEqual(expected);
    }
    expect(deaths).toBeGreaterThan((tried.length * 2) / 3);
  });

  test('while sending: every digest arrives, a repeat of one under the same id', async () => {
    const evaluate = async (store: Store, evaluation: Evaluation, number: number) =>
      store.apply(await changeOf(store, evaluation, number), aRun(number).at);
    for (const { lose, left } of sample(
      [false, true].flatMap(lose => writes.map(left => ({ lose, left }))),
      6,
    )) {
      const store = await fresh();
      await evaluate(store, first, 1);
      const digests: Digest[] = [];
      let now = aRun(1).at;
      const ports = {
        documents: memoryDocumentStore(),
        findings: store,
        notifiers: [takingNotifier('list', digests)],
        now: () => now,
      };
      const state = { runId: aRun(1).runId, startedAt: aRun(1).at, accounts: [accountId] };
      const send = () => notifyDrift(ports, { minSeverity: 'low', links: {} }, state);
      crash.left = left;
      crash.lose = lose;
      await attempt(send);
      crash.left = Number.POSITIVE_INFINITY;
      // An invocation that died may still be at work for as long as its right to send lasts.
      now = aRun(2).at;
      await send();
      const told = new Map(digests.flatMap(digest => digest.transitions).map(({ after }) => [after.finding.id, after]));
      expect(told.size).toBe(3);
      expect(await store.pending()).toEqual([]);
      await send();
      expect(digests.length).toBeLessThanOrEqual(2);
    }
  });

  test('two runs at once: one writes and one reads again; what is sent is sent once', async () => {
    const store = await fresh();
    const changes = await Promise.all([changeOf(store, first, 1), changeOf(store, first, 2)]);
    const outcomes = await Promise.allSettled(changes.map(change => store.apply(change, aRun(2).at)));
    for (const [index, outcome] of outcomes.entries())
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ name: 'StateConflict' });
        if (index === 1) await write(store, first, 2);
      }
    const kinds = (await store.pending()).map(({ transition }) => transition?.kind);
    expect(kinds).toEqual(['opened', 'opened', 'opened']);
    const digests: Digest[] = [];
    const documents = memoryDocumentStore();
    const send = (number: number) =>
      notifyDrift(
        { documents, findings: store, notifiers: [takingNotifier('list', digests)], now: () => aRun(2).at },
        { minSeverity: 'low', links: {} },
        { runId: aRun(number).runId, startedAt: aRun(number).at, accounts: [accountId] },
      );
    await Promise.allSettled([send(1), send(2)]);
    await Promise.allSettled([send(1), send(2)]);
    expect(digests).toHaveLength(1);
  });
});

const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
  try {
    await work();
    return false;
  } catch {
    return true;
  }
};
