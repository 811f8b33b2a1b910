/** Why a statement's principal and action came out as they did, and what leaves a statement open. */

import type { SourceLocation } from '../../model.ts';
import { given } from '../../text.ts';
import type { PolicyProblem, Statement } from '../parse/policy.ts';
import { conditionDoubt } from './condition-reason.ts';
import type { Truth } from './decision.ts';
import type { Environment } from './environment.ts';
import type { StatementTruth } from './evaluate-statement.ts';
import { formulaKey, type ThreeValued } from './formula.ts';
import type { Explanation, UnknownReason } from './reason.ts';

/** An explanation with the place in the policy that it is about. */
export interface Doubtful extends Explanation<UnknownReason> {
  readonly at: SourceLocation;
}

const undocumented = (element: 'Principal' | 'Action' | 'Condition', because: string): Explanation<UnknownReason> => ({
  because,
  reason: { kind: 'undocumented', element },
});

/** Why the principal is or is not the token's provider. */
export const principalReason = (statement: Statement, result: Truth, env: Environment): Explanation => {
  if (result === 'true') {
    const isByName =
      statement.principal?.kind === 'typed' &&
      statement.principal.entries.some(({ type, value }) => type === 'Federated' && value.text === env.provider);
    return {
      because: isByName ? 'it names the token’s provider in the role’s account' : 'it names all principals',
      reason: { kind: 'principal-matches' },
    };
  }
  if (result === 'false') return { because: `it does not name ${env.provider}`, reason: { kind: 'principal-differs' } };
  return principalDoubt(statement);
};

const principalDoubt = (statement: Statement): Explanation<UnknownReason> => {
  if (statement.notPrincipal) return undocumented('Principal', 'NotPrincipal is not supported in a trust policy');
  if (!statement.principal) return undocumented('Principal', 'there is no Principal');
  return undocumented('Principal', 'whether this principal stands for a web identity is not documented');
};

/** Why the action does or does not cover web identity's. */
export const actionReason = (statement: Statement, result: Truth): Explanation => {
  if (result === 'unknown') return actionDoubt;
  const which = statement.actions ? 'Action' : 'NotAction';
  return result === 'true'
    ? { because: `${which} covers sts:AssumeRoleWithWebIdentity`, reason: { kind: 'action-matches' } }
    : { because: `${which} does not cover sts:AssumeRoleWithWebIdentity`, reason: { kind: 'action-differs' } };
};

const actionDoubt = undocumented('Action', 'what this action stands for is not documented');

/** Why IAM refuses the whole policy, each with its place. */
export const refusalDoubts = ({ refusals }: Pick<Environment, 'refusals'>): readonly Doubtful[] =>
  refusals.map(problem => problemDoubt('refused-by-iam', problem));

const problemDoubt = (kind: 'refused-by-iam' | 'policy-problem', problem: PolicyProblem): Doubtful => ({
  because: problem.message,
  reason: { kind, problem: problem.kind, ...given({ name: problem.name }) },
  at: problem.at,
});

/** The reasons why it is open whether a statement applies; empty for one that is not open. */
export const doubtsOf = (
  { statement, truth, principal, action, tests }: StatementTruth,
  env: Environment,
): readonly Doubtful[] => {
  if (!isOpen(truth)) return [];
  const doubts: Doubtful[] = statement.problems.map(problem => problemDoubt('policy-problem', problem));
  if (doubts.length === 0 && isOpen(principal)) doubts.push({ ...principalDoubt(statement), at: statement.at });
  if (statement.problems.length === 0 && isOpen(action)) doubts.push({ ...actionDoubt, at: statement.at });
  for (const outcome of tests) {
    if (!isOpen(outcome.truth)) continue;
    const { test } = outcome;
    const { because, reason } = conditionDoubt(outcome, env);
    doubts.push({ because: `${test.operator} on ${test.key.text}: ${because}`, reason, at: test.key.at });
  }
  return doubts.length > 0 ? doubts : [{ ...keyCase, at: statement.at }];
};

const keyCase = undocumented('Condition', 'condition keys that differ only in case have no documented meaning');

/** The truth is not the same whichever reading is right. */
const isOpen = ({ certain, possible }: ThreeValued): boolean =>
  certain !== possible && formulaKey(certain) !== formulaKey(possible);
