import { describe, expect, test } from '@jest/globals';
import { deliver, deliverAll, handOver, maxDelivery, maxKeptDigests } from '../../lib/audit/deliver.ts';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { maxAttempts, maxOutbox } from '../../lib/audit/drain.ts';
import { type Outbox, waitingFor } from '../../lib/audit/outbox.ts';
import { type DeadLetter, maxPending } from '../../lib/audit/ports.ts';
import { whileSending } from '../../lib/audit/while-sending.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { StateConflict } from '../../lib/kit/errors.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const now = (): string => '2026-11-02T03:00:00.000Z';
const digestOf = (name: string): Digest => aDigest(openedOf([aRoleFinding(name)]));

/** A destination that refuses while `refuses` holds, and remembers what it took. */
const destination = (name: string) => {
  const state = { refuses: false, took: [] as string[] };
  return {
    ...{ name, state },
    send: async (digest: Digest) => {
      if (state.refuses) throw new Error(`${name} says no\u0007`);
      state.took.push(digest.id);
      return 'sent' as const;
    },
  };
};

test('a place that a later digest has taken over is not read for the earlier one', async () => {
  const documents = memoryDocumentStore();
  const handed = async (number: number, name: string) =>
    documents.put(documentKeys('').handed(number), { number, digest: digestOf(name) });
  const last = 1001;
  await handed(2, 'early');
  await handed(last, 'late');
  expect(documentKeys('').handed(1)).toBe(documentKeys('').handed(last));
  const waiting = await waitingFor(documents, { waiting: [], because: '', upTo: 0 }, last);
  expect(waiting.map(({ digest }) => digest.id)).toEqual([digestOf('early').id, digestOf('late').id]);
  // A destination of which nobody knows what it took begins with what is handed over next.
  expect(await waitingFor(documents, { waiting: [], because: '' }, last)).toEqual([]);
});

test('that the right to send cannot be given back is no failure of what was sent', async () => {
  const findings = { claimSending: async () => 'token', releaseSending: () => Promise.reject(new Error('denied')) };
  expect(await whileSending({ now, findings }, { runId: 'run-1' }, async () => 'sent')).toBe('sent');
});

