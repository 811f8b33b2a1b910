import { describe, expect, test } from '@jest/globals';
import { sumCalls } from '../../lib/audit/call-counts.ts';
import { unreadFrom } from '../../lib/audit/failure.ts';
import { serviceError } from '../../lib/kit/classify-error.ts';
import { ThrottledError, TransientError } from '../../lib/kit/errors.ts';
import { inParallel } from '../../lib/kit/in-parallel.ts';

describe('counts of calls', () => {
  test('add up by operation, in the order of the alphabet', () => {
    expect(Object.entries(sumCalls([{ c: 5 }, { b: 1 }, { a: 2, b: 3 }]))).toEqual([
      ['a', 2],
      ['b', 4],
      ['c', 5],
    ]);
  });
});

describe('failures', () => {
  const named = (name: string, over: object = {}) => Object.assign(new Error('text'), { name, ...over });

  test.each([
    [named('ThrottlingException'), 'ThrottledError'],
    [named('ProvisionedThroughputExceededException'), 'ThrottledError'],
    [named('SlowDown'), 'ThrottledError'],
    [named('TimeoutError'), 'TransientError'],
    [named('Error', { code: 'ECONNRESET' }), 'TransientError'],
    [named('Error', { message: 'connect ECONNREFUSED 127.0.0.1:1' }), 'TransientError'],
    [named('InternalServerError', { $metadata: { httpStatusCode: 500 } }), 'TransientError'],
    [named('ValidationException', { $metadata: { httpStatusCode: 400 } }), 'ValidationException'],
    [named('Odd', { $metadata: {} }), 'Odd'],
    [named('Odd', { $metadata: { httpStatusCode: '500' } }), 'Odd'],
  ])('%s is %s', (error, name) => expect(serviceError(error, 'x')).toMatchObject({ name }));

  test('that are no errors are handed on', () => {
    expect(serviceError('text', 'x')).toBe('text');
    expect(unreadFrom('a\nb', 'op')).toEqual({ kind: 'invalid', operation: 'op', message: 'a b' });
    expect(unreadFrom(new TransientError('x'.repeat(999)), 'op')).toMatchObject({ kind: 'unreachable' });
    expect(unreadFrom(new ThrottledError('x'), 'op')).toMatchObject({ kind: 'throttled' });
    expect(unreadFrom(new Error('x'.repeat(999)), 'op').message).toHaveLength(300);
  });
});

describe('work in parallel', () => {
  test('keeps the order, and never more at once than allowed', async () => {
    let now = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3], 2, async item => {
      now += 1;
      most = Math.max(most, now);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      now -= 1;
      return item * 2;
    });
    expect(results).toEqual([10, 2, 8, 4, 6]);
    expect(most).toBe(2);
    expect(await inParallel([], 3, async item => item)).toEqual([]);
  });

  test('stops at the first failure, and lets what is under way end', async () => {
    const begun: number[] = [];
    const work = inParallel([1, 2, 3, 4], 2, async item => {
      begun.push(item);
      if (item === 1) throw new Error('one');
    });
    await expect(work).rejects.toThrow('one');
    expect(begun).toEqual([1, 2]);
  });
});
