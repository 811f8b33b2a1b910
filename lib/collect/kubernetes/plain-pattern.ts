/** Plain characters, `.`, an escaped dot, classes, groups, alternatives, anchors; a quantifier only after `.` or a class. */
const plain = /^(?:[\w\-/:@ ^$()|]|\\\.|(?:\.|\[\^?[\w\-.]+\])[*+?]?)*$/;

/**
 * True for a regular expression that means the same in RE2 and here, and is quick to match on any text: nothing is
 * repeated that itself repeats, and at most two parts repeat.
 */
export const isPlainPattern = (pattern: string): boolean =>
  pattern.length <= 200 && plain.test(pattern) && (pattern.match(/[*+?]/g) ?? []).length <= 2;
