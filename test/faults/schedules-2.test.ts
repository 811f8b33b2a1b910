import { expect, test } from '@jest/globals';
import { faultsOf } from './faults-of.ts';

// See `schedules-1.test.ts`.
test('every promise is kept in the schedules 76 to 150', async () => {
  expect(await faultsOf(76, 75)).toEqual({ exitCode: 0, schedules: 75, broken: [] });
}, 600_000);
