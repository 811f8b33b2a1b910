import { describe, expect, test } from '@jest/globals';
import { deliver, longestOutbox, mostAttempts, mostKept } from '../../lib/audit/deliver.ts';
import { documentKeys } from '../../lib/audit/documents.ts';
import type { DeadLetter } from '../../lib/audit/ports.ts';
import type { Digest } from '../../lib/core/drift/transition.ts';
import { QuietHoursNow } from '../../lib/notify/errors.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const digestOf = (name: string): Digest => aDigest(openedOf([aRoleFinding(name)]));

/** A destination that refuses while `refuses` holds, and remembers what it took. */
const destination = (name: string) => {
  const state = { refuses: false, took: [] as string[] };
  return {
    ...{ name, state },
    send: async (digest: Digest) => {
      if (state.refuses) throw new Error(`${name} says no\u0007`);
      state.took.push(digest.id);
    },
  };
};

describe('delivery', () => {
  test('goes to every destination, once for each digest', async () => {
    const [a, b] = [destination('a'), destination('b')];
    const ports = { documents: memoryDocumentStore(), notifiers: [a, b] };
    const digest = digestOf('x');
    expect(await deliver(ports, digest)).toEqual({ sentTo: ['a', 'b'], failed: [], held: [], givenUp: 0 });
    await deliver(ports, digest);
    expect([a.state.took, b.state.took]).toEqual([[digest.id], [digest.id]]);
  });

  test('a destination that refuses gets the digest before the next one, the others do not get it twice', async () => {
    const [bad, good] = [destination('bad'), destination('good')];
    const ports = { documents: memoryDocumentStore(), notifiers: [bad, good] };
    const [first, second] = [digestOf('x'), digestOf('y')];
    bad.state.refuses = true;
    expect(await deliver(ports, first)).toEqual({ sentTo: ['good'], failed: ['bad'], held: [], givenUp: 0 });
    expect(await deliver(ports, first)).toEqual({ sentTo: ['good'], failed: ['bad'], held: [], givenUp: 0 });
    expect(await ports.documents.get(documentKeys('').outbox('bad'))).toMatchObject({
      waiting: [{ digest: { id: first.id }, attempts: 2 }],
      because: 'Error: bad says no ',
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
    const ports = { documents: memoryDocumentStore(), notifiers: [bad] };
    bad.state.refuses = true;
    await deliver(ports, digestOf('x'));
    bad.state.refuses = false;
    expect(await deliver(ports, undefined)).toEqual({ sentTo: ['bad'], failed: [], held: [], givenUp: 0 });
    expect(bad.state.took).toHaveLength(1);
    await deliver(ports, undefined);
    expect(bad.state.took).toHaveLength(1);
  });

  test('an outbox does not grow without end', async () => {
    const bad = destination('bad');
    const ports = { documents: memoryDocumentStore(), notifiers: [bad] };
    bad.state.refuses = true;
    for (let n = 0; n < longestOutbox + 5; n += 1) await deliver(ports, digestOf(`x${n}`));
    const { waiting } = JSON.parse(JSON.stringify(await ports.documents.get(documentKeys('').outbox('bad'))));
    expect(waiting.length).toBeLessThanOrEqual(longestOutbox);
    bad.state.refuses = false;
    await deliver(ports, undefined);
    expect(bad.state.took).toHaveLength(waiting.length);
    expect(bad.state.took.at(-1)).toBe(digestOf(`x${longestOutbox + 4}`).id);
  });

  test('a digest that is always refused is given up in the end, and said so', async () => {
    const bad = destination('bad');
    bad.state.refuses = true;
    const ports = { documents: memoryDocumentStore(), notifiers: [bad] };
    await deliver(ports, digestOf('x'));
    for (let n = 2; n < mostAttempts; n += 1) expect(await deliver(ports, undefined)).toMatchObject({ givenUp: 0 });
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
        await picky.send(digest);
      },
    };
    const ports = { documents: memoryDocumentStore(), notifiers: [notifier] };
    await deliver(ports, refused);
    expect(await deliver(ports, digestOf('y'))).toEqual({ sentTo: [], failed: ['picky'], held: [], givenUp: 0 });
    expect(picky.state.took).toEqual([digestOf('y').id]);
  });

  test('quiet hours are no failure: what is held never runs out of attempts, and goes out after them in its order', async () => {
    const night = destination('night');
    let quiet = true;
    const notifier = {
      name: 'night',
      send: async (digest: Digest) => {
        if (quiet) throw new QuietHoursNow('night has quiet hours until 07:00 (UTC)');
        await night.send(digest);
      },
    };
    const ports = { documents: memoryDocumentStore(), notifiers: [notifier] };
    const [first, second] = [digestOf('x'), digestOf('y')];
    expect(await deliver(ports, first)).toEqual({ sentTo: [], failed: [], held: ['night'], givenUp: 0 });
    for (let n = 0; n < mostAttempts + 2; n += 1)
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
      return { bad, state, ports: { documents: memoryDocumentStore(), notifiers: [bad], deadLetters } };
    };

    test('what is given up lies there once, with who refused it, how often, and why', async () => {
      const { ports, state } = refusing();
      const digest = digestOf('x');
      await deliver(ports, digest);
      for (let n = 1; n < mostAttempts + 3; n += 1) await deliver(ports, undefined);
      expect(state.letters).toEqual([
        { destination: 'bad', attempts: mostAttempts, because: 'Error: bad says no ', digest },
      ]);
    });

    test('what does not fit into the outbox any more goes there, oldest first; the rest is delivered in order', async () => {
      const { bad, ports, state } = refusing();
      const all = Array.from({ length: longestOutbox + 5 }, (_, n) => digestOf(`x${n}`));
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
      for (let n = 1; n < mostAttempts + 2; n += 1)
        expect(await deliver(ports, undefined)).toMatchObject({ failed: ['bad'], givenUp: 0 });
      state.takes = true;
      bad.state.refuses = false;
      expect(await deliver(ports, undefined)).toEqual({ sentTo: ['bad'], failed: [], held: [], givenUp: 0 });
      expect([bad.state.took, state.letters]).toEqual([[digest.id], []]);
    });

    test('an outbox that nothing empties stays bounded', async () => {
      const { ports, state } = refusing();
      state.takes = false;
      for (let n = 0; n < mostKept + longestOutbox + 10; n += 1) await deliver(ports, digestOf(`x${n}`));
      const { waiting } = JSON.parse(JSON.stringify(await ports.documents.get(documentKeys('').outbox('bad'))));
      expect(waiting).toHaveLength(mostKept + longestOutbox);
    });

    test('quiet hours that outlast the outbox bury the oldest without a reason of failure', async () => {
      const { ports, state } = refusing();
      const notifiers = [
        {
          name: 'night',
          send: async () => {
            throw new QuietHoursNow('night has quiet hours until 07:00 (UTC)');
          },
        },
      ];
      for (let n = 0; n < longestOutbox; n += 1) await deliver({ ...ports, notifiers }, digestOf(`x${n}`));
      expect(await deliver({ ...ports, notifiers }, digestOf('last'))).toEqual({
        sentTo: [],
        failed: [],
        held: ['night'],
        givenUp: 1,
      });
      expect(state.letters).toEqual([{ destination: 'night', attempts: 0, because: '', digest: digestOf('x0') }]);
    });
  });
});
