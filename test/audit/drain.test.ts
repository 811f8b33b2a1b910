import { describe, expect, test } from '@jest/globals';
import { drain, newest } from '../../lib/audit/drain.ts';
import type { Waiting } from '../../lib/audit/outbox.ts';
import { PartlyDelivered } from '../../lib/audit/partly-delivered.ts';
import { maxPending } from '../../lib/audit/ports.ts';
import { aDigest, openedOf } from '../support/digest-builders.ts';
import { aRoleFinding } from '../support/drift-builders.ts';

const [step] = openedOf([aRoleFinding('a')]);
const changes = (count: number) => (step === undefined ? [] : Array.from({ length: count }, () => step));
const waiting = (id: string, count: number): Waiting => ({
  digest: { ...aDigest(changes(1)), transitions: changes(count), id },
  attempts: 0,
});
const ids = (some: readonly Waiting[]) => some.map(({ digest }) => digest.id);

describe('the newest of what waits', () => {
  test.each<readonly [string, readonly number[], number, readonly string[], readonly string[]]>([
    ['nothing', [], 2, [], []],
    ['as many as have room', [1, 1], 2, [], ['0', '1']],
    ['more than have room', [1, 1, 1], 2, ['0'], ['1', '2']],
    ['as many changes as have room', [1, maxPending - 1], 9, [], ['0', '1']],
    ['more changes than have room', [1, 1, maxPending], 9, ['0', '1'], ['2']],
    ['more changes than have room in the newest alone', [1, maxPending + 1], 9, ['0'], ['1']],
    ['one that is too large, and nothing else', [maxPending + 1], 9, [], ['0']],
  ])('of %s', (_, sizes, most, older, kept) => {
    const all = sizes.map((count, at) => waiting(String(at), count));
    expect(newest(all, most).map(ids)).toEqual([older, kept]);
  });
});

test('a refusal stays the reason where the time is up after it; without one the time is', async () => {
  const drained = (lateAfter: number) => {
    let sent = 0;
    const send = async (): Promise<'sent'> => {
      sent += 1;
      throw new Error('it says no');
    };
    const queue = ['a', 'b'].map(id => waiting(id, 1));
    return drain({ name: 'a', send }, queue, {
      counts: 1,
      isLate: () => sent >= lateAfter,
      save: async () => undefined,
    });
  };
  expect((await drained(1)).because).toBe('Error: it says no');
  expect(await drained(0)).toMatchObject({ because: 'no time was left in this run', waiting: [{}, {}] });
});

test('an answer in time leaves no timer behind, a refusal neither', async () => {
  const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length;
  const before = timers();
  const drained = (send: () => Promise<'sent'>) =>
    drain({ name: 'a', send }, [waiting('0', 1)], { counts: 1, isLate: () => false, save: async () => undefined });
  expect((await drained(async () => 'sent')).waiting).toEqual([]);
  expect((await drained(() => Promise.reject(new Error('no')))).because).toBe('Error: no');
  expect(timers()).toBe(before);
});

test('of a digest that was taken in part the rest waits, and an older word on what was taken does not', async () => {
  const [a, b] = openedOf([aRoleFinding('a'), aRoleFinding('b')]);
  if (a === undefined || b === undefined) throw new Error('no steps');
  const older: Waiting = { digest: { ...aDigest([a, b]), id: 'older' }, attempts: 3 };
  const newer: Waiting = { digest: { ...aDigest([a, b]), id: 'newer' }, attempts: 0 };
  const rest = { ...newer.digest, transitions: [b] };
  const send = async ({ id }: { readonly id: string }): Promise<'sent'> => {
    throw id === 'older' ? new Error('no') : new PartlyDelivered('half of it', rest);
  };
  const saved: (readonly Waiting[])[] = [];
  const save = async (waiting: readonly Waiting[]) => void saved.push(waiting);
  const drained = await drain({ name: 'a', send }, [older, newer], { counts: 1, isLate: () => false, save });
  expect(drained).toEqual({
    waiting: [
      { digest: { ...older.digest, transitions: [b] }, attempts: 4 },
      { digest: rest, attempts: 1 },
    ],
    ...{ because: 'PartlyDelivered: half of it', held: false, givenUp: [] },
  });
});
