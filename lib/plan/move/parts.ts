/** Parts of a plan that is for no findings. */
import type { PlanNote, PlannedStep } from '../plan.ts';

/** Steps, and what has none. */
export interface Parts {
  readonly steps: readonly PlannedStep[];
  readonly notes: readonly PlanNote[];
}

/** No part. */
export const noPlanParts: Parts = { steps: [], notes: [] };

/** Parts together, in order. */
export const partsOf = (...parts: readonly Parts[]): Parts => ({
  steps: parts.flatMap(({ steps }) => steps),
  notes: parts.flatMap(({ notes }) => notes),
});
