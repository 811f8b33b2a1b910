import { severities } from '../model.ts';
import type { Destination } from './destinations.ts';

/** Bounds of a filter policy of SNS (Developer Guide, "Filter policy constraints in Amazon SNS"). Each list of a filter has one
 *  value more: the one that stands for values that are unknown. */
const mostAttributes = 5;
const mostCombinations = 150;
/** Filter policies of a topic (the same page): each address has one. */
const mostAddresses = 200;

/** One sentence on email destinations that SNS cannot hold: a filter that is too large, more addresses than a topic has filters,
 *  or one address with two filters, of which SNS would keep the first alone, so that what the second one wants is told to
 *  nobody. */
export const emailFault = (destinations: readonly Destination[]): string | undefined => {
  const filters = new Map<string, string>();
  for (const [index, each] of destinations.entries()) {
    if (each.to !== 'email') continue;
    const size = sizeFault(each.when ?? {});
    if (size !== undefined) return `notifications.${index}.when: ${size}`;
    const filter = JSON.stringify(each.when ?? {});
    for (const address of each.addresses) {
      const known = filters.get(address.toLowerCase());
      if (known !== undefined && known !== filter)
        return `notifications.${index}.addresses: got ${address} with two filters, wanted one: SNS has one subscription for an address; join the filters, or use two addresses`;
      filters.set(address.toLowerCase(), filter);
    }
  }
  if (filters.size > mostAddresses)
    return `notifications: got ${filters.size} email addresses, wanted at most ${mostAddresses}, the quota of SNS "filter policies per topic": use the address of a list`;
  return undefined;
};

const sizeFault = ({ minSeverity, ...lists }: NonNullable<Destination['when']>): string | undefined => {
  const floor = minSeverity === undefined ? [] : [severities.indexOf(minSeverity) + 1];
  const sizes = [...floor, ...Object.values(lists).flatMap(list => list?.length ?? [])];
  const combinations = sizes.reduce((product, size) => product * (size + 1), 1);
  return sizes.length > mostAttributes || combinations > mostCombinations
    ? `got ${sizes.length} conditions with ${combinations} combinations of values, wanted at most ${mostAttributes} and ${mostCombinations}, which is the most that SNS holds for an email address: give fewer values`
    : undefined;
};
