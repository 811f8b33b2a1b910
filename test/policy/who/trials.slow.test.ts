import { expect, test } from '@jest/globals';
import { casesOf } from '../../support/sample.ts';
import { budgetTrial, fuzzTrial, monotonyTrial, oracleTrial, setTrial } from '../../support/trust-trials.ts';
import { accountTrial, loginTrial, podTrial } from '../../support/who-trials.ts';

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
  ['pods that can are those that brute force finds', () => podTrial(casesOf(4_000), 16), ['can', 'cannot']],
  ['accounts that can are those that brute force finds', () => accountTrial(casesOf(200), 17), ['can', 'cannot']],
  ['logins that can are those that brute force finds', () => loginTrial(casesOf(200), 18), ['can', 'cannot']],
])('%s', (_, run, outcomes) => {
  const trial = run();
  expect(trial.failures).toEqual([]);
  expect(trial.failed).toBe(0);
  for (const outcome of outcomes) expect(trial.counts[outcome]).toBeGreaterThan(20);
});
