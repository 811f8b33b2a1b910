import {
  type ConditionTest,
  hasVariable,
  type Located,
  type Operator,
  parseOperator,
  testsOnClaim,
} from '../../../policy.ts';
import type { StatementView } from './statement-view.ts';

/** One value that a statement compares the subject with. */
export interface SubjectValue {
  readonly test: ConditionTest;
  readonly operator: Operator;
  readonly value: Located;
  /** `*` and `?` are wildcards here. */
  readonly isPattern: boolean;
}

/**
 * The values that the statement compares its issuers' `:sub` with by String operators. Values with policy variables are
 * left out: what they come to is decided elsewhere.
 */
export const subjectValues = (view: StatementView): readonly SubjectValue[] =>
  testsOnClaim(view.statement.conditions, 'sub', view.hostPaths).flatMap(test => {
    const operator = parseOperator(test.operator);
    if (operator?.comparison !== 'string' && operator?.comparison !== 'string-like') return [];
    const isPattern = operator.comparison === 'string-like';
    return test.values
      .filter(value => !hasVariable(value.text, view.policy.version))
      .map(value => ({ test, operator, value, isPattern }));
  });

/** True if the text has a wildcard character. */
export const hasWildcard = (text: string): boolean => /[*?]/.test(text);

/** True if the text, as a pattern, opens a namespace or more: a fix that brings it to life widens access. */
export const letsManyIn = (value: string): boolean => !/^system:serviceaccount:[^*?:]+:[^:]*[^*?:][^:]*$/.test(value);
