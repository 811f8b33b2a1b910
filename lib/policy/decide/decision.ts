import type { SourceLocation } from '../../model.ts';
import type { ConditionTest, PolicyProblem, Statement } from '../parse/policy.ts';
import type { Explanation, Reason } from './reason.ts';

/** Three-valued truth (docs/facts.md §A.10b). */
export type Truth = 'true' | 'false' | 'unknown';

/** The result of one test of a condition, with the token's value beside the policy's. */
export interface TestResult extends Explanation {
  readonly test: ConditionTest;
  readonly result: Truth;
  /** The value in the request; absent if the request does not carry the key. */
  readonly actual?: string;
}

/** The result of one statement. */
export interface StatementResult {
  readonly statement: Statement;
  /** `true`: it applies to this request. */
  readonly applies: Truth;
  readonly principal: { readonly result: Truth } & Explanation;
  readonly action: { readonly result: Truth } & Explanation;
  readonly tests: readonly TestResult[];
  readonly problems: readonly PolicyProblem[];
}

/** The decision on one request, with its whole tree: text is made from it, not the other way round. */
export interface Decision {
  readonly decision: 'allow' | 'deny' | 'unknown';
  /** Sentences, most important first. */
  readonly reasons: readonly string[];
  /** The same reasons as data. */
  readonly reasonData: readonly Reason[];
  readonly statements: readonly StatementResult[];
  readonly at?: SourceLocation;
}
