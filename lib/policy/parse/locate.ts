import type { SourceLocation } from '../../model.ts';

/** Turns an offset of a text into its line and column, both from 1. */
export type Locate = (offset: number) => SourceLocation;

/** Makes a `Locate` for a text. Lines end at line feeds; columns count UTF-16 units, as editors do. */
export const locator = (text: string): Locate => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return offset => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
};
