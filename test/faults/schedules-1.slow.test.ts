import { expect, test } from '@jest/globals';
import { sample } from '../support/sample.ts';
import { faultsOf, seedsFrom } from './faults-of.ts';

// Two files, so that two processors share them; ten thousand schedules run nightly.
test('every promise is kept in a sample of the schedules 1 to 150', async () => {
  const seeds = sample(seedsFrom(1, 150), 15);
  expect(await faultsOf(seeds)).toEqual({ exitCode: 0, schedules: seeds.length, broken: [] });
}, 600_000);
