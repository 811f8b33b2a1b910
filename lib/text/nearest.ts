import { compareText } from './compare-text.ts';

/** Longer texts are not compared: names, ARNs and keys are all shorter. */
const maxLength = 512;

/**
 * The candidate that a text most likely means: fewest edits (case ignored first), at most a quarter of the text's length
 * and never more than `most`. Undefined if none is near, or if two different ones are equally near: a guess helps nobody.
 */
export const nearest = (text: string, candidates: Iterable<string>, most = 4): string | undefined => {
  if (text.length > maxLength) return undefined;
  const limit = limitOf(text, most);
  const lower = text.toLowerCase();
  const distanceTo = distancesFrom(text);
  let best: string | undefined;
  let distance = limit + 1;
  let isTied = false;
  // In any order, without a copy: somebody may ask for thousands of texts among thousands of candidates.
  for (const candidate of candidates) {
    if (candidate === text || candidate === best || candidate.length > maxLength) continue;
    const isSame = candidate.length === text.length && candidate.toLowerCase() === lower;
    const found = isSame ? 0.5 : distanceTo(candidate, Math.min(limit, Math.floor(distance)));
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
  const limit = limitOf(text, most);
  const distanceTo = distancesFrom(text);
  const found: string[] = [];
  for (const one of candidates)
    if (one !== text && one.length <= maxLength && distanceTo(one, limit) <= limit) found.push(one);
  return byLikeness(text, found);
};

/** Candidates by how near they are to a text, nearest first; what is far from it is last, in the order of names. */
export const byLikeness = (text: string, candidates: Iterable<string>): readonly string[] => {
  const distanceTo = distancesFrom(text.slice(0, maxLength));
  return [...new Set(candidates)]
    .map(one => ({ one, far: distanceTo(one.slice(0, maxLength), farthest) }))
    .sort((a, b) => a.far - b.far || compareText(a.one, b.one))
    .map(({ one }) => one);
};

const limitOf = (text: string, most: number): number => Math.min(most, Math.max(1, Math.floor(text.length / 4)));

/** Beyond so many edits two texts have nothing to do with each other. */
const farthest = 8;

/** Says how many insertions, deletions, substitutions and swaps of neighbours there are between a text and another one;
 *  `limit + 1` for anything above `limit`. A common beginning or end of the texts costs nothing, and cells further than
 *  `limit` from the diagonal are too far. The rows are used again: thousands of texts may be compared with
 *  thousands. */
const distancesFrom = (text: string): ((other: string, limit: number) => number) => {
  let before = new Uint16Array(maxLength + 2);
  let last = new Uint16Array(maxLength + 2);
  let row = new Uint16Array(maxLength + 2);
  return (other, limit) => {
    const tooFar = limit + 1;
    if (Math.abs(text.length - other.length) > limit) return tooFar;
    let start = 0;
    let [endA, endB] = [text.length, other.length];
    while (start < endA && start < endB && text.charCodeAt(start) === other.charCodeAt(start)) start += 1;
    while (endA > start && endB > start && text.charCodeAt(endA - 1) === other.charCodeAt(endB - 1)) {
      endA -= 1;
      endB -= 1;
    }
    const [of, ofOther] = [kindsIn(text, start, endA), kindsIn(other, start, endB)];
    if (Math.max(bitsOf(of & ~ofOther), bitsOf(ofOther & ~of)) > limit) return tooFar;
    const [a, b] = [endA - start, endB - start];
    for (let j = 0; j <= Math.min(b, tooFar); j += 1) last[j] = j;
    for (let i = 1; i <= a; i += 1) {
      const [from, to] = [Math.max(0, i - limit), Math.min(b, i + limit)];
      if (from > 0) row[from - 1] = tooFar;
      const char = text.charCodeAt(start + i - 1);
      let least = tooFar;
      for (let j = from; j <= to; j += 1) {
        let cost = j < i + limit ? at(last, j) + 1 : tooFar;
        if (j > 0) {
          const isEqual = char === other.charCodeAt(start + j - 1);
          cost = Math.min(cost, at(row, j - 1) + 1, at(last, j - 1) + (isEqual ? 0 : 1));
          const isSwap =
            i > 1 &&
            j > 1 &&
            char === other.charCodeAt(start + j - 2) &&
            text.charCodeAt(start + i - 2) === other.charCodeAt(start + j - 1);
          if (isSwap) cost = Math.min(cost, at(before, j - 2) + 1);
        }
        row[j] = cost;
        if (cost < least) least = cost;
      }
      if (least > limit) return tooFar;
      [before, last, row] = [last, row, before];
    }
    return Math.min(at(last, b), tooFar);
  };
};

/** The characters of a part of a text, one bit each; some share one. Each that the other text lacks takes an edit. */
const kindsIn = (text: string, from: number, to: number): number => {
  let kinds = 0;
  for (let place = from; place < to; place += 1) kinds |= 1 << (text.charCodeAt(place) & 31);
  return kinds;
};

const bitsOf = (kinds: number): number => {
  let count = 0;
  for (let left = kinds; left !== 0; left &= left - 1) count += 1;
  return count;
};

const at = (row: Uint16Array, place: number): number => row[place] ?? Number.POSITIVE_INFINITY;
