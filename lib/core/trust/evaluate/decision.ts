import type { SourceLocation } from '../../model/source-location.ts';
import type { ConditionTest, PolicyProblem, Statement } from '../policy/policy.ts';

/** Three-valued truth (docs/facts.md §A.10b). */
export type Truth = 'true' | 'false' | 'unknown';

/** What one test of a condition came to, with the token's value beside the policy's. */
export interface TestResult {
  readonly test: ConditionTest;
  readonly result: Truth;
  /** The value in the request; absent if the request does not carry the key. */
  readonly actual?: string;
  /** Why, in words: `the token has no such key`, `the value differs in case`. */
  readonly because: string;
}

/** What one statement came to. */
export interface StatementResult {
  readonly statement: Statement;
  /** `true`: it applies to this request. */
  readonly applies: Truth;
  readonly principal: { readonly result: Truth; readonly because: string };
  readonly action: { readonly result: Truth; readonly because: string };
  readonly tests: readonly TestResult[];
  readonly problems: readonly PolicyProblem[];
}

/** The decision on one request, with its whole tree: text is made from it, not the other way round. */
export interface Decision {
  readonly decision: 'allow' | 'deny' | 'unknown';
  /** Sentences, most important first. */
  readonly reasons: readonly string[];
  readonly statements: readonly StatementResult[];
  readonly at?: SourceLocation;
}
