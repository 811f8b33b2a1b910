/**
 * Whether a caller can choose a request that an Allow statement takes and that no Deny refuses. All keys are chosen at
 * once: what satisfies the Allow must escape each Deny. The rest is a formula over the subject, where the caller has
 * one that is not fixed; else it is yes, no or unknown.
 */
import { mayCover } from '../decide/action.ts';
import type { Environment } from '../decide/environment.ts';
import { refusalDoubts } from '../decide/statement-reason.ts';
import type { Policy, Statement } from '../parse/policy.ts';
import type { Budget } from './budget.ts';
import { type Ask, type Caller, type Grant, grantOfAsks, keysNamedIn, tooMany } from './choose-request.ts';
import { passingActions } from './request-choices.ts';

/** The grant of one Allow statement to a caller, after all other statements of the policy. */
export const grantOf = (
  allow: Statement,
  policy: Pick<Policy, 'statements'>,
  caller: Caller,
  whole: Environment,
  budget: Budget,
): Grant => {
  if (whole.refusals.length === 0) return grantAsWritten(allow, policy, caller, whole, budget);
  // A text that IAM refuses is in force nowhere, as far as is known: what it would allow is not certain.
  const { truth, ...grant } = grantAsWritten(allow, policy, caller, { ...whole, refusals: [] }, budget);
  // Of a key that is used twice only one is read here: the other may open what this one closes.
  const isHalf = whole.refusals.some(({ kind }) => kind === 'duplicate-key');
  if (truth.possible === false && !isHalf) return { truth, ...grant };
  return {
    ...grant,
    truth: { certain: false, possible: truth.possible === false ? true : truth.possible },
    doubts: refusalDoubts(whole),
  };
};

const grantAsWritten = (
  allow: Statement,
  policy: Pick<Policy, 'statements'>,
  caller: Caller,
  env: Environment,
  budget: Budget,
): Grant => {
  const { statements } = policy;
  const ask = (...more: readonly Ask[]): Grant => {
    const asks = [{ statement: allow, action: caller.action }, ...more] as const;
    const others = statements.filter(one => one.effect !== 'Allow' && !asks.some(({ statement }) => statement === one));
    const mayAllow = (action: string): boolean => more.some(one => one.action === action);
    return grantOfAsks(asks, others, caller, { ...env, mayAllow }, budget);
  };
  const plain = ask();
  if (plain.truth.certain === true) return plain;
  // Keys that the caller passes on need actions of their own: the policy must allow each of them to the same request.
  const names = keysNamedIn(
    statements.flatMap(({ conditions }) => conditions),
    env,
  );
  const allowing = passingActions([...names.keys()]).map(action =>
    statements
      .filter(one => one.effect !== 'Deny' && mayCover(one, action))
      .map((statement): Ask => ({ statement, action })),
  );
  let best = plain;
  let tried = 0;
  for (const more of togetherOf(allowing)) {
    tried += 1;
    if (tried > maxTogether) return tooMany(true, allow);
    if (more.length === 0) continue;
    const grant = ask(...more);
    if (grant.truth.certain === true) return grant;
    if (best.truth.possible === false) best = grant;
  }
  return best;
};

/** Statements for the actions of one request that are tried together at most. */
const maxTogether = 64;

/** One of each list or none, one choice at a time: whoever writes hundreds of statements makes no list of all choices. */
function* togetherOf<T>([first, ...rest]: readonly (readonly T[])[]): Generator<readonly T[]> {
  if (first === undefined) yield [];
  else
    for (const one of [[], ...first.map(each => [each])]) for (const more of togetherOf(rest)) yield [...one, ...more];
}

/** The grant of several Allow statements that must take the same request, each of a policy of its own, which none of
 *  `others` refuses: those are Deny, or may be. */
export const grantOfAll = (
  [first, ...rest]: readonly [Statement, ...Statement[]],
  others: readonly Statement[],
  caller: Caller,
  env: Environment,
  budget: Budget,
): Grant => {
  const ask = (statement: Statement): Ask => ({ statement, action: caller.action });
  return grantOfAsks([ask(first), ...rest.map(ask)], others, caller, env, budget);
};
