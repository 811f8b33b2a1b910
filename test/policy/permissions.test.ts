import { expect, test } from '@jest/globals';
import { permissionTrial } from '../support/permission-trial.ts';
import { casesOf } from '../support/sample.ts';

test('requests of random roles are decided as brute force decides them', () => {
  const trial = permissionTrial(casesOf(2_000), 33);
  expect(trial.failures).toEqual([]);
  expect(trial.failed).toBe(0);
  expect(trial.counts.allowed).toBeGreaterThan(100);
  expect(trial.counts.refused).toBeGreaterThan(100);
});