describe('delivery', () => {
  test('to a destination that comes back begins with what is handed over from then on', async () => {
    const documents = memoryDocumentStore();
    const [other, back] = [destination('other'), destination('back')];
    const deliverTo = (name: string, ...notifiers: readonly ReturnType<typeof destination>[]) =>
      deliver({ now, documents, notifiers }, digestOf(name));
    await deliverTo('first', other, back);
    await deliverTo('second', other);
    await deliverTo('third', other);
    await deliverTo('fourth', other, back);
    expect(back.state.took).toEqual(['first', 'fourth'].map(name => digestOf(name).id));
    expect(other.state.took).toEqual(['first', 'second', 'third', 'fourth'].map(name => digestOf(name).id));
  });

  test('goes to every destination, once for each digest', async () => {
    const [a, b] = [destination('a'), destination('b')];
    const ports = { now, documents: memoryDocumentStore(), notifiers: [a, b] };
    const digest = digestOf('x');
    expect(await deliver(ports, digest)).toEqual({ sentTo: ['a', 'b'], failed: [], held: [], givenUp: 0 });
    await deliver(ports, digest);
    expect([a.state.took, b.state.took]).toEqual([[digest.id], [digest.id]]);
  });

  test('a step that is repeated counts a refusal of its run once', async () => {
    const bad = destination('bad');
    const ports = { now, documents: memoryDocumentStore(), notifiers: [bad] };
    bad.state.refuses = true;
    const attemptsAfter = async (runId: string) => {
      await deliver(ports, digestOf('x'), { runId });
      const { waiting } = (await ports.documents.get(documentKeys('').outbox('bad'))) as Outbox;
      return waiting.map(({ attempts }) => attempts);
    };
    const seen: (readonly number[])[] = [];
    for (const runId of ['run-1', 'run-1', 'run-2', 'run-2']) seen.push(await attemptsAfter(runId));
    expect(seen).toEqual([[1], [1], [2], [2]]);
  });

  test('a destination that refuses gets the digest before the next one, the others do not get it twice', async () => {
    const [bad, good] = [destination('bad'), destination('good')];
    const ports = { now, documents: memoryDocumentStore(), notifiers: [bad, good] };
    const [first, second] = [digestOf('x'), digestOf('y')];
    bad.state.refuses = true;
    expect(await deliver(ports, first)).toEqual({ sentTo: ['good'], failed: ['bad'], held: [], givenUp: 0 });
    expect(await deliver(ports, first)).toEqual({ sentTo: ['good'], failed: ['bad'], held: [], givenUp: 0 });
    expect(await ports.documents.get(documentKeys('').outbox('bad'))).toMatchObject({
      waiting: [{ digest: { id: first.id }, attempts: 2 }],
      because: 'Error: bad says no',
    });
    bad.state.refuses = false;
    expect(await deliver(ports, second)).toEqual({ sentTo: ['bad', 'good'], failed: [], held: [], givenUp: 0 });
    expect([bad.state.took, good.state.took]).toEqual([
      [first.id, second.id],
      [first.id, second.id],
    ]);
  });

  test('what waits is sent by a run that has nothing new', async () => {
    const bad = destination('bad');
    const ports = { now, documents: memoryDocumentStore(), notifiers: [bad] };
    bad.state.refuses = true;
    await deliver(ports, digestOf('x'));
    bad.state.refuses = false;
    expect(await deliver(ports, undefined)).toEqual({ sentTo: ['bad'], failed: [], held: [], givenUp: 0 });
    expect(bad.state.took).toHaveLength(1);
    await deliver(ports, undefined);
    expect(bad.state.took).toHaveLength(1);
  });

  test('what a destination has is said to be sent, though another invocation has the right to send to it', async () => {
    const busy = destination('busy');
    let holder: string | undefined;
    const findings = {
      claimSending: async () => {
        if (holder !== undefined) throw new StateConflict(`run ${holder} is sending notifications`);
        return 'token';
      },
      releaseSending: async () => undefined,
    };
    const ports = { now, documents: memoryDocumentStore(), notifiers: [busy], findings };
    const [first, second] = [digestOf('x'), digestOf('y')];
    await deliver(ports, first);
    holder = 'run-7';
    await handOver(ports, { digest: second });
    const told = { failed: ['busy'], held: [], givenUp: 0 };
    expect(await deliverAll(ports, { digestIds: [first.id] })).toEqual({ sentTo: ['busy'], ...told });
    expect(await deliverAll(ports, { digestIds: [second.id] })).toEqual({ sentTo: [], ...told });
    expect(await deliverAll(ports, {})).toEqual({ sentTo: [], ...told });
  });

  test('what the invocation that has the right has sent meanwhile is said to be sent', async () => {
    const busy = destination('busy');
    const documents = memoryDocumentStore();
    const digest = digestOf('x');
    const other = { now, documents, notifiers: [busy] };
    const findings = {
      // It sends, and writes that down, after this one has looked.
      claimSending: async (): Promise<string> => {
        await deliverAll(other, {});
        throw new StateConflict('run run-7 is sending notifications');
      },
      releaseSending: async () => undefined,
    };
    await handOver(other, { digest });
    const delivery = await deliverAll({ ...other, findings }, { digestIds: [digest.id] });
    expect(delivery).toEqual({ sentTo: ['busy'], failed: ['busy'], held: [], givenUp: 0 });
  });

  test('a destination that refuses one digest and holds another has failed: it is told once', async () => {
    const [first, second] = [digestOf('x'), digestOf('y')];
    const send = async ({ id }: Digest) => {
      if (id === first.id) throw new Error('no');
      return 'held' as const;
    };
    const ports = { now, documents: memoryDocumentStore(), notifiers: [{ name: 'both', send }] };
    await deliver(ports, first);
    expect(await deliver(ports, second)).toEqual({ sentTo: [], failed: ['both'], held: [], givenUp: 0 });
  });

  test('a conflict in the middle of sending is no other invocation that sends: it is thrown', async () => {
    const documents = memoryDocumentStore();
    const findings = { claimSending: async () => 'token', releaseSending: async () => undefined };
    const ports = { now, notifiers: [destination('a')], findings };
    await handOver({ ...ports, documents }, { digest: digestOf('x') });
    const conflict = new StateConflict('another version of the outbox');
    const put = async () => Promise.reject(conflict);
    await expect(deliverAll({ ...ports, documents: { ...documents, put } }, {})).rejects.toBe(conflict);
  });

  test('what is handed over when the time is up waits for the next run, and is no failure of this one', async () => {
    const documents = memoryDocumentStore();
    const [first, second] = [digestOf('x'), digestOf('y')];
    const took: string[] = [];
    let clock = Date.parse(now());
    const slow = {
      name: 'slow',
      send: async ({ id }: Digest) => {
        took.push(id);
        clock += maxDelivery;
        // Another invocation leaves its digest to this one.
        if (id === first.id) await handOver({ documents, notifiers: [slow] }, { digest: second });
        return 'sent' as const;
      },
    };
    const ports = { now: () => new Date(clock).toISOString(), documents, notifiers: [slow] };
    expect(await deliver(ports, first)).toEqual({ sentTo: ['slow'], failed: [], held: [], givenUp: 0 });
    expect(took).toEqual([first.id]);
    expect(await deliver(ports, undefined)).toEqual({ sentTo: ['slow'], failed: [], held: [], givenUp: 0 });
    expect(took).toEqual([first.id, second.id]);
  });

  test('an outbox does not grow without end', async () => {
    const bad = destination('bad');
    const ports = { now, documents: memoryDocumentStore(), notifiers: [bad] };
    bad.state.refuses = true;
    for (let n = 0; n < maxOutbox + 5; n += 1) await deliver(ports, digestOf(`x${n}`));
    const { waiting } = JSON.parse(JSON.stringify(await ports.documents.get(documentKeys('').outbox('bad'))));
    expect(waiting.length).toBeLessThanOrEqual(maxOutbox);
    bad.state.refuses = false;
    await deliver(ports, undefined);
    expect(bad.state.took).toHaveLength(waiting.length);
    expect(bad.state.took.at(-1)).toBe(digestOf(`x${maxOutbox + 4}`).id);
  });

  test('what is given up in each round of a destination is counted, those that were handed over meanwhile too', async () => {
    const documents = memoryDocumentStore();
    let meanwhile: Digest | undefined;
    const send = async (): Promise<'held'> => {
      const digest = meanwhile;
      meanwhile = undefined;
      if (digest !== undefined) await handOver({ documents, notifiers: [night] }, { digest });
      return 'held';
    };
    const night = { name: 'night', send };
    const ports = { now, documents, notifiers: [night] };
    for (let n = 0; n < maxOutbox; n += 1) await deliver(ports, digestOf(`x${n}`));
    meanwhile = digestOf('meanwhile');
    expect(await deliver(ports, digestOf('last'))).toEqual({ sentTo: [], failed: [], held: ['night'], givenUp: 2 });
  });

  test('a digest that is always refused is given up in the end, and said so', async () => {
    const bad = destination('bad');
    bad.state.refuses = true;
    const ports = { now, documents: memoryDocumentStore(), notifiers: [bad] };
    await deliver(ports, digestOf('x'));
    for (let n = 2; n < maxAttempts; n += 1) expect(await deliver(ports, undefined)).toMatchObject({ givenUp: 0 });
    expect(await deliver(ports, undefined)).toEqual({ sentTo: [], failed: ['bad'], held: [], givenUp: 1 });
    expect(await deliver(ports, undefined)).toEqual({ sentTo: ['bad'], failed: [], held: [], givenUp: 0 });
    expect(bad.state.took).toEqual([]);
  });

  test('one digest that is refused does not hold up those after it', async () => {
    const picky = destination('picky');
    const refused = digestOf('x');
    const notifier = {
      name: 'picky',
      send: async (digest: Digest) => {
        if (digest.id === refused.id) throw new Error('this one never');
        return picky.send(digest);
      },
    };
    const ports = { now, documents: memoryDocumentStore(), notifiers: [notifier] };
    await deliver(ports, refused);
    expect(await deliver(ports, digestOf('y'))).toEqual({ sentTo: ['picky'], failed: ['picky'], held: [], givenUp: 0 });
    expect(picky.state.took).toEqual([digestOf('y').id]);
  });

  test('what an earlier invocation left is taken now, whatever else is refused (seed 8389)', async () => {
    const [older, own] = [digestOf('x'), digestOf('y')];
    let refuses = [older.id, own.id];
    const notifier = {
      name: 'picky',
      send: async (digest: Digest) => {
        if (refuses.includes(digest.id)) throw new Error('not this one');
        return 'sent' as const;
      },
    };
    const ports = { now, documents: memoryDocumentStore(), notifiers: [notifier, destination('has nothing left')] };
    await deliver(ports, older);
    await deliver(ports, own);
    refuses = [older.id];
    const repeat = () => deliver(ports, undefined, { digestIds: [own.id] });
    for (let again = 0; again < 2; again += 1)
      expect(await repeat()).toEqual({
        sentTo: ['picky', 'has nothing left'],
        failed: ['picky'],
        held: [],
        givenUp: 0,
      });
  });

  test('quiet hours are no failure: what is held never runs out of attempts, and goes out after them in its order', async () => {
    const night = destination('night');
    let quiet = true;
    const notifier = {
      name: 'night',
      send: async (digest: Digest) => {
        return quiet ? ('held' as const) : night.send(digest);
      },
    };
    const ports = { now, documents: memoryDocumentStore(), notifiers: [notifier] };
    const [first, second] = [digestOf('x'), digestOf('y')];
    expect(await deliver(ports, first)).toEqual({ sentTo: [], failed: [], held: ['night'], givenUp: 0 });
    for (let n = 0; n < maxAttempts + 2; n += 1)
      expect(await deliver(ports, undefined)).toEqual({ sentTo: [], failed: [], held: ['night'], givenUp: 0 });
    expect(await deliver(ports, second)).toEqual({ sentTo: [], failed: [], held: ['night'], givenUp: 0 });
    quiet = false;
    expect(await deliver(ports, undefined)).toEqual({ sentTo: ['night'], failed: [], held: [], givenUp: 0 });
    expect(night.state.took).toEqual([first.id, second.id]);
  });

  describe('with a queue of dead letters, nothing is lost', () => {
    /** A queue that takes letters while `takes` holds. */
    const queue = () => {
      const state = { takes: true, letters: [] as DeadLetter[] };
      const put = async (letter: DeadLetter): Promise<void> => {
        if (!state.takes) throw new Error('the queue is gone');
        state.letters.push(letter);
      };
      return { state, deadLetters: { put } };
    };
    const refusing = () => {
      const bad = destination('bad');
      bad.state.refuses = true;
      const { state, deadLetters } = queue();
      return { bad, state, ports: { now, documents: memoryDocumentStore(), notifiers: [bad], deadLetters } };
    };

    test('what is given up lies there once, with who refused it, how often, and why', async () => {
      const { ports, state } = refusing();
      const digest = digestOf('x');
      await deliver(ports, digest);
      for (let n = 1; n < maxAttempts + 3; n += 1) await deliver(ports, undefined);
      expect(state.letters).toEqual([
        { destination: 'bad', attempts: maxAttempts, because: 'Error: bad says no', digest },
      ]);
    });

    test('what does not fit into the outbox any more goes there, oldest first; the rest is delivered in order', async () => {
      const { bad, ports, state } = refusing();
      const all = Array.from({ length: maxOutbox + 5 }, (_, n) => digestOf(`x${n}`));
      for (const digest of all) await deliver(ports, digest);
      bad.state.refuses = false;
      await deliver(ports, undefined);
      expect([...state.letters.map(({ digest }) => digest.id), ...bad.state.took].sort()).toEqual(
        all.map(({ id }) => id).sort(),
      );
      expect(bad.state.took).toEqual(all.map(({ id }) => id).filter(id => bad.state.took.includes(id)));
    });

    test('while the queue refuses, too, it stays in the outbox, and is delivered or buried later', async () => {
      const { bad, ports, state } = refusing();
      state.takes = false;
      const digest = digestOf('x');
      await deliver(ports, digest);
      for (let n = 1; n < maxAttempts + 2; n += 1)
        expect(await deliver(ports, undefined)).toMatchObject({ failed: ['bad'], givenUp: 0 });
      state.takes = true;
      bad.state.refuses = false;
      expect(await deliver(ports, undefined)).toEqual({ sentTo: ['bad'], failed: [], held: [], givenUp: 0 });
      expect([bad.state.took, state.letters]).toEqual([[digest.id], []]);
    });

    test('of several that are given up the queue gets each once, though it refuses after the first', async () => {
      const { bad, ports } = refusing();
      const [first, second] = [digestOf('x'), digestOf('y')];
      for (const digest of [first, second]) await deliver(ports, digest);
      const letters: string[] = [];
      let refusals = 1;
      const put = async ({ digest }: DeadLetter): Promise<void> => {
        if (letters.length > 0 && refusals-- > 0) throw new Error('the queue is gone');
        letters.push(digest.id);
      };
      const without = { ...ports, notifiers: [], deadLetters: { put } };
      expect(await deliver(without, undefined)).toMatchObject({ givenUp: 1 });
      expect(await deliver(without, undefined)).toMatchObject({ givenUp: 1 });
      expect([letters, bad.state.took]).toEqual([[first.id, second.id], []]);
    });

    test('an outbox that nothing empties stays bounded', async () => {
      const { ports, state } = refusing();
      state.takes = false;
      for (let n = 0; n < maxKeptDigests + maxOutbox + 10; n += 1) await deliver(ports, digestOf(`x${n}`));
      const { waiting } = JSON.parse(JSON.stringify(await ports.documents.get(documentKeys('').outbox('bad'))));
      expect(waiting).toHaveLength(maxKeptDigests + maxOutbox);
    });

    test('quiet hours that outlast the outbox move the oldest to the dead letters without a reason of failure', async () => {
      const { ports, state } = refusing();
      const notifiers = [{ name: 'night', send: async () => 'held' as const }];
      for (let n = 0; n < maxOutbox; n += 1) await deliver({ ...ports, notifiers }, digestOf(`x${n}`));
      expect(await deliver({ ...ports, notifiers }, digestOf('last'))).toEqual({
        sentTo: [],
        failed: [],
        held: ['night'],
        givenUp: 1,
      });
      expect(state.letters).toEqual([{ destination: 'night', attempts: 0, because: '', digest: digestOf('x0') }]);
    });

    test('what waits for a destination that the configuration no longer has is buried under its old name, once', async () => {
      const { bad, ports, state } = refusing();
      const digest = digestOf('x');
      await deliver({ ...ports, notifiers: [{ ...bad, name: 'slack-.old/hook é' }] }, digest);
      const renamed = destination('new');
      const result = await deliver({ ...ports, notifiers: [renamed] }, undefined);
      expect(result).toEqual({ sentTo: ['new'], failed: [], held: [], givenUp: 1 });
      await deliver({ ...ports, notifiers: [renamed] }, undefined);
      expect(state.letters).toEqual([
        {
          destination: 'slack-.old/hook é',
          attempts: 1,
          because: 'the configuration no longer has a destination of this name',
          digest,
        },
      ]);
      expect(renamed.state.took).toEqual([]);
    });

    test('what waits has bounded size, however large each digest is', async () => {
      const { ports, state } = refusing();
      const large = (name: string) => {
        const digest = digestOf(name);
        return { ...digest, transitions: Array.from({ length: maxPending - 1 }, () => digest.transitions).flat() };
      };
      for (const name of ['x0', 'x1', 'x2']) await deliver(ports, large(name));
      expect(state.letters.map(({ digest }) => digest.id)).toEqual([digestOf('x0').id, digestOf('x1').id]);
    });

    test('what not even the queue takes, and for which there is no room, is counted as given up', async () => {
      const { ports, state } = refusing();
      state.takes = false;
      let givenUp = 0;
      for (let n = 0; n < maxKeptDigests + maxOutbox + 10; n += 1)
        givenUp += (await deliver(ports, digestOf(`x${n}`))).givenUp;
      expect(givenUp).toBe(10);
    });
  });

  test('a slow destination has its time and no more: the rest waits, no attempt is counted, no other one waits for it', async () => {
    let seconds = 0;
    const slow = destination('slow');
    const quick = destination('quick');
    const clock = () => new Date(Date.UTC(2026, 10, 2) + seconds * 1000).toISOString();
    const ports = { documents: memoryDocumentStore(), notifiers: [slow, quick], now: clock };
    slow.state.refuses = true;
    const all = ['x', 'y', 'z'].map(digestOf);
    for (const digest of all) await deliver(ports, digest);
    slow.state.refuses = false;
    const takesTime = {
      ...slow,
      send: async (digest: Digest) => {
        seconds += maxDelivery / 1000;
        return slow.send(digest);
      },
    };
    const again = { ...ports, notifiers: [takesTime, quick] };
    expect(await deliver(again, undefined)).toEqual({ sentTo: ['quick'], failed: ['slow'], held: [], givenUp: 0 });
    expect(slow.state.took).toEqual([all[0]?.id]);
    expect(await ports.documents.get(documentKeys('').outbox('slow'))).toMatchObject({
      because: 'no time was left in this run',
      waiting: [{ attempts: 1 + 1 }, { attempts: 0 }],
    });
  });
});
