import { counted } from './counted.ts';

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** An instant (ISO 8601) with its age in the largest whole unit: `3 hours ago (2026-11-28T03:00:00Z)`. An instant that is yet to
 *  come has no age: the clocks differ, or somebody wrote it. */
export const ageInWords = (instant: string, now: string): string => {
  const age = Date.parse(now) - Date.parse(instant);
  if (!(age >= 0)) return `at ${instant}, which is not past here`;
  const unit = units.find(([, size]) => age >= size);
  return `${unit === undefined ? 'less than a minute' : counted(Math.floor(age / unit[1]), unit[0])} ago (${instant})`;
};
