/** A text as the features that its cause is learned from: its words, pairs of them, and the messages that it has. */

/** Characters of a text that are looked at. */
const maxCharacters = 4000;

const word = /[a-z][a-z_.]*[a-z]|\b\d{3}\b/g;

/** How often a text of one line has each feature: words and pairs of words, and `@id` for each message. */
export const wordFeaturesOf = (text: string, messageIds: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  const add = (feature: string): void => void counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const words = text.slice(0, maxCharacters).toLowerCase().match(word) ?? [];
  for (const [index, one] of words.entries()) {
    add(one);
    if (index > 0) add(`${words[index - 1]} ${one}`);
  }
  for (const id of messageIds) add(`@${id}`);
  return counts;
};

/** Words beside a message that are no more than the frame of an SDK or of a log. */
const frameWords = 7;

/** True for a text that has a message and next to nothing else: it says how often each cause is, and nothing of the words of a
 *  cause. `samples`: the messages as their programs print them. */
export const isBare = (text: string, samples: readonly string[]): boolean => {
  if (samples.length === 0) return false;
  const own = new Set(samples.flatMap(sample => sample.toLowerCase().match(word) ?? []));
  const words = new Set(text.slice(0, maxCharacters).toLowerCase().match(word) ?? []);
  return [...words].filter(one => !own.has(one)).length <= frameWords;
};

/** A known feature of a text by its number, and its value. */
export type Value = readonly [feature: number, value: number];

/** The values of the known features of a text: the logarithm of the count, times the rarity of the feature; the words have
 *  the length one together, and so have the messages. */
export const valuesOf = (
  counts: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, { readonly number: number; readonly rarity: number }>,
): readonly Value[] => {
  const squares = [0, 0];
  const values: [number, number, 0 | 1][] = [];
  for (const [feature, count] of counts) {
    const found = known.get(feature);
    if (found === undefined) continue;
    const value = (1 + Math.log(count)) * found.rarity;
    const part = feature.startsWith('@') ? 1 : 0;
    values.push([found.number, value, part]);
    squares[part] = (squares[part] ?? 0) + value * value;
  }
  return values.map(([feature, value, part]) => [feature, value / Math.sqrt(squares[part] ?? 1)]);
};
