import { anyOne, type Glob, globOf, star } from '../decide/glob.ts';

/** Longest patterns, together, and most results that are worked out; past them the intersection stays unnamed. */
const maxCodes = 600;
const maxResults = 48;

type Codes = readonly number[];

/** The intersection of both patterns, as patterns: a finite union (the language of globs is closed under intersection).
 *  Undefined past the stated bounds. */
export const intersectGlobs = (a: Glob, b: Glob): readonly Glob[] | undefined => {
  if (a.codes.length + b.codes.length > maxCodes) return undefined;
  const memo = new Map<number, readonly Codes[] | undefined>();
  const go = (i: number, j: number): readonly Codes[] | undefined => {
    const key = i * (maxCodes + 1) + j;
    if (memo.has(key)) return memo.get(key);
    const result = distinct(step(a.codes, b.codes, i, j, go));
    memo.set(key, result);
    return result;
  };
  return go(0, 0)?.map(globOf);
};

type Go = (i: number, j: number) => readonly Codes[] | undefined;

const step = (a: Codes, b: Codes, i: number, j: number, go: Go): readonly Codes[] | undefined => {
  const x = a[i];
  const y = b[j];
  if (x === undefined && y === undefined) return [[]];
  if (x === star && y === star) return union(prefixed(star, go(i + 1, j)), prefixed(star, go(i, j + 1)));
  if (x === star) return y === undefined ? go(i + 1, j) : union(go(i + 1, j), prefixed(y, go(i, j + 1)));
  if (y === star) return x === undefined ? go(i, j + 1) : union(go(i, j + 1), prefixed(x, go(i + 1, j)));
  if (x === undefined || y === undefined) return [];
  if (x === y || y === anyOne) return prefixed(x, go(i + 1, j + 1));
  return x === anyOne ? prefixed(y, go(i + 1, j + 1)) : [];
};

const prefixed = (code: number, list: readonly Codes[] | undefined): readonly Codes[] | undefined =>
  list?.map(codes => (code === star && codes[0] === star ? codes : [code, ...codes]));

const union = (a: readonly Codes[] | undefined, b: readonly Codes[] | undefined): readonly Codes[] | undefined =>
  a && b ? [...a, ...b] : undefined;

const distinct = (list: readonly Codes[] | undefined): readonly Codes[] | undefined => {
  if (!list) return undefined;
  const found = new Map(list.map(codes => [codes.join(','), codes]));
  return found.size > maxResults ? undefined : [...found.values()];
};

/** True where some text matches both patterns, and for patterns that are too long to tell. */
export const globsOverlap = ({ codes: a }: Glob, { codes: b }: Glob): boolean => {
  if (a.length + b.length > maxCodes) return true;
  const seen = new Set<number>();
  const open: (readonly [number, number])[] = [[0, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [i, j] = next;
    const [x, y] = [a[i], b[j]];
    if (x === undefined && y === undefined) return true;
    const key = i * (b.length + 1) + j;
    if (seen.has(key)) continue;
    seen.add(key);
    const isStar = x === star || y === star;
    if (isStar && x !== undefined) open.push([i + 1, j]);
    if (isStar && y !== undefined) open.push([i, j + 1]);
    if (!isStar && x !== undefined && y !== undefined && (x === y || x === anyOne || y === anyOne))
      open.push([i + 1, j + 1]);
  }
  return false;
};
