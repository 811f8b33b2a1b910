/** One test of a condition (IAM User Guide, condition operators and multivalued keys; docs/facts.md §A.2, §A.3). */

import type { ConditionTest } from '../parse/policy.ts';
import { compareValue } from './compare-value.ts';
import type { Truth } from './decision.ts';
import type { Environment } from './environment.ts';
import { any, consensus, known, maybe, no, not, type ThreeValued, yes } from './formula.ts';
import type { KeyFact } from './key-fact.ts';
import { type Operator, parseOperator } from './operator.ts';
import { keyFact } from './request-keys.ts';

/** The result of a test, and the key's fact behind it; no fact where the operator itself has no documented meaning. */
export interface TestTruth {
  readonly test: ConditionTest;
  readonly truth: ThreeValued;
  readonly fact?: KeyFact;
  readonly operator?: Operator;
}

/** Evaluates a test for a request, or for all subjects at once. */
export const evaluateTest = (test: ConditionTest, env: Environment): TestTruth =>
  evaluateFact(test, keyFact(test.key.text, env), env);

/** Evaluates a test for a fact of its key, whoever's request has it. */
export const evaluateFact = (test: ConditionTest, fact: KeyFact, env: Environment): TestTruth => {
  const operator = parseOperator(test.operator);
  if (!operator) return { test, truth: maybe };
  const values = test.values.map(value => value.text);
  return { test, truth: truthOf(operator, fact, values, env), fact, operator };
};

const truthOf = (operator: Operator, fact: KeyFact, values: readonly string[], env: Environment): ThreeValued => {
  if (operator.comparison === 'null') return nullTruth(operator, fact, values);
  if (fact.present === 'yes') return whenPresent(operator, fact, values, env);
  if (fact.present === 'no') return whenAbsent(operator, values);
  return consensus([whenAbsent(operator, values), whenPresent(operator, fact, values, env)]);
};

/** The result of a test where the request lacks its key; unknown for `Null`, which asks for just that. */
export const truthWhenAbsent = (test: ConditionTest): Truth => {
  const operator = parseOperator(test.operator);
  if (!operator || operator.comparison === 'null') return 'unknown';
  const { certain, possible } = whenAbsent(
    operator,
    test.values.map(value => value.text),
  );
  return certain === true ? 'true' : possible === true ? 'unknown' : 'false';
};

const whenAbsent = (operator: Operator, values: readonly string[]): ThreeValued => {
  if (operator.qualifier === 'ForAllValues') return yes;
  if (operator.qualifier === 'ForAnyValue') {
    // The two rules contradict each other; with no values at all the qualifier's is the stricter one and undocumented.
    return operator.ifExists ? maybe : no;
  }
  if (operator.ifExists) return yes;
  return values.length === 0 ? maybe : known(operator.negated);
};

const whenPresent = (operator: Operator, fact: KeyFact, values: readonly string[], env: Environment): ThreeValued => {
  if (operator.qualifier !== undefined && fact.value === '') return known(operator.qualifier === 'ForAllValues');
  if (values.length === 0) return operator.qualifier !== undefined || operator.ifExists ? no : maybe;
  const matched = any(values.map(text => compareValue(operator, fact, text, env)));
  const positive = fact.otherForms ? any([matched, maybe]) : matched;
  return operator.negated ? not(positive) : positive;
};

/** `Null` asks whether the key is absent. With a qualifier the answer is fixed (Access Analyzer, "Null with qualifier"). */
const nullTruth = (operator: Operator, fact: KeyFact, values: readonly string[]): ThreeValued => {
  if (operator.qualifier !== undefined) return known(operator.qualifier === 'ForAllValues');
  if (values.length === 0 || fact.present === 'unknown' || fact.value === '') return maybe;
  return any(values.map(text => wantsNull(text, fact.present === 'no')));
};

const wantsNull = (text: string, isNull: boolean): ThreeValued => {
  if (text !== 'true' && text !== 'false') return maybe;
  return known((text === 'true') === isNull);
};
