const literal = String.raw`(?:[\w\-/:@ ]|\\\.)`;
const anyOf = String.raw`(?:\.|\[\^?[\w\-.]+\])`;
const group = String.raw`\(${literal}+(?:\|${literal}+)*\)`;

/** Alternatives of plain text: `^kube-|-dev$`. */
const alternatives = new RegExp(String.raw`^(?:\^?${literal}+\$?)(?:\|\^?${literal}+\$?)*$`);
/** Characters of which none repeats, with at most one group of plain texts: `(kube|openshift)-.`. */
const fixed = new RegExp(String.raw`^\^?(?:${literal}|${anyOf})*(?:${group})?(?:${literal}|${anyOf})*\$?$`);
/** The same from the start of the text, and one part of it may repeat: `^(shop|cart)-[a-z]+$`. */
const repeating = new RegExp(String.raw`^\^(?:${literal}|${anyOf}[*+?]?|${group})*\$?$`);

const countOf = (pattern: string, part: RegExp): number => (pattern.match(part) ?? []).length;

/**
 * How many steps matching takes at most for each character of the text. Undefined for a regular expression that may take
 * longer on some text than that, or that may mean something else in RE2: nothing is decided by it. Every alternative may be
 * tried at every character, and each goes through the whole pattern once.
 */
export const stepsPerCharacter = (pattern: string): number | undefined => {
  if (pattern.length > 200) return undefined;
  const isPlain =
    alternatives.test(pattern) ||
    fixed.test(pattern) ||
    (repeating.test(pattern) && countOf(pattern, /[*+?]/g) === 1 && countOf(pattern, /\(/g) <= 1);
  return isPlain ? (pattern.length + 1) * (countOf(pattern, /\|/g) + 1) : undefined;
};
