import type { Decision, StatementResult, TestResult, Truth } from './decision.ts';
import { decisionReasons } from './decision-reasons.ts';
import { type Environment, environmentOf } from './environment.ts';
import { evaluateStatement, type StatementTruth } from './evaluate-statement.ts';
import { all, any, maybe, not, type Tri } from './formula.ts';
import type { Policy, Statement } from './policy.ts';
import type { WebIdentityRequest } from './request.ts';
import { testBecause } from './test-because.ts';

/**
 * Decides one request by a trust policy, in three values. Any Deny that applies denies; else any Allow that applies
 * allows; what depends on something undocumented or unknowable is unknown (docs/facts.md §A.1, §A.10b). Resource control
 * policies and VPC endpoint policies are not seen here: an allow is the trust policy's alone. Pure, total, linear.
 */
export const decide = (policy: Policy, request: WebIdentityRequest): Decision => {
  const env = environmentOf(request, policy.version);
  const truths = policy.statements.map(statement => evaluateStatement(statement, env));
  const statements = policy.statements.map((statement, at) => resultOf(statement, truths[at], env));
  const decision = decisionOf(policyTruth(policy.statements, truths));
  return { decision, ...decisionReasons(decision, statements, env), statements };
};

/** Only the outcome, without the reasons: for many requests at once. */
export const decideOnly = (policy: Policy, request: WebIdentityRequest): Decision['decision'] => {
  const env = environmentOf(request, policy.version);
  const truths = policy.statements.map(statement => evaluateStatement(statement, env));
  return decisionOf(policyTruth(policy.statements, truths));
};

/** What the statements come to together. A statement whose effect is neither Allow nor Deny may be either. */
export const policyTruth = (statements: readonly Statement[], truths: readonly StatementTruth[]): Tri => {
  const allows: Tri[] = [];
  const denies: Tri[] = [];
  statements.forEach(({ effect }, at) => {
    const truth = truths[at]?.truth ?? maybe;
    if (effect === 'Allow') allows.push(truth);
    else if (effect === 'Deny') denies.push(truth);
    else {
      allows.push(all([truth, maybe]));
      denies.push(all([truth, maybe]));
    }
  });
  return all([any(allows), not(any(denies))]);
};

const decisionOf = (truth: Tri): Decision['decision'] =>
  truth.certain === true ? 'allow' : truth.possible === true ? 'unknown' : 'deny';

const wordOf = (truth: Tri): Truth => (truth.certain === true ? 'true' : truth.possible === true ? 'unknown' : 'false');

const resultOf = (statement: Statement, truth: StatementTruth | undefined, env: Environment): StatementResult => {
  const principal = wordOf(truth?.principal ?? maybe);
  const action = wordOf(truth?.action ?? maybe);
  return {
    statement,
    applies: wordOf(truth?.truth ?? maybe),
    principal: { result: principal, because: principalBecause(statement, principal, env) },
    action: { result: action, because: actionBecause(statement, action) },
    tests: testsOf(statement, truth),
    problems: statement.problems,
  };
};

const testsOf = (statement: Statement, truth: StatementTruth | undefined): readonly TestResult[] =>
  statement.conditions.map((test, at) => {
    const outcome = truth?.tests[at] ?? { truth: maybe };
    const result = wordOf(outcome.truth);
    const actual = outcome.fact?.present === 'no' ? undefined : outcome.fact?.value;
    return { test, result, ...(actual === undefined ? {} : { actual }), because: testBecause(test, outcome, result) };
  });

const principalBecause = (statement: Statement, result: Truth, env: Environment): string => {
  if (result === 'true') return 'it names the token’s provider in the role’s account';
  if (result === 'false') return `it does not name ${env.provider}`;
  if (statement.notPrincipal) return 'NotPrincipal is not supported in a trust policy';
  if (!statement.principal) return 'there is no Principal';
  return 'whether this principal stands for a web identity is not documented';
};

const actionBecause = (statement: Statement, result: Truth): string => {
  if (result === 'unknown') return 'what this action stands for is not documented';
  const which = statement.actions ? 'Action' : 'NotAction';
  return result === 'true'
    ? `${which} covers sts:AssumeRoleWithWebIdentity`
    : `${which} does not cover sts:AssumeRoleWithWebIdentity`;
};
