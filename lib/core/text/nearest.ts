import { compareText } from '../model/finding.ts';

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
  for (const candidate of [...new Set(candidates)].sort(compareText)) {
    if (candidate === text || candidate.length > maxLength) continue;
    const found = candidate.toLowerCase() === text.toLowerCase() ? 0.5 : editDistance(text, candidate, limit);
    if (found < distance) {
      best = candidate;
      distance = found;
      isTied = false;
    } else if (found === distance && best !== undefined) isTied = true;
  }
  return isTied ? undefined : best;
};

/** Insertions, deletions, substitutions and swaps of neighbours between two texts; `limit + 1` for anything above it. */
const editDistance = (a: string, b: string, limit: number): number => {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
};
