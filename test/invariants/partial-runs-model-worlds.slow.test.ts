import { expect, test } from '@jest/globals';
import { type Fate, fates } from '../support/partial-reading.ts';
import { aWorld } from '../support/partial-worlds.ts';
import { fc } from '../support/properties.ts';
import { whatAnotherPartTells, whatRunsTell } from '../support/quiet-runs.ts';
import { casesOf } from '../support/sample.ts';

/** The longer run of test/invariants/poorer-runs.slow.test.ts. */
test('over worlds and parts of them: what was not read is no news', () => {
  fc.assert(
    fc.property(aWorld, fates, (world, drawn) => {
      const { keptAsItWas, ...told } = whatRunsTell(world, drawn);
      expect(Object.values(told).flat()).toEqual([]);
      expect(keptAsItWas).toBe(true);
    }),
    { numRuns: casesOf(60) },
  );
}, 3_600_000);

/** Of one section that was lost, nothing or another part is read then: all else is lost as before. */
const twoParts = fates.chain(first => {
  const lost = first.flatMap((fate, at) => (fate === 0 ? [] : [at]));
  return fc
    .tuple(fc.constantFrom(...lost), fc.constantFrom<Fate>(1, 2, 3))
    .map(([at, fate]) => ({ first, second: first.with(at, fate) }));
});

test('over worlds: what another part shows of an unchanged world is no news of what was found before', () => {
  fc.assert(
    fc.property(aWorld, twoParts, (world, { first, second }) => {
      expect(whatAnotherPartTells(world, first, second)).toEqual([]);
    }),
    { numRuns: casesOf(60) },
  );
}, 3_600_000);
