import { partitionOf } from '../model.ts';

/** One sentence on regions of several partitions; undefined where there is no fault. `home` is the region that the auditor is
 *  deployed in, where it is known: its credentials are those of one partition. */
export const partitionFault = (regions: 'all' | readonly string[] | undefined, home?: string): string | undefined => {
  const named = regions === 'all' ? [] : (regions ?? []);
  const first = home ?? named[0] ?? '';
  const other = named.find(region => partitionOf(region) !== partitionOf(first));
  return other === undefined
    ? undefined
    : `regions: got ${other} of ${partitionOf(other)} beside ${first} of ${partitionOf(first)}, wanted regions of one partition: each partition needs a deployment of its own`;
};
