/** Data by named counts: what stands in a kept answer in place of all of it. */

/** Words with how often each comes, in the order of the first ones: `2 read, 1 unread`. */
export const countsOf = (words: readonly string[]): string =>
  [...Map.groupBy(words, word => word)].map(([word, of]) => `${of.length} ${word}`).join(', ');

const isWord = (value: unknown): value is string => typeof value === 'string' && /^[a-z][\w-]{0,40}$/i.test(value);

/** Which words of data stand under which name, and which marks are set, as counts: what programs go by, no sentence. */
export const wordsIn = (value: unknown, name = ''): readonly string[] => {
  if (isWord(value)) return [`${name} ${value}`];
  if (typeof value === 'boolean') return [value ? name : `no ${name}`];
  if (Array.isArray(value)) return value.flatMap(item => wordsIn(item, name));
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, part]) => wordsIn(part, key))
    : [];
};
