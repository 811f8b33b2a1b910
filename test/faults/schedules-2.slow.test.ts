import { expect, test } from '@jest/globals';
import { sample } from '../support/sample.ts';
import { faultsOf, seedsFrom } from './faults-of.ts';

// See `schedules-1.test.ts`.
test('every promise is kept in a sample of the schedules 151 to 300', async () => {
  const seeds = sample(seedsFrom(151, 150), 15);
  expect(await faultsOf(seeds)).toEqual({ exitCode: 0, schedules: seeds.length, broken: [] });
}, 600_000);
