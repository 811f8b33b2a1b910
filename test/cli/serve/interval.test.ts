import { expect, test } from '@jest/globals';
import { intervalMs } from '../../../lib/cli/serve/interval.ts';

test.each([
  [undefined, false, 3_600_000],
  [undefined, true, 30_000],
  [60, false, 60_000],
  [1, true, 1000],
])('an interval of %s, deployed %s, is %d ms', (seconds, isDeployed, expected) => {
  expect(intervalMs(seconds, isDeployed)).toBe(expected);
});

test('audits made here are a minute apart', () => {
  expect(() => intervalMs(59, false)).toThrow('--interval 59: audits made here are at least 60 seconds apart');
});
