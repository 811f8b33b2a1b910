import { describe, expect, test } from '@jest/globals';
import { gatherSeconds } from '../../../lib/audit/contract.ts';
import { getDocument } from '../../../lib/audit/documents.ts';
import { fastLaneKeys, isNote } from '../../../lib/audit/fast-lane/documents.ts';
import { noteChanges } from '../../../lib/audit/fast-lane/note-changes.ts';
import { isInTime, slotAt } from '../../../lib/audit/fast-lane/slots.ts';
import { memoryDocumentStore } from '../../../lib/store/memory-document-store.ts';
import { aCall } from '../../support/api-events.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';

const begin = Date.parse('2026-11-25T10:15:00.000Z');
const at = (milliseconds: number): string => new Date(begin + milliseconds).toISOString();

/** A function over a bucket and a machine in memory, at any instant. `slow`: milliseconds that the bucket takes. */
const lane = (slow: () => number = () => 0) => {
  const store = memoryDocumentStore();
  const started = new Map<string, { readonly until: string; readonly at: number }>();
  let clock = 0;
  const documents = {
    ...store,
    put: async (key: string, document: unknown) => {
      clock += slow();
      await store.put(key, document);
    },
  };
  const executions = {
    start: async (name: string, { until }: { readonly until: string }) => {
      if (!started.has(name)) started.set(name, { until, at: clock });
    },
  };
  return {
    started,
    clock: () => clock,
    hand: (now: number, messages: Parameters<typeof noteChanges>[1]) => {
      clock = now;
      return noteChanges({ documents, executions, now: () => at(clock) }, messages);
    },
    notedFor: async (runId: string) => {
      const keys = await store.list(fastLaneKeys.notes(runId));
      const notes = await Promise.all(keys.map(key => getDocument(store, key, isNote)));
      return notes.flatMap(({ changes }) => Object.values(changes).flat());
    },
  };
};
/** Seconds from an event to its run, at the most. */
const longestWait = 120;
const message = (id: string, accountId = '111122223333') => ({
  messageId: id,
  body: JSON.stringify(aCall('aws.iam', 'CreateRole', { roleName: `role-${id}` }, { accountId, eventID: id })),
});

describe('slots', () => {
  test.each([
    ['10:15:00.000', '10:16:00'],
    ['10:15:44.999', '10:16:00'],
    ['10:15:45.000', '10:16:00'],
    ['10:15:45.001', '10:17:00'],
    ['10:15:59.999', '10:17:00'],
  ])('what is noted at %s is told by the run of %s', (now, until) => {
    expect(slotAt(`2026-11-25T${now}Z`)).toEqual({
      runId: `fast-20261125T${until.replaceAll(':', '')}Z`,
      until: `2026-11-25T${until}.000Z`,
    });
  });

  test('a name is one that Step Functions takes, and the same for everything of a slot', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2099-01-01') }), when => {
        const slot = slotAt(when.toISOString());
        expect(slot.runId).toMatch(/^fast-[A-Za-z0-9-]{1,75}$/);
        const left = Date.parse(slot.until) - when.getTime();
        expect(left).toBeGreaterThanOrEqual(15_000);
        expect(left).toBeLessThanOrEqual(75_000);
        expect(isInTime(slot, when.toISOString())).toBe(true);
        expect(isInTime(slot, slot.until)).toBe(false);
      }),
    );
  });

  test('an event waits two minutes at the most before its run begins', () => {
    // 75 s are the most that the test above leaves of a slot.
    expect(gatherSeconds + 75).toBeLessThanOrEqual(longestWait);
  });
});

