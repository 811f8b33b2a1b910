import { compareText } from './compare-text.ts';

/** Longer texts are not compared: names, ARNs and keys are all shorter. */
const maxLength = 512;

/**
 * The candidate that a text most likely means: fewest edits (case ignored first), at most a quarter of the text's length
 * and never more than `most`. Undefined if none is near, or if two different ones are equally near: a guess helps nobody.
 */
export const nearest = (text: string, candidates: Iterable<string>, most = 4): string | undefined => {
  if (text.length > maxLength) return undefined;
  const limit = Math.min(most, Math.max(1, Math.floor(text.length / 4)));
  let best: string | undefined;
  let distance = limit + 1;
  let isTied = false;
  // In any order, without a copy: somebody may ask for thousands of texts among thousands of candidates.
  for (const candidate of candidates) {
    if (candidate === text || candidate === best || candidate.length > maxLength) continue;
    const least = Math.min(limit, Math.floor(distance));
    const found = candidate.toLowerCase() === text.toLowerCase() ? 0.5 : editDistance(text, candidate, least);
    if (found < distance) {
      best = candidate;
      distance = found;
      isTied = false;
    } else if (found === distance && best !== undefined) isTied = true;
  }
  return isTied ? undefined : best;
};

/** The candidates that are near a text as `nearest` has it, nearest first. */
export const near = (text: string, candidates: Iterable<string>, most = 4): readonly string[] => {
  if (text.length > maxLength) return [];
  const limit = Math.min(most, Math.max(1, Math.floor(text.length / 4)));
  const found = [...new Set(candidates)].filter(
    one => one !== text && one.length <= maxLength && editDistance(text, one, limit) <= limit,
  );
  return byLikeness(text, found);
};

/** Candidates by how near they are to a text, nearest first; what is far from it is last, in the order of names. */
export const byLikeness = (text: string, candidates: Iterable<string>): readonly string[] => {
  const short = text.slice(0, maxLength);
  const distance = (one: string): number => editDistance(short, one.slice(0, maxLength), farthest);
  return [...new Set(candidates)]
    .map(one => ({ one, far: distance(one) }))
    .sort((a, b) => a.far - b.far || compareText(a.one, b.one))
    .map(({ one }) => one);
};

/** Beyond so many edits two texts have nothing to do with each other. */
const farthest = 8;

/** Insertions, deletions, substitutions and swaps of neighbours between two texts; `limit + 1` for anything above it. What
 *  the texts begin and end with in common costs nothing, and what is further than `limit` from the diagonal too much. */
const editDistance = (whole: string, other: string, limit: number): number => {
  if (Math.abs(whole.length - other.length) > limit) return limit + 1;
  const [a, b] = withoutCommonEnds(whole, other);
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row: number[] = new Array(b.length + 1).fill(Number.POSITIVE_INFINITY);
    let least = Number.POSITIVE_INFINITY;
    for (let j = Math.max(0, i - limit); j <= Math.min(b.length, i + limit); j += 1) {
      const replaced = costAt(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? costAt(before, j - 2) + 1 : Number.POSITIVE_INFINITY;
      const cost = Math.min(costAt(last, j) + 1, costAt(row, j - 1) + 1, replaced, swapped);
      row[j] = cost;
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    before = last;
    last = row;
  }
  return Math.min(costAt(last, b.length), limit + 1);
};

/** Two texts without what both begin with and what both end with. */
const withoutCommonEnds = (a: string, b: string): readonly [string, string] => {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
};

/** The cost so far; beyond the edges of the table nothing is reached. */
const costAt = (row: readonly number[], at: number): number => row[at] ?? Number.POSITIVE_INFINITY;
