/** Parts of a plan that is for no findings. */
import type { PlanNote, PlannedStep } from '../plan.ts';

/** Steps, and what has none. */
export interface Parts {
  readonly steps: readonly PlannedStep[];
  readonly notes: readonly PlanNote[];
}

/** The part of a plan that a person asks for. */
export interface PlanScope {
  readonly isRole: (arn: string) => boolean;
  readonly isServiceAccount: (namespace: string, name: string) => boolean;
}

/** The scope of a plan that nothing narrows. */
export const wholePlan: PlanScope = { isRole: () => true, isServiceAccount: () => true };

/** No part. */
export const noPlanParts: Parts = { steps: [], notes: [] };

/** Parts together, in order. */
export const partsOf = (...parts: readonly Parts[]): Parts => ({
  steps: parts.flatMap(({ steps }) => steps),
  notes: parts.flatMap(({ notes }) => notes),
});
