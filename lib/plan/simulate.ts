/** The facts after a step: what a plan is proven by before anything is written. */

import { type Facts, indexOf } from '../facts.ts';
import { afterChange } from '../fixes/change-table.ts';
import type { AccountSnapshot, Step } from '../model.ts';

/** The facts as they are after a step. Facts that only a run can tell (pods that are created again, a webhook that is
 *  restored) are not known afterwards. */
export const afterStep = (facts: Facts, { change }: Step): Facts => {
  if (change === undefined) return facts;
  const after = afterChange(facts.snapshot, change);
  return { ...facts, snapshot: after, fleet: withAccount(facts.fleet, after) };
};

/** The index of the fleet with what the account has now. Nothing else of it changes. */
const withAccount = (fleet: Facts['fleet'], snapshot: AccountSnapshot): Facts['fleet'] => {
  const { providers, roles } = indexOf([snapshot]);
  const { accountId } = snapshot;
  const isOther = ({ arn }: { readonly arn: string }): boolean => arn.split(':')[4] !== accountId;
  return {
    ...fleet,
    providers: [...fleet.providers.filter(isOther), ...providers],
    roles: [...fleet.roles.filter(isOther), ...roles],
  };
};
