/** Patterns of `*` (any run, also empty, also across `:` and `/`) and `?` (exactly one character): docs/facts.md §A.3. */

/** Marks in `codes`; all other entries are UTF-16 units that stand for themselves. */
export const star = -1;
export const anyOne = -2;

/** A compiled pattern. `text` is what a person reads; two globs with the same `codes` are the same language. */
export interface Glob {
  readonly text: string;
  readonly codes: readonly number[];
  /** The text that it stands for, if there is no wildcard in it. */
  readonly literal?: string;
}

/** A glob from its codes; runs of stars are one star. */
export const globOf = (codes: readonly number[]): Glob => {
  const merged = codes.filter((code, at) => code !== star || codes[at - 1] !== star);
  const text = merged.map(code => (code === star ? '*' : code === anyOne ? '?' : String.fromCharCode(code))).join('');
  return merged.some(code => code < 0) ? { text, codes: merged } : { text, codes: merged, literal: text };
};

/** Tells patterns apart: the same key means the same language. */
export const globKey = ({ literal, text, codes }: Glob): string => {
  if (literal !== undefined) return `=${literal}`;
  return codes.includes(0x2a) || codes.includes(0x3f) ? codes.join() : text;
};

/** The glob of a text without wildcards: `*` and `?` stand for themselves. */
export const literalGlob = (text: string): Glob => {
  const codes: number[] = [];
  for (let at = 0; at < text.length; at += 1) codes.push(text.charCodeAt(at));
  return { text, codes, literal: text };
};

/** The glob of a text in which every `*` and `?` is a wildcard. */
export const wildcardGlob = (text: string): Glob => globFrom(text, anyOne);

/** The glob of a text in which `*` alone is a wildcard. */
export const starGlob = (text: string): Glob => globFrom(text, 0x3f);

/** The glob of a text in which `*` is a wildcard, and `?` stands for the given code. */
const globFrom = (written: string, questionMark: number): Glob => {
  const text = written.includes('**') ? written.replaceAll(/\*{2,}/g, '*') : written;
  const codes: number[] = [];
  let isLiteral = true;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const code = unit === 0x2a ? star : unit === 0x3f ? questionMark : unit;
    if (code < 0) isLiteral = false;
    codes.push(code);
  }
  return isLiteral ? { text, codes, literal: text } : { text, codes };
};

/** True for a pattern that every text matches. */
export const matchesAll = (glob: Glob): boolean => glob.codes.length === 1 && glob.codes[0] === star;

/** Whether a text matches. Time is at most the product of both lengths; nothing is recursive. */
export const globMatches = (glob: Glob, text: string): boolean => {
  if (glob.literal !== undefined) return glob.literal === text;
  const { codes } = glob;
  let at = 0;
  let code = 0;
  let lastStar = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = codes[code];
    if (wanted === star) {
      lastStar = code;
      resume = at;
      code += 1;
    } else if (wanted === anyOne || wanted === text.charCodeAt(at)) {
      at += 1;
      code += 1;
    } else if (lastStar >= 0) {
      resume += 1;
      at = resume;
      code = lastStar + 1;
    } else return false;
  }
  while (codes[code] === star) code += 1;
  return code === codes.length;
};

/** The text that every match begins with. */
export const literalPrefix = (glob: Glob): string => {
  if (glob.literal !== undefined) return glob.literal;
  const end = glob.codes.findIndex(code => code < 0);
  // Text and codes have the same length: a wildcard is one character of the text.
  return end < 0 ? glob.text : glob.text.slice(0, end);
};
