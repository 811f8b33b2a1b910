import { expect, test } from '@jest/globals';
import { budgetTrial, fuzzTrial, monotonyTrial, oracleTrial, setTrial } from '../../support/trust-trials.ts';

/** A few thousand cases of each; `npm run nightly` runs many more. The seeds are fixed: a failure repeats. */
test.each([
  ['the decision agrees with the naive interpreter', () => oracleTrial(6_000, 11), ['allow', 'deny', 'unknown']],
  ['the set agrees with the decision', () => setTrial(4_000, 12), ['none', 'list', 'pattern', 'any', 'unknown']],
  ['Deny never widens, Allow never narrows, order never matters', () => monotonyTrial(3_000, 13), ['allow', 'deny']],
  ['sets near the budget are right or unknown', () => budgetTrial(200, 15), ['pattern', 'budget']],
  ['broken input is refused with a place or decided', () => fuzzTrial(3_000, 14), ['refused', 'deny', 'unknown']],
])('%s', (_, run, outcomes) => {
  const trial = run();
  expect(trial.failures).toEqual([]);
  expect(trial.failed).toBe(0);
  for (const outcome of outcomes) expect(trial.counts[outcome]).toBeGreaterThan(20);
});
