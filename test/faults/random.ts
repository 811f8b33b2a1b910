/** A seeded generator: the same seed draws the same numbers on every machine. */
export interface Random {
  /** From 0 up to, and not including, 1. */
  readonly next: () => number;
  /** A whole number from 0 up to, and not including, `below`. */
  readonly int: (below: number) => number;
  /** True in a share `p` of the draws. */
  readonly chance: (p: number) => boolean;
  /** One of a list that is not empty. */
  readonly pick: <T>(list: readonly T[]) => T;
  /** Each of a list with the chance `p`. */
  readonly some: <T>(list: readonly T[], p: number) => T[];
}

/** The generator of a seed (mulberry32: 32 bits of state, one multiplication a round). */
export const randomOf = (seed: number): Random => {
  let state = (seed * 2_654_435_761) >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    chance: p => next() < p,
    pick: <T>(list: readonly T[]): T => list[int(list.length)] as T,
    some: (list, p) => list.filter(() => next() < p),
  };
};

/** A share from 0 to 1 that belongs to a text and a salt: which items a fault hits stays the same for a whole run. */
export const shareOf = (salt: number, text: string): number => {
  let hash = salt | 0;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 2_654_435_761);
  return ((hash ^ (hash >>> 15)) >>> 0) / 4_294_967_296;
};
