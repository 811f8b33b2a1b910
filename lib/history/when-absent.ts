/** The step of a known finding that a run does not have. */
import { given } from '../text.ts';
import type { Absence, ExplainingFinding } from './absent.ts';
import { isOpen } from './known-state.ts';
import { type RunStamp, stepTo } from './step-to.ts';
import type { KnownFinding, Transition } from './transition.ts';

/** The step; undefined where the finding stays as it is. `isStill` says of a finding's id whether it is open, or may be. */
export const whenAbsent = (
  before: KnownFinding,
  absence: Absence,
  run: RunStamp,
  isStill: (id: string) => boolean = () => false,
): Transition | undefined => {
  if (before.status === 'resolved') return undefined;
  const after = {
    ...{ finding: before.finding, version: before.version + 1, firstSeenAt: before.firstSeenAt },
    ...{ changedAt: run.at, ...given({ judgedWithout: before.judgedWithout }), runId: run.runId },
  };
  if ('resolution' in absence) {
    const { resolution } = absence;
    return stepTo('resolved', { ...after, status: 'resolved', resolvedAt: run.at, resolution }, resolution, before);
  }
  if ('explainedBy' in absence) {
    const cause = newCause(before, absence.explainedBy, isStill);
    const state = { ...after, status: 'explained' as const, explainedBy: cause?.id ?? before.explainedBy ?? '' };
    if (cause !== undefined) return stepTo('explained', state, `explained by ${cause.ruleId}`, before);
    return before.unconfirmedSince === undefined
      ? undefined
      : stepTo('confirmed', state, 'explained as before', before);
  }
  if (before.unconfirmedSince !== undefined) return undefined;
  const { status, explainedBy } = before;
  const state = { ...after, status, ...given({ explainedBy }), unconfirmedSince: run.at, ...absence };
  return stepTo('unconfirmed', state, `could not be checked: ${absence.unconfirmedBecause}`, before);
};

/** The cause to name; undefined where the known one still explains the finding, or may. */
const newCause = (
  before: KnownFinding,
  causes: readonly [ExplainingFinding, ...ExplainingFinding[]],
  isStill: (id: string) => boolean,
): ExplainingFinding | undefined => {
  const { explainedBy } = before;
  if (isOpen(before) || explainedBy === undefined) return causes[0];
  return causes.some(({ id }) => id === explainedBy) || isStill(explainedBy) ? undefined : causes[0];
};
