import type { Facts, StatementSubject } from '../../../facts.ts';
import { type ClockPhase, clockTests, phasesOf, type TrustContext } from '../../../policy.ts';
import { trustContextFor } from '../../access/trust-context.ts';
import { exposuresOf } from './exposure.ts';

/** The past or coming effect of the clock on a statement. */
export interface ClockChange {
  readonly id: 'expired' | 'notYet' | 'ending';
  /** When it stopped, starts or stops to allow anybody, in milliseconds since 1970. */
  readonly at: number;
  /** An instant at which it allows somebody. */
  readonly open: number;
}

/** How early an end is told: a month, in which a person can act. */
const soonMs = 30 * 24 * 60 * 60_000;

/** The tokens that a statement is judged for. */
export const trustContextsOf = (subject: StatementSubject, facts: Facts): readonly TrustContext[] =>
  exposuresOf(subject, facts).map(({ issuer, audience }) => trustContextFor(subject, facts, issuer, audience));

/** The change of an Allow statement that matters now; undefined where no test on the clock bears on it, or none does now. */
export const clockChange = (subject: StatementSubject, facts: Facts): ClockChange | 'too-complex' | undefined => {
  const { policy } = subject.policy;
  const contexts = trustContextsOf(subject, facts);
  if (contexts.length === 0 || clockTests(policy, subject.statement).length === 0) return undefined;
  return changeOf(phasesOf(policy, subject.statement, contexts, subject.hints), Date.parse(facts.now));
};

/** The change that matters at an instant; undefined where the statement is open and stays so, or never was. */
const changeOf = (phases: readonly ClockPhase[] | undefined, now: number): ClockChange | 'too-complex' | undefined => {
  if (phases === undefined || phases.some(({ state }) => state === 'budget')) return 'too-complex';
  const current = phases.findLastIndex(({ from }) => from <= now);
  const next = phases[current]?.state === 'open' ? 'closed' : 'open';
  const later = phases.slice(current + 1).find(({ state }) => state === next);
  if (next === 'closed')
    return later && later.from - now <= soonMs ? { id: 'ending', at: later.from, open: now } : undefined;
  const last = phases.findLastIndex(({ from, state }) => from <= now && state === 'open');
  const [ended, open] = [phases[last + 1], phases[last]];
  if (ended && open) return { id: 'expired', at: ended.from, open: open.from };
  return later && { id: 'notYet', at: later.from, open: later.from };
};
