/** Why a test came out as it did, in words. The text is made from the evaluation's facts; nothing is decided here. */

import { quote } from '../policy/json-members.ts';
import type { ConditionTest } from '../policy/policy.ts';
import type { Truth } from './decision.ts';
import type { Environment } from './environment.ts';
import type { TestTruth } from './evaluate-test.ts';
import type { Operator } from './operator.ts';
import { unresolved } from './policy-value.ts';

/** One clause without a full stop: `the token’s subject differs in case from the policy’s value`. */
export const conditionReason = ({ test, fact, operator }: TestTruth, result: Truth, env: Environment): string => {
  if (!operator || !fact) return `${quote(test.operator)} is no condition operator that IAM documents`;
  if (fact.present === 'no') return `${fact.because}; ${absentMeans(test.operator, result)}`;
  if (operator.comparison === 'null') return fact.present === 'yes' ? 'the request carries the key' : fact.because;
  if (test.values.length === 0) return 'what an empty list of values means is not fully documented';
  const texts = test.values.map(value => value.text);
  const variable = result === 'true' || !isText(operator) ? undefined : unresolved(texts, operator, env);
  if (variable !== undefined) return variable;
  if (result === 'unknown') return unknownBecause(test, fact.because, fact.value);
  if (operator.negated) return result === 'true' ? 'none of the values matches' : 'a value matches, and none may';
  return result === 'true' ? 'a value matches' : mismatch(test, operator.comparison, fact.value);
};

/** Policy variables count in values that are compared as text. */
const isText = ({ comparison }: Operator): boolean => comparison.startsWith('string') || comparison === 'arn';

const absentMeans = (operator: string, result: Truth): string => {
  if (result === 'true') return `${operator} is true for an absent key`;
  return result === 'false'
    ? `${operator} is false for an absent key`
    : `${operator} on an absent key is not documented`;
};

const unknownBecause = (test: ConditionTest, because: string, actual: string | undefined): string => {
  if (actual === undefined) return because;
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
