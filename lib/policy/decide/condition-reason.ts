/** Why a test came out as it did, as data and in words. Made from the evaluation's facts; nothing is decided here. */

import { quote } from '../parse/json-members.ts';
import type { ConditionTest } from '../parse/policy.ts';
import type { Truth } from './decision.ts';
import type { Environment } from './environment.ts';
import type { TestTruth } from './evaluate-test.ts';
import type { KeyFact } from './key-fact.ts';
import type { Operator } from './operator.ts';
import { unresolved } from './policy-value.ts';
import type { Explanation, UnknownReason } from './reason.ts';

/** One clause without a full stop, with its data: `the value differs only in case`. */
export const conditionReason = (outcome: TestTruth, result: Truth, env: Environment): Explanation => {
  const { test, fact, operator } = outcome;
  if (result === 'unknown' || !operator || !fact) return conditionDoubt(outcome, env);
  const about = { key: test.key.text, operator: test.operator };
  const holds = { kind: 'holds', ...about } as const;
  if (fact.present === 'no')
    return {
      because: `${fact.because}; ${test.operator} is ${result} for an absent key`,
      reason: result === 'true' ? holds : { kind: 'key-absent', ...about },
    };
  if (operator.comparison === 'null')
    return {
      because: fact.present === 'yes' ? 'the request carries the key' : fact.because,
      reason: result === 'true' ? holds : { kind: 'value-differs', ...about },
    };
  if (result === 'true')
    return { because: operator.negated ? 'none of the values matches' : 'a value matches', reason: holds };
  if (operator.negated)
    return { because: 'a value matches, and none may', reason: { kind: 'value-excluded', ...about } };
  const nothing = resolvedTo('nothing', test, operator, env);
  if (nothing) return { because: nothing.because, reason: { kind: 'variable-without-value', ...about } };
  return { because: mismatch(test, operator.comparison, fact.value), reason: { kind: 'value-differs', ...about } };
};

/** Why a test is unknown. */
export const conditionDoubt = ({ test, fact, operator }: TestTruth, env: Environment): Explanation<UnknownReason> => {
  const about = { key: test.key.text, operator: test.operator };
  const undocumented = { kind: 'undocumented', ...about } as const;
  if (!operator || !fact)
    return {
      because: `${quote(test.operator)} is not a condition operator that IAM documents`,
      reason: { kind: 'unsupported-operator', ...about },
    };
  if (fact.present === 'no')
    return { because: `${fact.because}; ${test.operator} on an absent key is not documented`, reason: undocumented };
  if (test.values.length === 0)
    return { because: 'what an empty list of values means is not fully documented', reason: undocumented };
  const value = resolvedTo('unknown', test, operator, env);
  if (value) return { because: value.because, reason: { kind: value.doubt, ...about } };
  return { because: doubtfulValue(test, fact), reason: { kind: fact.doubt ?? 'undocumented', ...about } };
};

/** The first value that a policy variable makes into nothing, or into something that cannot be known. Variables count in
 *  values that are compared as text. */
const resolvedTo = <K extends 'nothing' | 'unknown'>(
  kind: K,
  test: ConditionTest,
  operator: Operator,
  env: Environment,
) =>
  operator.comparison.startsWith('string') || operator.comparison === 'arn'
    ? unresolved(
        kind,
        test.values.map(value => value.text),
        operator,
        env,
      )
    : undefined;

const doubtfulValue = (test: ConditionTest, { because, value, instant, present }: KeyFact): string => {
  const isKnown = present === 'yes' && (value !== undefined || instant !== undefined || test.operator === 'Null');
  if (!isKnown) return because;
  if (/Arn/.test(test.operator)) return `what ${test.operator} makes of a value that is no ARN is not documented`;
  return `what ${test.operator} makes of these values is not documented (${because})`;
};

const mismatch = (test: ConditionTest, comparison: string, actual = ''): string => {
  const texts = test.values.map(value => value.text);
  if (texts.some(text => text.toLowerCase() === actual.toLowerCase())) return 'the value differs only in case';
  if (texts.some(text => text.trim() === actual)) return 'the policy’s value has white space around it';
  if (comparison === 'string' && texts.some(text => /[*?]/.test(text)))
    return `* and ? are plain characters under ${test.operator}`;
  return texts.length > 1 ? 'none of the values matches' : 'the value differs';
};
