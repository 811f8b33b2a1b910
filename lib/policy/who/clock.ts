/** The effect of the clock on a statement: from when to when it allows anybody (docs/facts.md §A.6). */
import { spanOf } from '../decide/compare-value.ts';
import { environmentOfAll, type TrustContext } from '../decide/environment.ts';
import { evaluateTest } from '../decide/evaluate-test.ts';
import type { ConditionTest, Policy, Statement } from '../parse/policy.ts';
import type { Budget } from './budget.ts';
import { statementSubjects } from './subject-set.ts';

const clockKeys: ReadonlySet<string> = new Set(['aws:currenttime', 'aws:epochtime']);

/** True for a condition key whose value is the instant of the request. */
export const isClockKey = (key: string): boolean => clockKeys.has(key.toLowerCase());

/** True for the key that has the instant at which a caller's session began: who calls later may have a later session. */
const isIssueTime = (key: string): boolean => key.toLowerCase() === 'aws:tokenissuetime';

/** The tests on the clock that bear on an Allow statement: its own, and those of the policy's Deny statements. */
export const clockTests = (policy: Policy, statement: Statement): readonly ConditionTest[] =>
  [statement, ...policy.statements.filter(({ effect }) => effect === 'Deny')]
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => isClockKey(key.text));

/**
 * The instants from `now` on at which what policies allow may change: now, each later one that a clock test names, and the
 * one after it. Undefined stands for an unknown instant, where policies name more than a person writes.
 */
export const instantsFrom = (policies: readonly Policy[], now: string): readonly (string | undefined)[] => {
  const start = Date.parse(now);
  const later = policies
    .flatMap(({ statements }) => statements)
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => isClockKey(key.text) || isIssueTime(key.text))
    .flatMap(instantsOf)
    .filter(instant => instant > start && instant <= lastInstant);
  const instants = [...new Set(later)].sort((a, b) => a - b);
  return instants.length > maxInstants
    ? [now, undefined]
    : [now, ...instants.map(instant => new Date(instant).toISOString())];
};

/** The instants that a test names, each with the one after it: of the epoch time there are whole seconds alone. */
const instantsOf = ({ key, values }: ConditionTest): readonly number[] => {
  const step = key.text.toLowerCase() === 'aws:epochtime' ? 1000 : 1;
  return values.flatMap(({ text }) => Object.values(spanOf(text) ?? {})).flatMap(instant => [instant, instant + step]);
};

/** An instant for people: the millisecond after one that a policy names is the same second. */
export const secondOf = (instant: string | undefined): string | undefined => instant?.replace(/\.\d+Z$/, 'Z');

/** The last instant that ISO 8601 writes with four digits of the year. */
const lastInstant = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A clock test whose truth is not documented: a date that cannot be read, or an operator for other types. */
export const undecidedClockTest = (
  policy: Policy,
  statement: Statement,
  context: TrustContext,
): ConditionTest | undefined =>
  clockTests(policy, statement).find(test => {
    const { certain, possible } = evaluateTest(test, environmentOfAll(context, policy)).truth;
    return certain !== true && possible !== false;
  });

/** A time in which nothing changes. `from` is in milliseconds since 1970, and 0 for the first one. */
export interface ClockPhase {
  readonly from: number;
  /** Whether the statement may allow some subject; `budget` where that took too much work. */
  readonly state: 'open' | 'closed' | 'budget';
}

/** Instants that one policy may name here: a person writes one or two. */
const maxInstants = 40;

/**
 * The phases of an Allow statement, in order: the set of subjects is worked out for every instant that a clock test
 * names and the one after it. Undefined for more instants than a person writes.
 */
export const phasesOf = (
  policy: Policy,
  statement: Statement,
  contexts: readonly TrustContext[],
  budget: Budget,
): readonly ClockPhase[] | undefined => {
  const named = clockTests(policy, statement).flatMap(instantsOf);
  const instants = [...new Set([0, ...named])].sort((a, b) => a - b);
  if (instants.length > maxInstants) return undefined;
  return instants.map(from => ({ from, state: stateAt(from, policy, statement, contexts, budget) }));
};

const stateAt = (
  instant: number,
  policy: Policy,
  statement: Statement,
  contexts: readonly TrustContext[],
  budget: Budget,
): ClockPhase['state'] => {
  const now = new Date(instant).toISOString();
  const sets = statementSubjects(
    policy,
    statement,
    contexts.map(context => ({ ...context, now })),
    budget,
  );
  if (sets.some(({ reasons }) => reasons.some(({ kind }) => kind === 'budget'))) return 'budget';
  return sets.every(({ kind }) => kind === 'none') ? 'closed' : 'open';
};
