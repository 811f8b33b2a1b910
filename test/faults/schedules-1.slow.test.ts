import { expect, test } from '@jest/globals';
import { faultsOf, seedsFrom } from './faults-of.ts';

// Two files, so that two processors share them; ten thousand schedules run nightly.
test('every promise is kept in the schedules 1 to 150', async () => {
  expect(await faultsOf(seedsFrom(1, 150))).toEqual({ exitCode: 0, schedules: 150, broken: [] });
}, 600_000);
