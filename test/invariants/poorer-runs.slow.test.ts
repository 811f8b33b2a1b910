import { expect, test } from '@jest/globals';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { factsFrom, fates } from '../support/partial-reading.ts';
import { aWorld } from '../support/partial-worlds.ts';
import { fc } from '../support/properties.ts';
import { whatRunsTell } from '../support/quiet-runs.ts';
import { casesOf } from '../support/sample.ts';

test('a run that reads less of an unchanged world, and one that reads all of it again, tell nothing', () => {
  const parts = fc.array(fates, { minLength: 2, maxLength: 2 });
  fc.assert(
    fc.property(aWorld, parts, (world, drawn) => {
      for (const each of drawn)
        expect(whatRunsTell(world, each)).toEqual({
          whenPartlyRead: [],
          whenWhollyReadAgain: [],
          whenReadInTheOtherOrder: [],
          whenPartlyReadOnceMore: [],
          keptAsItWas: true,
        });
    }),
    { numRuns: casesOf(10) },
  );
});

test('the worlds have faults of most rules, and parts of them lose what those rest on', () => {
  const found = new Set<string>();
  let lost = 0;
  for (const [world, drawn] of fc.sample(fc.tuple(aWorld, fates), { numRuns: 20, seed: 1 })) {
    const whole = evaluate(factsFrom(world, []), { rules: catalog }).findings;
    const part = new Set(evaluate(factsFrom(world, drawn), { rules: catalog }).findings.map(({ id }) => id));
    for (const { ruleId } of whole) found.add(ruleId);
    lost += whole.filter(({ id }) => !part.has(id)).length;
  }
  expect(found.size).toBeGreaterThan(40);
  expect(lost).toBeGreaterThan(60);
});
