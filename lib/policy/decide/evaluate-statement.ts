/** One statement: principal, action and condition (docs/facts.md §A.1, §A.2, §A.7). */

import type { ConditionTest, Principal, PrincipalEntry, Statement } from '../parse/policy.ts';
import { actionTruth, webIdentityAction } from './action.ts';
import type { Environment } from './environment.ts';
import { evaluateTest, type TestTruth } from './evaluate-test.ts';
import { all, any, consensus, maybe, no, type ThreeValued, yes } from './formula.ts';

/** The parts of a statement's truth, so that they can be explained. */
export interface StatementTruth {
  readonly statement: Statement;
  readonly truth: ThreeValued;
  readonly principal: ThreeValued;
  readonly action: ThreeValued;
  readonly tests: readonly TestTruth[];
}

/** Whoever makes a request: which action it asks for, which principals stand for it, and what its request carries. */
export interface Asker {
  readonly action: string;
  /** Whether an entry of a principal element stands for it. */
  readonly principal: (entry: PrincipalEntry, env: Environment) => ThreeValued;
  readonly test: (test: ConditionTest, env: Environment) => TestTruth;
  /** Whether `"Principal": "*"` stands for it; not known where it is absent. */
  readonly everyone?: ThreeValued;
}

/** Evaluates a statement for a request, or for all subjects at once; of web identity unless another asker is given. Its
 *  effect is the caller's business. */
export const evaluateStatement = (
  statement: Statement,
  env: Environment,
  asker: Asker = webIdentity,
): StatementTruth => {
  const principal = principalTruth(statement, env, asker);
  const action = actionTruth(statement, asker.action);
  const tests = statement.conditions.map(test => asker.test(test, env));
  const undecidable = statement.problems.length > 0 ? [maybe] : [];
  const truth = env.refusals.length > 0 ? maybe : all([principal, action, ...undecidable, ...conditionTruths(tests)]);
  return { statement, truth, principal, action, tests };
};

/** Tests are ANDed. Where two keys of one operator differ only in case, no reading of them is documented: what they
 *  agree on holds. */
const conditionTruths = (tests: readonly TestTruth[]): readonly ThreeValued[] => {
  const names = namesOf(tests.map(({ test }) => test));
  if (!hasRepeats(names)) return tests.map(({ truth }) => truth);
  const groups = Map.groupBy(tests.entries(), ([at]) => names[at]);
  return [...groups.values()].map(group => consensus(group.map(([, { truth }]) => truth)));
};

const namesOf = (tests: readonly ConditionTest[]): readonly string[] =>
  tests.map(({ operator, key }) => `${operator} ${key.text.toLowerCase()}`);

const hasRepeats = (names: readonly string[]): boolean => new Set(names).size < names.length;

/** True for a statement that may mean something else than all its tests: it has an element that is not documented, or one key
 *  twice under one operator. */
export const isDoubtful = ({ problems, conditions }: Statement): boolean =>
  problems.length > 0 || hasRepeats(namesOf(conditions));

/** A Deny for `*` or `{"AWS": "*"}` denies all principals (IAM User Guide, "All principals"; §A.7). */
const principalTruth = (
  { effect, principal, notPrincipal }: Statement,
  env: Environment,
  asker: Asker,
): ThreeValued => {
  if (notPrincipal || !principal) return maybe;
  if (effect === 'Deny' && isEveryone(principal)) return yes;
  if (principal.kind === 'everyone') return asker.everyone ?? maybe;
  return any(principal.entries.map(entry => asker.principal(entry, env)));
};

const isEveryone = (principal: Principal): boolean =>
  principal.kind === 'everyone' || principal.entries.some(({ type, value }) => type === 'AWS' && value.text === '*');

/** Exact and case-sensitive; a wildcard cannot stand for part of a principal. Whether an Allow for `*` alone stands for web
 *  identity is not documented (§A.7, §U). */
export const matchWebIdentity = ({ type, value: { text } }: PrincipalEntry, env: Environment): ThreeValued => {
  if (type === 'Federated') {
    if (text === env.provider) return yes;
    return text === '*' || text === env.host ? maybe : no;
  }
  if (type === 'AWS') return text === '*' ? maybe : no;
  return type === 'Service' || type === 'CanonicalUser' ? no : maybe;
};

const webIdentity: Asker = { action: webIdentityAction, principal: matchWebIdentity, test: evaluateTest };
