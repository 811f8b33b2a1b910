/** A text as the features that its cause is learned from: its words, pairs of them, parts of words, and the messages that it has. */

/** Characters of a text that are looked at. */
const maxCharacters = 4000;

const word = /[a-z][a-z_.]*[a-z]|\b\d{3}\b/g;

/** Characters of a part of a word; longer words than `longest` are ids and tokens. */
const [partLength, longest] = [4, 24] as const;

/** How often a text of one line has each feature: words and pairs of words, `#part` for each part of a word with its ends, and
 *  `@id` for each message. */
export const wordFeaturesOf = (text: string, messageIds: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  const add = (feature: string): void => void counts.set(feature, (counts.get(feature) ?? 0) + 1);
  const plain = text.slice(0, maxCharacters).toLowerCase();
  const words = plain.match(word) ?? [];
  for (const [index, one] of words.entries()) {
    add(one);
    if (index > 0) add(`${words[index - 1]} ${one}`);
  }
  for (const one of plain.match(/[a-z0-9_./-]+/g) ?? [])
    for (let at = 0; one.length <= longest && at + partLength <= one.length + 2; at += 1)
      add(`#${`<${one}>`.slice(at, at + partLength)}`);
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

/** The kinds of features, and the length that all of a kind have together. */
const lengths = { word: 1, '@': 1, '#': 0.7 } as const;

type Kind = keyof typeof lengths;

/** The kind of a feature. */
export const kindOf = (feature: string): Kind => {
  const [first] = feature;
  return first === '@' || first === '#' ? first : 'word';
};

/** The values of the known features of a text: the logarithm of the count, times the rarity of the feature. */
export const valuesOf = (
  counts: ReadonlyMap<string, number>,
  known: ReadonlyMap<string, { readonly number: number; readonly rarity: number }>,
): readonly Value[] => {
  const squares: Record<Kind, number> = { word: 0, '@': 0, '#': 0 };
  const values: [number, number, Kind][] = [];
  for (const [feature, count] of counts) {
    const found = known.get(feature);
    if (found === undefined) continue;
    const value = (1 + Math.log(count)) * found.rarity;
    const kind = kindOf(feature);
    values.push([found.number, value, kind]);
    squares[kind] += value * value;
  }
  return values.map(([feature, value, kind]) => [feature, (lengths[kind] * value) / Math.sqrt(squares[kind])]);
};
