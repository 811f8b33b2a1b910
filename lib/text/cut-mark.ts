/**
 * Texts of the world are cut where they are collected (`lib/collect/world-text.ts`): an annotation may have 256 KiB,
 * and what is kept goes into items, events and messages that may not. A cut text says so at its end, with its length
 * and a digest, so that two texts with one beginning stay two, and no cut text is ever taken for a whole one.
 */

/** Characters that are kept of a text: an ARN or a URL that AWS takes has no more. */
export const maxKept = 2048;

/** The mark at the end of a text that was cut. `digest`: 16 hex digits of the whole text. */
export const cutMark = (length: number, digest: string): string => `…(cut: ${length} characters, sha256 ${digest})`;

const mark = /…\(cut: (\d+) characters, sha256 [0-9a-f]{16}\)$/;

/** How long a text was before it was cut; undefined for one that is whole. */
export const lengthBeforeCut = (text: string): number | undefined => {
  const length = mark.exec(text.slice(-80))?.[1];
  return length === undefined ? undefined : Number(length);
};
