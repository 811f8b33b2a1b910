import { randomOf } from '../faults/random.ts';
import { seed } from './properties.ts';

/** Whether every case of every sweep runs (`IRSA_AUDITOR_WHOLE=1`, as `npm run nightly` sets it). */
export const isWhole = process.env.IRSA_AUDITOR_WHOLE === '1';

/** A whole run has this many times the cases of each property. */
const wholeFactor = 10;

/** The cases of a sweep: all of them in a whole run, else `count` of them in their order, drawn by the seed. */
export const sample = <T>(cases: readonly T[], count: number): readonly T[] => {
  if (isWhole || cases.length <= count) return cases;
  const random = randomOf(seed);
  const drawn = cases.map((_case, at) => ({ at, draw: random.next() })).sort((one, other) => one.draw - other.draw);
  const kept = new Set(drawn.slice(0, count).map(({ at }) => at));
  return cases.filter((_case, at) => kept.has(at));
};

/** Cases of a property: `count`, ten times as many in a whole run. */
export const casesOf = (count: number): number => (isWhole ? count * wholeFactor : count);
