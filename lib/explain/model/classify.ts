/** The causes of a text by their share among reports like it, as `npm run learn` learned them. */
import { type CauseId, catalogue } from '../causes/catalogue.ts';
import { knownMessages } from '../messages/known-messages.ts';
import { isBare, valuesOf, wordFeaturesOf } from './features.ts';
import learned from './model.json' with { type: 'json' };

/** A learned model: `features` is a feature, a tab, its rarity and its weights, each two characters for a cause and one for
 *  the weight (`packed` and `unpacked` are one format). */
export interface Model {
  readonly causes: readonly string[];
  /** The score of each cause for a text without a known feature. */
  readonly biases: readonly number[];
  /** The score of one step of a weight. */
  readonly step: number;
  /** Scores times this are the logarithms of shares. */
  readonly sharpness: number;
  /** How often each cause was that of a report with a message, by message: rows of [cause, times]. */
  readonly rates: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly features: readonly string[];
}

/** A cause and its share among reports like a text, from 0 to 1. */
export interface Share {
  readonly id: CauseId;
  readonly share: number;
}

/** A model that is ready to be asked. */
interface ReadModel extends Omit<Model, 'features' | 'causes'> {
  readonly causes: readonly CauseId[];
  readonly known: ReadonlyMap<string, { readonly number: number; readonly rarity: number }>;
  /** For each feature its causes and weights. */
  readonly weights: readonly (readonly (readonly [cause: number, weight: number])[])[];
}

const first = 35; // '#': neither a quote nor a backslash in JSON but for 92, which is left out
const digits = Array.from({ length: 91 }, (_, index) =>
  String.fromCharCode(first + index + (first + index >= 92 ? 1 : 0)),
);
const digitOf: ReadonlyMap<string, number> = new Map(digits.map((character, index) => [character, index]));
const middle = 45;
const rarities = 9;

/** One feature with its rarity and its weights (from -45 to 45 steps) as a line of the model. */
export const packed = (
  feature: string,
  rarity: number,
  weights: readonly (readonly [cause: number, steps: number])[],
): string =>
  `${feature}\t${digits[Math.round(rarity * rarities)]}${weights
    .map(([cause, steps]) => `${digits[Math.floor(cause / 91)]}${digits[cause % 91]}${digits[steps + middle]}`)
    .join('')}`;

const numberAt = (text: string, at: number): number => digitOf.get(text.charAt(at)) ?? 0;

const unpacked = (text: string, step: number): readonly (readonly [number, number])[] =>
  Array.from({ length: (text.length - 1) / 3 }, (_, index) => {
    const at = 1 + 3 * index;
    return [numberAt(text, at) * 91 + numberAt(text, at + 1), (numberAt(text, at + 2) - middle) * step];
  });

/** A model as it is asked. */
export const readModel = ({ features, causes, ...rest }: Model): ReadModel => {
  const lines = features.map(line => line.split('\t') as [string, string]);
  const ids = new Set<string>(catalogue.map(({ id }) => id));
  for (const id of causes)
    if (!ids.has(id)) throw new Error(`model.json: got cause ${id}, wanted one of the catalogue`);
  return {
    ...rest,
    causes: causes as readonly CauseId[],
    known: new Map(lines.map(([name, text], number) => [name, { number, rarity: numberAt(text, 0) / rarities }])),
    weights: lines.map(([, text]) => unpacked(text, rest.step)),
  };
};

/** Taken from the score of a cause that none of the messages in the text can have. */
const outsider = 0.3;

/** A text of so many known words and pairs is judged by them and by how often each cause is, half and half. */
const halfway = 10;
/** The part of the rates where a text has nothing but its message: never all, a rate of 0 is one of few reports. */
const bare = 0.9;

/** How often each cause was that of a report with one of the messages, from 0 to 1; undefined where none was. */
const rateOf = ({ rates }: ReadModel, messageIds: readonly string[]): ((cause: number) => number) | undefined => {
  const rows = messageIds.flatMap(id => rates[id] ?? []);
  const all = rows.reduce((sum, [, times = 0]) => sum + times, 0);
  if (all === 0) return undefined;
  return cause => rows.reduce((sum, [of, times = 0]) => sum + (of === cause ? times : 0), 0) / all;
};

const samples: ReadonlyMap<string, string> = new Map(knownMessages.map(({ id, sample }) => [id, sample]));

/** Messages as their programs print them. */
export const samplesOf = (messageIds: readonly string[]): readonly string[] =>
  messageIds.flatMap(id => samples.get(id) ?? []);

/** Every cause by its share, the greatest first. A short text says little beside its message: there the rate among reports with that
 *  message counts more, and nearly alone where the text has nothing else. `possible`: the causes of the messages in the text; empty where it has none. */
export const sharesBy = (
  model: ReadModel,
  text: string,
  messageIds: readonly string[],
  possible: ReadonlySet<CauseId>,
): readonly Share[] => {
  const scores = [...model.biases];
  const values = valuesOf(wordFeaturesOf(text, messageIds), model.known);
  for (const [feature, value] of values)
    for (const [cause, weight] of model.weights[feature] ?? []) scores[cause] = (scores[cause] ?? 0) + weight * value;
  const exponents = scores.map((score, index) => {
    const id = model.causes[index];
    const isOutside = possible.size > 0 && id !== undefined && !possible.has(id);
    return Math.exp(model.sharpness * (score - (isOutside ? outsider : 0)));
  });
  const sum = exponents.reduce((total, one) => total + one, 0);
  const rate = rateOf(model, messageIds);
  const isShort = isBare(text, samplesOf(messageIds));
  const part = rate === undefined ? 0 : isShort ? bare : halfway / (halfway + values.length);
  return model.causes
    .map((id, index) => ({ id, share: ((1 - part) * (exponents[index] ?? 0)) / sum + part * (rate?.(index) ?? 0) }))
    .sort((a, b) => b.share - a.share);
};

let ready: ReadModel | undefined;

/** As `sharesBy` with the model that ships; it is read at the first question. */
export const sharesOf = (
  text: string,
  messageIds: readonly string[],
  possible: ReadonlySet<CauseId>,
): readonly Share[] => {
  ready ??= readModel(learned);
  return sharesBy(ready, text, messageIds, possible);
};
