import { cut } from './visible-text.ts';

/** The lines of two texts, with what was removed (`-`) and added (`+`) marked, and others two blanks ahead. Whole: nothing is
 *  left out. */
export const lineDiff = (before: string, after: string): readonly string[] => {
  const [a, b] = [before.split('\n'), after.split('\n')];
  const common = commonLengths(a, b);
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push(`  ${a[i]}`);
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && (common[i + 1]?.[j] ?? 0) >= (common[i]?.[j + 1] ?? 0))) {
      lines.push(`- ${a[i]}`);
      i += 1;
    } else {
      lines.push(`+ ${b[j]}`);
      j += 1;
    }
  }
  return lines;
};

/** For each pair of places the length of the longest common rest. */
const commonLengths = (a: readonly string[], b: readonly string[]): readonly (readonly number[])[] => {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = table[i];
      if (row)
        row[j] = a[i] === b[j] ? (table[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(table[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  return table;
};

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

/** Farther away than this is not looked for the ends of a line: a file may be one line of megabytes. */
const reach = 2000;
/** A line of a terminal, as wide as people set it. */
const maxShown = 120;

/** The line of a text at an offset, trimmed and cut to what a person reads; `(empty)` for a blank one. */
export const lineAt = (text: string, offset: number): string => {
  const before = text.slice(Math.max(0, offset - reach), offset);
  const after = text.slice(offset, offset + reach);
  const line = `${before.slice(before.lastIndexOf('\n') + 1)}${after.split('\n', 1).join('')}`.trim();
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line || '(empty)';
};
