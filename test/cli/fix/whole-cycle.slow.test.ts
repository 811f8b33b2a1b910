import { afterAll, test } from '@jest/globals';
import { useFixBench } from '../../support/fix-bench.ts';
import { examples, type FixCase, special } from '../../support/fix-cases.ts';
import { sample } from '../../support/sample.ts';
import { wholeCycle } from '../../support/whole-cycle.ts';

/** Fixes from the plan to the way back, by the real aws and kubectl on the sandbox. */
const cases: readonly FixCase[] = [...sample(examples, 5), ...sample(special, 1)];
const bench = useFixBench('cycle');
afterAll(() => {
  process.stdout.write(`whole cycles: ${cases.length} cases, with ${bench.used()}\n`);
});

test.each(cases)('$title', one => wholeCycle(one, bench), 240_000);
