import { expect, test } from '@jest/globals';
import { casesOf } from '../../support/sample.ts';
import { budgetTrial, fuzzTrial, monotonyTrial, oracleTrial, setTrial } from '../../support/trust-trials.ts';

/** The seeds are fixed: a failure repeats. */
test.each([
  [
    'the decision agrees with the naive interpreter',
    () => oracleTrial(casesOf(2_000), 11),
    ['allow', 'deny', 'unknown'],
  ],
  [
    'the set agrees with the decision',
    () => setTrial(casesOf(1_500), 12),
    ['none', 'list', 'pattern', 'any', 'unknown'],
  ],
  [
    'Deny never widens, Allow never narrows, order never matters',
    () => monotonyTrial(casesOf(1_000), 13),
    ['allow', 'deny'],
  ],
  ['sets near the budget are right or unknown', () => budgetTrial(casesOf(250), 15), ['pattern', 'budget']],
  [
    'broken input is refused with a place or decided',
    () => fuzzTrial(casesOf(1_000), 14),
    ['refused', 'deny', 'unknown'],
  ],
])('%s', (_, run, outcomes) => {
  const trial = run();
  expect(trial.failures).toEqual([]);
  expect(trial.failed).toBe(0);
  for (const outcome of outcomes) expect(trial.counts[outcome]).toBeGreaterThan(20);
});
