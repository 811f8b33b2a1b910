import { expect, test } from '@jest/globals';
import { faultsOf, seedsFrom } from './faults-of.ts';

// See `schedules-1.test.ts`.
test('every promise is kept in the schedules 151 to 300', async () => {
  expect(await faultsOf(seedsFrom(151, 150))).toEqual({ exitCode: 0, schedules: 150, broken: [] });
}, 600_000);
