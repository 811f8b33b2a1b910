import { describe, expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { type DocumentStore, maxPending } from '../../lib/audit/ports.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import type { Unsent } from '../../lib/history/digest.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { memoryFindingStore } from '../../lib/store/memory-finding-store.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { openedOf } from '../support/digest-builders.ts';
import { accountId, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';
import { write } from '../support/finding-store-laws.ts';
import { takingNotifier } from '../support/taking-notifier.ts';

const unsentOf = (name: string): readonly Unsent[] =>
  openedOf([aRoleFinding(name)]).map(transition => ({ key: transition.after.finding.id, transition }));

/** Ports whose call number `left` and all after it fail until `left` is set again. */
const world = () => {
  const budget = { left: Number.POSITIVE_INFINITY };
  const unsent = new Map<string, Unsent>();
  const took: Record<string, Digest[]> = { a: [], b: [] };
  const step = async <T>(work: () => T | Promise<T>): Promise<T> => {
    budget.left -= 1;
    if (budget.left < 0) throw new Error('the process is gone');
    return work();
  };
  const memory = memoryDocumentStore();
  const documents: DocumentStore = {
    put: (key, document) => step(() => memory.put(key, document)),
    get: key => step(() => memory.get(key)),
    list: prefix => step(() => memory.list(prefix)),
  };
  const ports = {
    documents,
    findings: {
      ...memoryFindingStore(),
      claimSending: async () => 'token',
      releaseSending: async () => undefined,
      pending: () => step(() => [...unsent.values()]),
      openBySeverity: () => step(() => ({ critical: 0, high: unsent.size, medium: 0, low: 0, info: 0 })),
      markSent: (_id: string, keys: readonly string[]) => step(() => keys.forEach(key => void unsent.delete(key))),
    },
    notifiers: ['a', 'b'].map(name => takingNotifier(name, took[name] ?? [])),
    now: () => '2026-11-02T03:00:00.000Z',
  };
  return { budget, ports, took, unsent };
};

type World = ReturnType<typeof world>;
const add = ({ unsent }: World, name: string) => unsentOf(name).forEach(one => void unsent.set(one.key, one));
const send = ({ ports }: { readonly ports: Parameters<typeof notifyDrift>[0] }, runId: string) =>
  notifyDrift(ports, { minSeverity: 'low', links: {} }, { runId, startedAt: '2026-11-02T03:00:00.000Z', accounts: [] });
const attempt = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => false,
    () => true,
  );

describe('a digest is sent on under its own id', () => {
  test('by a later run that has news of its own, wherever the earlier one died', async () => {
    let deaths = 0;
    for (let left = 0; left < 20; left += 1) {
      const here = world();
      add(here, 'first');
      here.budget.left = left;
      deaths += (await attempt(send(here, 'run-1'))) ? 1 : 0;
      here.budget.left = Number.POSITIVE_INFINITY;
      add(here, 'second');
      await send(here, 'run-2');
      for (const digests of Object.values(here.took)) {
        const ids = new Map<string, Set<string>>();
        for (const { id, transitions } of digests)
          for (const { after } of transitions)
            ids.set(after.finding.id, new Set([...(ids.get(after.finding.id) ?? []), id]));
        expect([...ids.values()].map(({ size }) => size)).toEqual([1, 1]);
      }
      expect(here.unsent.size).toBe(0);
    }
    expect(deaths).toBeGreaterThan(8);
  });

  test('and the result of that run tells of its own digest alone', async () => {
    const here = world();
    add(here, 'first');
    const dies = {
      ...here.ports,
      findings: { ...here.ports.findings, markSent: () => Promise.reject(new Error('gone')) },
    };
    await attempt(send({ ...here, ports: dies }, 'run-1'));
    for (const run of ['run-2', 'run-3'])
      expect(await send(here, run)).toEqual({ sent: false, transitions: 0, failed: [], held: [], givenUp: 0 });
    expect(here.took.a).toHaveLength(1);
  });
});

test('what nobody is told of, since it is not bad enough, does not wait for the next run', async () => {
  const here = world();
  for (const transition of openedOf([aRoleFinding('first', { severity: 'info' })]))
    here.unsent.set('first', { key: 'first', transition });
  expect(await send(here, 'run-1')).toMatchObject({ sent: false, transitions: 0 });
  expect([here.took, here.unsent.size]).toEqual([{ a: [], b: [] }, 0]);
});

test('a digest that every destination refused is sent once a repeat of the run delivers it', async () => {
  const here = world();
  add(here, 'first');
  const refuse = async (): Promise<'sent'> => {
    throw new Error('refused');
  };
  const refusing = here.ports.notifiers.map(({ name }) => ({ name, send: refuse }));
  const [a] = here.ports.notifiers;
  const refused = await send({ ...here, ports: { ...here.ports, notifiers: refusing } }, 'run-1');
  expect(refused).toMatchObject({ sent: false, transitions: 1, failed: ['a', 'b'] });
  const repeated = await send(
    { ...here, ports: { ...here.ports, notifiers: [a, refusing[1]].flatMap(one => one ?? []) } },
    'run-1',
  );
  expect(repeated).toMatchObject({ sent: true, digestIds: refused.digestIds, failed: ['b'] });
  expect(here.took.a).toHaveLength(1);
});

test('a run whose first digest was taken has sent, though a second invocation hands over another that is refused', async () => {
  const here = world();
  add(here, 'first');
  const { claimSending, releaseSending } = memoryFindingStore();
  const [handedOver, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let second: Promise<unknown> | undefined;
  const destination = {
    name: 'a',
    send: async ({ transitions }: Digest): Promise<'sent'> => {
      if (transitions.some(({ after }) => after.finding.subject.endsWith('second'))) throw new Error('refused');
      add(here, 'second');
      second = invoked(async (...claim) => {
        // It has handed over, and comes to its turn once the first invocation is over.
        if (claim[2] === 'a') {
          handedOver.resolve();
          await ended.promise;
        }
        return claimSending(...claim);
      });
      await handedOver.promise;
      return 'sent';
    },
  };
  const invoked = (claim: typeof claimSending) => {
    const findings = { ...here.ports.findings, claimSending: claim, releaseSending };
    return send({ ...here, ports: { ...here.ports, findings, notifiers: [destination] } }, 'run-1');
  };
  expect(await invoked(claimSending)).toMatchObject({ sent: true, transitions: 2, failed: ['a'] });
  ended.resolve();
  const told = { sent: true, transitions: 2, failed: ['a'], digestIds: [expect.any(String), expect.any(String)] };
  expect(await second).toMatchObject(told);
  expect(await here.ports.documents.get(documentKeys('run-1').notification)).toMatchObject(told);
});

test.each(['failed', undefined])(
  'findings of an evaluation that died after it wrote them are told, though the index of the table is behind (summary: %s)',
  async status => {
    const table = memoryTable(async (_operation, perform) => perform(), 10);
    table.weather.lag = () => true;
    const retention = { resolvedDays: 90, historyDays: 400 };
    const findings = dynamodbFindingStore({ client: table.client, tableName: 't', retention });
    const here = world();
    await write(findings, anEvaluation({ findings: [aRoleFinding('first')] }), 1);
    const { runId, at: startedAt } = aRun(1);
    const counted = { gaps: [], gapCount: 0, transitions: 0, unread: true, unsentKeys: [], apiCalls: {} };
    if (status !== undefined)
      await here.ports.documents.put(documentKeys(runId).summary(accountId), { status, ...counted });
    const state = { runId, startedAt, accounts: [accountId] };
    const told = await notifyDrift({ ...here.ports, findings }, { minSeverity: 'low', links: {} }, state);
    expect(told).toMatchObject({ sent: true, transitions: 1 });
  },
);

test('where a run has written more than is sent at once, every account has its part', async () => {
  const here = world();
  const accounts = ['111111111111', '999999999999'];
  const keysOf = (accountId: string, count: number) =>
    Array.from({ length: count }, (_, n) => `account#${accountId}|f${n}|1`);
  const written = [keysOf('111111111111', maxPending + 10), keysOf('999999999999', 3)];
  for (const [n, accountId] of accounts.entries())
    await here.ports.documents.put(documentKeys('run-1').summary(accountId), {
      ...{ status: 'ok', gaps: [], gapCount: 0, transitions: 0, unread: false, apiCalls: {} },
      unsentKeys: written[n],
    });
  const asked: string[] = [];
  const findings = {
    ...here.ports.findings,
    pending: async (also: readonly string[] = []) => {
      asked.push(...also);
      return [];
    },
  };
  const state = { runId: 'run-1', startedAt: '2026-11-02T03:00:00.000Z', accounts };
  await notifyDrift({ ...here.ports, findings }, { minSeverity: 'low', links: {} }, state);
  expect(asked).toHaveLength(maxPending);
  expect(asked).toEqual(expect.arrayContaining(written[1] ?? []));
});
