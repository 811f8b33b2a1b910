import { given } from '../../text.ts';
import type { Policy } from '../parse/policy.ts';
import { conditionReason } from './condition-reason.ts';
import type { Decision, StatementResult, TestResult, Truth } from './decision.ts';
import { decisionReasons } from './decision-reasons.ts';
import { type Environment, environmentOf } from './environment.ts';
import { evaluateStatement, type StatementTruth } from './evaluate-statement.ts';
import type { TestTruth } from './evaluate-test.ts';
import { all, any, maybe, no, not, type ThreeValued } from './formula.ts';
import type { WebIdentityRequest } from './request.ts';
import { actionReason, principalReason } from './statement-reason.ts';

/**
 * Decides one request by a trust policy, in three values. Any Deny that applies denies; else any Allow that applies
 * allows; what depends on something undocumented or unknowable is unknown (docs/facts.md §A.1, §A.10b). Resource control
 * policies and VPC endpoint policies are not seen here: an allow is the trust policy's alone. Pure, total, linear.
 */
export const decide = (policy: Policy, request: WebIdentityRequest): Decision => {
  const env = environmentOf(request, policy);
  const truths = policy.statements.map(statement => evaluateStatement(statement, env));
  const judged = truths.map(truth => ({ truth, result: resultOf(truth, env) }));
  const decision = decisionOf(policyTruth(truths));
  return { decision, ...decisionReasons(decision, judged, env), statements: judged.map(({ result }) => result) };
};

/** Only the outcome, without the reasons: for many requests at once. */
export const decideOnly = (policy: Policy, request: WebIdentityRequest): Decision['decision'] => {
  const env = environmentOf(request, policy);
  return decisionOf(policyTruth(policy.statements.map(statement => evaluateStatement(statement, env))));
};

/** The decision of the statements together. A statement whose effect is neither Allow nor Deny may be either. */
export const policyTruth = (truths: readonly StatementTruth[]): ThreeValued =>
  all([any(truths.map(truth => effective(truth, 'Allow'))), not(any(truths.map(truth => effective(truth, 'Deny'))))]);

/** Where a statement has this effect; an effect that is neither Allow nor Deny may be either. */
export const effective = ({ statement, truth }: StatementTruth, effect: 'Allow' | 'Deny'): ThreeValued => {
  if (statement.effect === effect) return truth;
  return statement.effect === 'Allow' || statement.effect === 'Deny' ? no : all([truth, maybe]);
};

const decisionOf = (truth: ThreeValued): Decision['decision'] =>
  truth.certain === true ? 'allow' : truth.possible === true ? 'unknown' : 'deny';

const wordOf = (truth: ThreeValued): Truth =>
  truth.certain === true ? 'true' : truth.possible === true ? 'unknown' : 'false';

const resultOf = (truth: StatementTruth, env: Environment): StatementResult => {
  const { statement } = truth;
  const principal = wordOf(truth.principal);
  const action = wordOf(truth.action);
  return {
    statement,
    applies: wordOf(truth.truth),
    principal: { result: principal, ...principalReason(statement, principal, env) },
    action: { result: action, ...actionReason(statement, action) },
    tests: truth.tests.map(outcome => testOf(outcome, env)),
    problems: statement.problems,
  };
};

const testOf = (outcome: TestTruth, env: Environment): TestResult => {
  const { test, fact, truth } = outcome;
  const result = wordOf(truth);
  const actual = fact?.value;
  return { test, result, ...given({ actual }), ...conditionReason(outcome, result, env) };
};
