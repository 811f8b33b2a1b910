import { describe, expect, test } from '@jest/globals';
import { type Again, retryAfterMs, retryThrown, withRetries } from '../../lib/kit/retry.ts';
import { fc } from '../support/properties.ts';

const recording = (random: number, over: object = {}) => {
  const waits: number[] = [];
  const policy = {
    ...{ attempts: 4, firstWaitMs: 100, maxWaitMs: 1_000 },
    random: () => random,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds);
    },
    ...over,
  };
  return { policy, waits };
};

/** Work whose outcomes are given; the last one repeats. */
const outcomes = <T>(...all: readonly T[]) => {
  let count = 0;
  return { work: async () => all[Math.min(count++, all.length - 1)] as T, tries: () => count };
};

describe('work is repeated', () => {
  test('until an outcome needs no repeat, over waits that double', async () => {
    const { policy, waits } = recording(1);
    const { work, tries } = outcomes('no', 'no', 'yes');
    expect(await withRetries(policy, work, outcome => (outcome === 'no' ? {} : undefined))).toBe('yes');
    expect([tries(), waits]).toEqual([3, [100, 200]]);
  });

  test('not before the wait is over', async () => {
    const order: string[] = [];
    const { policy } = recording(1, {
      sleep: async () => {
        await new Promise(resolve => setImmediate(resolve));
        order.push('waited');
      },
    });
    const work = async () => void order.push('tried');
    await withRetries({ ...policy, attempts: 2 }, work, () => ({}));
    expect(order).toEqual(['tried', 'waited', 'tried']);
  });

  test('at most as often as the policy says, and the last outcome is given', async () => {
    const { policy, waits } = recording(0.5);
    const { work, tries } = outcomes('no');
    expect(await withRetries(policy, work, () => ({}))).toBe('no');
    expect([tries(), waits]).toEqual([4, [50, 100, 200]]);
  });

  test('not before a server allows it, and never after more than the longest wait', async () => {
    const { policy, waits } = recording(0);
    const asked: readonly Again[] = [{ notBeforeMs: 700 }, { notBeforeMs: 60_000 }, {}];
    const { work } = outcomes(...asked);
    await withRetries({ ...policy, attempts: 3 }, work, again => again);
    expect(waits).toEqual([700, 1_000]);
  });

  test('with waits that are never negative and never longer than the longest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 0.999, noNaN: true }), fc.nat(5_000), async (random, notBeforeMs) => {
        const { policy, waits } = recording(random);
        await withRetries(
          policy,
          async () => 0,
          () => ({ notBeforeMs }),
        );
        expect(waits).toHaveLength(3);
        for (const wait of waits) expect(wait >= Math.min(notBeforeMs, 1_000) && wait <= 1_000).toBe(true);
      }),
    );
  });
});

describe('work that throws', () => {
  const failing = (times: number) => {
    let count = 0;
    return async () => {
      count += 1;
      if (count <= times) throw new Error(`failure ${count}`);
      return count;
    };
  };

  test('is repeated while its error may pass', async () => {
    const { policy, waits } = recording(1);
    expect(await retryThrown(policy, failing(2), () => true)).toBe(3);
    expect(waits).toEqual([100, 200]);
  });

  test('waits by chance where nothing else is given', async () => {
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => void waits.push(milliseconds);
    const policy = { attempts: 4, firstWaitMs: 100, maxWaitMs: 1_000, sleep };
    expect(await retryThrown(policy, failing(3), () => true)).toBe(4);
    expect(waits.map((wait, at) => wait >= 0 && wait < 100 * 2 ** at)).toEqual([true, true, true]);
  });

  test('throws its last error when all tries are used up, and at once where a repeat cannot help', async () => {
    const { policy, waits } = recording(1);
    await expect(retryThrown(policy, failing(9), () => true)).rejects.toThrow('failure 4');
    await expect(retryThrown(policy, failing(9), () => false)).rejects.toThrow('failure 1');
    expect(waits).toHaveLength(3);
  });
});

test.each([
  ['3', 3_000],
  [' 0 ', 0],
  ['Wed, 21 Oct 2026 07:28:00 GMT', undefined],
  ['-1', undefined],
  ['', undefined],
  [' ', undefined],
  [null, undefined],
  [undefined, undefined],
])('Retry-After %p is %p milliseconds', (header, milliseconds) => {
  expect(retryAfterMs(header)).toBe(milliseconds);
});
