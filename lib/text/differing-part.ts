import { cut } from './visible-text.ts';

/** Characters of what is the same on both sides that are shown before the difference, at most a quarter of the limit. */
const context = 30;

/**
 * Two values cut to at most `limit` characters each, so that what differs is seen: where both begin alike for longer than
 * the limit lets them be shown, the beginning is left out. Whole values stay as they are.
 */
export const differingPart = (before: string, after: string, limit: number): readonly [string, string] => {
  if (Math.max(before.length, after.length) <= limit) return [before, after];
  const [a, b] = [Array.from(before), Array.from(after)];
  let same = 0;
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same += 1;
  const from = same <= limit / 2 ? 0 : same - Math.min(context, Math.floor(limit / 4));
  const shown = (points: readonly string[]): string =>
    cut(`${from === 0 ? '' : '…'}${points.slice(from).join('')}`, limit);
  return [shown(a), shown(b)];
};
