import { expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { maxAttempts, maxOutbox } from '../../lib/audit/drain.ts';
import type { DeadLetter } from '../../lib/audit/ports.ts';
import type { Digest } from '../../lib/history/transition.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';
import { broken, fastWorld, ours, withRole } from '../support/fast-world.ts';

const fast = { fastDigest: true, fastRun: true };
const digestOf = (name: string): Digest => aDigest(openedOf([aRoleFinding(name)]));

/** A destination that is down, and the queue of what is given up. */
const down = () => {
  const letters: DeadLetter[] = [];
  const ports = {
    now: () => '2026-11-02T03:00:00.000Z',
    documents: memoryDocumentStore(),
    notifiers: [{ name: 'down', send: async () => Promise.reject(new Error('no')) }],
    deadLetters: { put: async (letter: DeadLetter) => void letters.push(letter) },
  };
  return { ports, letters };
};

test('a fast run takes no attempt from what waits', async () => {
  const { ports, letters } = down();
  const digest = digestOf('full');
  await deliver(ports, digest);
  for (let minutes = 0; minutes < 3 * maxAttempts; minutes += 1) await deliver(ports, undefined, fast);
  expect(letters).toEqual([]);
  for (let hours = 1; hours < maxAttempts; hours += 1) await deliver(ports, undefined);
  expect(letters.map(letter => letter.digest.id)).toEqual([digest.id]);
});

test('digests of fast runs take no place from those of full runs', async () => {
  const { ports, letters } = down();
  const full = Array.from({ length: maxOutbox }, (_, index) => digestOf(`full-${index}`));
  for (const digest of full) await deliver(ports, digest, { fastRun: true });
  for (let minutes = 0; minutes < 2 * maxOutbox; minutes += 1) await deliver(ports, digestOf(`fast-${minutes}`), fast);
  expect(letters).toHaveLength(maxOutbox);
  expect(letters.filter(({ digest }) => full.some(({ id }) => id === digest.id))).toEqual([]);
});

test('the run says which of them it is', async () => {
  const it = await fastWorld();
  Object.assign(it.ports, { notifiers: [{ name: 'down', send: async () => Promise.reject(new Error('no')) }] });
  withRole(it, broken);
  await it.fast(ours);
  expect(await it.ports.documents.get(documentKeys('').outbox('down'))).toMatchObject({
    waiting: [{ attempts: 0, fast: true }],
  });
});
