/** The sentences of a decision, most important first, and where the deciding element stands. */

import type { SourceLocation } from '../../model/source-location.ts';
import { quote } from '../policy/json-members.ts';
import type { Statement } from '../policy/policy.ts';
import type { Decision, StatementResult, TestResult } from './decision.ts';
import type { Environment } from './environment.ts';

/** How a person finds a statement: its Sid, else its number from 1. */
export const statementLabel = (statement: Statement): string =>
  statement.sid === undefined || statement.sid === '' ? `statement ${statement.index + 1}` : quote(statement.sid);

interface Reason {
  readonly text: string;
  readonly at: SourceLocation;
}

/** The reasons of a decision. */
export const decisionReasons = (
  decision: Decision['decision'],
  statements: readonly StatementResult[],
  env: Environment,
): { readonly reasons: readonly string[]; readonly at?: SourceLocation } => {
  const reasons = collect(decision, statements, env);
  const [first] = reasons;
  return { reasons: reasons.map(reason => reason.text), ...(first ? { at: first.at } : {}) };
};

const collect = (
  decision: Decision['decision'],
  statements: readonly StatementResult[],
  env: Environment,
): readonly Reason[] => {
  if (statements.length === 0) return [{ text: 'the policy has no statement', at: { line: 1, column: 1 } }];
  if (decision === 'allow')
    return statements
      .filter(result => result.statement.effect === 'Allow' && result.applies === 'true')
      .map(result => ({ text: `${statementLabel(result.statement)} allows it`, at: result.statement.at }));
  if (decision === 'unknown' && env.refusals.length > 0)
    return env.refusals.map(({ message, at }) => ({ text: message, at }));
  if (decision === 'unknown')
    return statements.filter(result => result.applies === 'unknown').flatMap(result => undecided(result));
  const denies = statements.filter(result => result.statement.effect === 'Deny' && result.applies === 'true');
  if (denies.length > 0)
    return denies.map(({ statement }) => ({ text: `${statementLabel(statement)} denies it`, at: statement.at }));
  const refusals = statements
    .filter(result => result.statement.effect !== 'Deny')
    .flatMap(result => refusal(result, env));
  return refusals.length > 0
    ? nearestFirst(refusals)
    : [{ text: 'no statement allows anything', at: { line: 1, column: 1 } }];
};

const undecided = (result: StatementResult): readonly Reason[] => {
  const label = statementLabel(result.statement);
  const { statement, principal, action, tests, problems } = result;
  const reasons: Reason[] = problems.map(problem => ({ text: `${label}: ${problem.message}`, at: problem.at }));
  if (problems.length === 0 && principal.result === 'unknown')
    reasons.push({ text: `${label}: ${principal.because}`, at: statement.at });
  if (problems.length === 0 && action.result === 'unknown')
    reasons.push({ text: `${label}: ${action.because}`, at: statement.at });
  for (const { test, result: truth, because } of tests)
    if (truth === 'unknown')
      reasons.push({ text: `${label}: ${test.operator} on ${test.key.text}: ${because}`, at: test.key.at });
  if (reasons.length === 0)
    reasons.push({
      text: `${label}: condition keys that differ only in case have no documented meaning`,
      at: statement.at,
    });
  return reasons;
};

/** Why a statement did not apply: its first obstacle. The fewer there are, the nearer it was; a wrong principal counts
 *  for more than a wrong action, and that for more than tests. */
interface Refusal extends Reason {
  readonly distance: number;
}

const nearestFirst = (refusals: readonly Refusal[]): readonly Reason[] =>
  [...refusals].sort((a, b) => a.distance - b.distance);

const refusal = ({ statement, principal, action, tests }: StatementResult, env: Environment): readonly Refusal[] => {
  const label = statementLabel(statement);
  const obstacles: Refusal[] = [];
  const add = (text: string, at: SourceLocation | undefined, distance: number) =>
    obstacles.push({ text: `${label}: ${text}`, at: at ?? statement.at, distance });
  if (principal.result === 'false') add(`the principal is not ${env.provider}`, statement.principal?.at, 10);
  if (action.result === 'false') add(action.because, statement.actions?.[0]?.at, 5);
  for (const test of tests)
    if (test.result === 'false') add(testText(test), test.test.values[0]?.at ?? test.test.key.at, 1);
  const distance = obstacles.reduce((sum, obstacle) => sum + obstacle.distance, 0);
  return obstacles.slice(0, 1).map(first => ({ ...first, distance }));
};

/** A test with the value of the token (or, for other keys, of the request) beside the policy's. */
export const testText = ({ test, actual, because }: TestResult): string => {
  const wanted = test.values.map(value => quote(value.text));
  const shown =
    wanted.length > 3 ? `${wanted.slice(0, 3).join(', ')} and ${wanted.length - 3} more` : wanted.join(', ');
  const holder = /:(?:sub|aud)$/i.test(test.key.text) ? 'token' : 'request';
  const got = actual === undefined ? '' : `, the ${holder} has ${quote(actual)}`;
  return `${test.operator} on ${test.key.text} wants ${shown || 'nothing'}${got}: ${because}`;
};
