import { given } from '../text.ts';
import { rememberOpenAs } from './open-as.ts';
import type { KnownFinding, Transition, TransitionKind } from './transition.ts';

/** The run that writes: its id and when it began, ISO 8601. */
export interface RunStamp {
  readonly runId: string;
  readonly at: string;
}

/** The step of a finding to a new state. */
export const stepTo = (
  kind: TransitionKind,
  after: KnownFinding,
  summary: string,
  before: KnownFinding | undefined,
): Transition => ({
  kind,
  at: after.changedAt,
  runId: after.runId,
  ...given({ before }),
  after: { ...after, ...rememberOpenAs(before, after) },
  summary,
});
