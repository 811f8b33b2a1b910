/** The order of the steps of a plan. */
import { phaseOf } from '../fixes/change-table.ts';
import type { Act } from '../model.ts';
import { isWide } from '../rules/access/access-change.ts';

/** As with an audience: a policy that names too many is corrected before the provider lets their tokens pass. */
const afterPolicies = 2.5;

const placeOf = ({ change, access = [] }: Act): number =>
  change.kind === 'provider-created' && isWide(access) ? afterPolicies : phaseOf(change);

/** Steps in the order in which they leave no gap; those of one phase as they came. */
export const inOrder = <S extends Act>(steps: readonly S[]): readonly S[] =>
  steps.toSorted((a, b) => placeOf(a) - placeOf(b));
