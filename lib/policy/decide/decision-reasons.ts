/** The reasons of a decision, most important first, and where the deciding element stands. */

import type { SourceLocation } from '../../model.ts';
import { shortListOf } from '../../text.ts';
import { quote } from '../parse/json-members.ts';
import type { Statement } from '../parse/policy.ts';
import type { Decision, StatementResult, TestResult } from './decision.ts';
import type { Environment } from './environment.ts';
import type { StatementTruth } from './evaluate-statement.ts';
import { nearestFirst } from './nearest-statement.ts';
import type { Explanation } from './reason.ts';
import { doubtsOf, refusalDoubts } from './statement-reason.ts';

/** How a person finds a statement: its Sid, else its place from 0, as paths into the policy have it. */
export const statementLabel = (statement: Statement): string =>
  statement.sid === undefined || statement.sid === '' ? `Statement[${statement.index}]` : quote(statement.sid);

interface LocatedReason extends Explanation {
  readonly at: SourceLocation;
}

/** A statement with its truth and its result. */
interface Judged {
  readonly truth: StatementTruth;
  readonly result: StatementResult;
}

/** The reasons of a decision: sentences, the same as data, and the place of the first. */
export const decisionReasons = (
  decision: Decision['decision'],
  judged: readonly Judged[],
  env: Environment,
): Pick<Decision, 'reasons' | 'reasonData' | 'at'> => {
  const reasons = collect(decision, judged, env);
  const [first] = reasons;
  return {
    reasons: reasons.map(({ because }) => because),
    reasonData: reasons.map(({ reason }) => reason),
    ...(first ? { at: first.at } : {}),
  };
};

const start = { line: 1, column: 1 };

const collect = (
  decision: Decision['decision'],
  judged: readonly Judged[],
  env: Environment,
): readonly LocatedReason[] => {
  const statements = judged.map(({ result }) => result);
  if (statements.length === 0)
    return [{ because: 'the policy has no statement', reason: { kind: 'no-statement' }, at: start }];
  if (decision === 'allow') return certain(statements, 'Allow', 'allows');
  if (decision === 'unknown')
    return env.refusals.length > 0 ? refusalDoubts(env) : judged.flatMap(one => open(one, env));
  const denies = certain(statements, 'Deny', 'denies');
  if (denies.length > 0) return denies;
  const refusals = nearestFirst(statements).flatMap(result => refusal(result, env));
  return refusals.length > 0
    ? refusals
    : [{ because: 'no statement allows anything', reason: { kind: 'no-statement' }, at: start }];
};

const certain = (
  statements: readonly StatementResult[],
  effect: 'Allow' | 'Deny',
  kind: 'allows' | 'denies',
): readonly LocatedReason[] =>
  statements
    .filter(result => result.statement.effect === effect && result.applies === 'true')
    .map(({ statement }) => ({
      because: `${statementLabel(statement)} ${kind} it`,
      reason: { kind, statement: statement.index },
      at: statement.at,
    }));

const open = ({ truth, result }: Judged, env: Environment): readonly LocatedReason[] =>
  result.applies === 'unknown'
    ? doubtsOf(truth, env).map(doubt => ({
        ...doubt,
        because: `${statementLabel(result.statement)}: ${doubt.because}`,
      }))
    : [];

/** Why a statement did not apply: its first obstacle. */
const refusal = (
  { statement, principal, action, tests }: StatementResult,
  env: Environment,
): readonly LocatedReason[] => {
  const label = statementLabel(statement);
  if (principal.result === 'false')
    return [
      {
        because: `${label}: the principal is not ${env.provider}`,
        reason: principal.reason,
        at: statement.principal?.at ?? statement.at,
      },
    ];
  if (action.result === 'false')
    return [
      { because: `${label}: ${action.because}`, reason: action.reason, at: statement.actions?.[0]?.at ?? statement.at },
    ];
  const test = tests.find(({ result }) => result === 'false');
  if (!test) return [];
  return [
    { because: `${label}: ${testText(test)}`, reason: test.reason, at: test.test.values[0]?.at ?? test.test.key.at },
  ];
};

/** A test with the value of the token (or, for other keys, of the request) beside the policy's. */
export const testText = ({ test, actual, because }: TestResult): string => {
  const wanted = test.values.map(value => quote(value.text));
  const holder = /:(?:sub|aud)$/i.test(test.key.text) ? 'token' : 'request';
  const got = actual === undefined ? '' : `, the ${holder} has ${quote(actual)}`;
  return `${test.operator} on ${test.key.text} wants ${shortListOf(wanted, 3) || 'nothing'}${got}: ${because}`;
};
