import type { ConditionTest } from '../policy/policy.ts';
import { timeOf } from './compare-value.ts';
import type { Environment } from './environment.ts';
import { evaluateTest } from './evaluate-test.ts';

const clockKeys: ReadonlySet<string> = new Set(['aws:currenttime', 'aws:epochtime']);

/**
 * When a test on the clock that holds now stops to hold, ISO 8601; undefined for any other test, for one that does not
 * hold now, and for one that holds from now on for good. The evaluator itself is asked at every instant that the test
 * names and one millisecond later.
 */
export const dateTestEnd = (test: ConditionTest, env: Environment): string | undefined => {
  const { now } = env;
  if (now === undefined || !clockKeys.has(test.key.text.toLowerCase())) return undefined;
  const holdsAt = (instant: number): boolean => evaluateTest(test, { ...env, now: instant }).truth.certain === true;
  if (!holdsAt(now)) return undefined;
  const named = test.values.flatMap(({ text }) => timeOf(text) ?? []).filter(instant => instant >= now);
  const end = named
    .sort((a, b) => a - b)
    .flatMap(instant => [instant, instant + 1])
    .find(instant => !holdsAt(instant));
  return end === undefined ? undefined : new Date(end).toISOString();
};
