/** Every cause, once, by its id. */
import { accessCauses } from './access-causes.ts';
import type { CauseText } from './cause.ts';
import { networkCauses } from './network-causes.ts';
import { otherCauses } from './other-causes.ts';
import { programCauses } from './program-causes.ts';
import { roleCauses } from './role-causes.ts';
import { setupCauses } from './setup-causes.ts';
import { trustCauses } from './trust-causes.ts';

const all = {
  ...roleCauses,
  ...trustCauses,
  ...programCauses,
  ...networkCauses,
  ...accessCauses,
  ...setupCauses,
  ...otherCauses,
} as const;

/** The id of a cause: `trust-subject`. */
export type CauseId = keyof typeof all;

/** A cause with its id. */
export interface Cause extends CauseText {
  readonly id: CauseId;
}

/** Every cause, in the order of the catalogue. */
export const catalogue: readonly Cause[] = (Object.keys(all) as CauseId[]).map(id => ({ id, ...all[id] }));

const byId: ReadonlyMap<CauseId, Cause> = new Map(catalogue.map(cause => [cause.id, cause]));

/** The cause of an id. */
export const causeOf = (id: CauseId): Cause => {
  const cause = byId.get(id);
  if (cause === undefined) throw new Error(`got no cause ${id}`);
  return cause;
};
