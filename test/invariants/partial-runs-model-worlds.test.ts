import { expect, test } from '@jest/globals';
import { fates } from '../support/partial-reading.ts';
import { aWorld } from '../support/partial-worlds.ts';
import { fc } from '../support/properties.ts';
import { whatRunsTell } from '../support/quiet-runs.ts';

/** How many: more for a night, `PARTIAL_WORLDS=20000`. */
const worlds = Number(process.env.PARTIAL_WORLDS ?? 600);

/** The longer run of test/invariants/poorer-runs.test.ts. */
test('over hundreds of worlds and parts of them: what was not read is no news', () => {
  fc.assert(
    fc.property(aWorld, fates, (world, drawn) => {
      const { keptAsItWas, ...told } = whatRunsTell(world, drawn);
      expect(Object.values(told).flat()).toEqual([]);
      expect(keptAsItWas).toBe(true);
    }),
    { numRuns: worlds },
  );
}, 3_600_000);