describe('a batch', () => {
  test('that comes again starts nothing twice and is noted once', async () => {
    const { hand, started, notedFor } = lane();
    const messages = [message('a'), message('b')];
    const first = await hand(0, messages);
    expect(await hand(1000, messages.toReversed())).toEqual(first);
    expect([...started.keys()]).toEqual([first.run]);
    expect((await notedFor(first.run ?? '')).map(({ eventId }) => eventId).sort()).toEqual(['a', 'b']);
  });

  test('has each call of each account: ids are of their accounts', async () => {
    const { hand, notedFor } = lane();
    const noted = await hand(0, [message('a'), message('a', '444455556666'), message('a')]);
    expect(noted).toMatchObject({ noted: 2, accounts: 2 });
    expect(await notedFor(noted.run ?? '')).toHaveLength(2);
  });

  test('of nothing that counts starts nothing, and says why', async () => {
    const { hand, started } = lane();
    const bodies = ['x', JSON.stringify(aCall('aws.iam', 'TagRole', {})), 'y'];
    const noted = await hand(
      0,
      bodies.map((body, index) => ({ messageId: `${index}`, body })),
    );
    expect(noted).toEqual({ noted: 0, accounts: 0, ignored: { 'not-an-event': 2, 'not-watched': 1 } });
    expect(started.size).toBe(0);
  });

  test('with one hostile message is noted all the same', async () => {
    const { hand } = lane();
    const noted = await hand(0, [{ messageId: 'x', body: '{'.repeat(1_000_000) }, message('a')]);
    expect(noted).toMatchObject({ noted: 1, ignored: { 'not-an-event': 1 } });
  });

  test('that a slow bucket takes too late goes to the next run, and is handed back where that lasts', async () => {
    let times = 0;
    const once = lane(() => (times++ === 0 ? 56_000 : 0));
    const { run } = await once.hand(0, [message('a')]);
    expect(run).toBe('fast-20261125T101700Z');
    expect((await once.notedFor(run ?? '')).map(({ eventId }) => eventId)).toEqual(['a']);
    await expect(lane(() => 90_000).hand(0, [message('a')])).rejects.toMatchObject({ name: 'TransientError' });
  });
});

test('a storm of 10,000 events within eight minutes makes at most ten runs; every account is in a run that begins after its event', async () => {
  const storms = fc.record({
    minutes: fc.integer({ min: 1, max: 8 }),
    pollers: fc.integer({ min: 1, max: 10 }),
    seed: fc.integer({ min: 1, max: 1_000_000 }),
  });
  await fc.assert(
    fc.asyncProperty(storms, async ({ minutes, pollers, seed }) => {
      const { hand, started, notedFor } = lane();
      let state = seed;
      const draw = (below: number): number => {
        state = (state * 48_271) % 2_147_483_647;
        return state % below;
      };
      const events = Array.from({ length: 10_000 }, (_, index) => ({
        id: `e-${index}`,
        accountId: String(100_000_000_000 + draw(500)),
        when: draw(minutes * 60_000),
      })).sort((a, b) => a.when - b.when);
      const batches = batchesOf(events, pollers, draw);
      for (const { now, batch } of batches)
        await hand(
          now,
          batch.map(({ id, accountId }) => message(id, accountId)),
        );
      expect(started.size).toBeLessThanOrEqual(10);
      const runs = await Promise.all(
        [...started].map(async ([runId, { until }]) => ({
          until: Date.parse(until) - begin,
          accounts: new Set((await notedFor(runId)).map(({ accountId }) => accountId)),
        })),
      );
      for (const { at: startedAt, until } of started.values())
        expect(begin + startedAt).toBeLessThan(Date.parse(until));
      const untold = events.filter(
        ({ accountId, when }) =>
          !runs.some(
            ({ until, accounts }) => until > when && until <= when + longestWait * 1000 && accounts.has(accountId),
          ),
      );
      expect(untold).toEqual([]);
    }),
    { numRuns: casesOf(2), endOnFailure: true },
  );
});

/** The batches of Lambda's pollers over a stream: each gathers what it gets, for up to the window or until it has had
 *  enough. */
const batchesOf = <E extends { readonly when: number }>(
  events: readonly E[],
  pollers: number,
  draw: (below: number) => number,
): readonly { readonly now: number; readonly batch: readonly E[] }[] => {
  const open = new Map<number, E[]>();
  const batches: { now: number; batch: readonly E[] }[] = [];
  const close = (poller: number, now: number): void => {
    const batch = open.get(poller);
    if (batch !== undefined) batches.push({ now, batch });
    open.delete(poller);
  };
  for (const event of events) {
    for (const [poller, batch] of open) {
      const ends = (batch[0]?.when ?? 0) + gatherSeconds * 1000;
      if (ends <= event.when) close(poller, ends);
    }
    const poller = draw(pollers);
    const batch = [...(open.get(poller) ?? []), event];
    open.set(poller, batch);
    if (batch.length >= 500 + draw(1500)) close(poller, event.when);
  }
  for (const [poller, batch] of open) close(poller, (batch[0]?.when ?? 0) + gatherSeconds * 1000);
  return batches.sort((a, b) => a.now - b.now);
};
