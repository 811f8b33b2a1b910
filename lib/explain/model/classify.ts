/** The causes of a text by their share among reports like it, as `npm run learn` learned them. */
import { type CauseId, catalogue } from '../causes/catalogue.ts';
import { knownMessages } from '../messages/known-messages.ts';
import { isBare, kindOf, valuesOf, wordFeaturesOf } from './features.ts';
import learned from './model.json' with { type: 'json' };

/** A learned model. `features`, in order of their names: what of a name differs from the one before, after the number of characters
 *  that are the same, then its rarity and its weights, each one or two characters for a cause and one for the weight (`packed` and
 *  `unpacked` are one format). */
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
  readonly features: string;
}

/** Knots of the curve from a share of the model to the one that is told, [share, told] each: how often a first cause of such a
 *  share was right among reports that the model did not know. */
export type Calibration = readonly (readonly number[])[];

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
/** Causes below this take one character: those with the most weights come first. */
const short = 81;

/** In no name, and no digit. */
const between = '!';

/** A feature with its rarity and its weights, from -45 to 45 steps. */
interface Feature {
  readonly name: string;
  readonly rarity: number;
  readonly weights: readonly (readonly [cause: number, steps: number])[];
}

/** Features, in order of their names, as the text of a model. */
export const packed = (features: readonly Feature[]): string =>
  features
    .map(({ name, rarity, weights }, at) => {
      const before = features[at - 1]?.name ?? '';
      const differs = [...name].findIndex((character, index) => character !== before[index]);
      const same = Math.min(differs < 0 ? name.length : differs, digits.length - 1);
      return `${digits[same]}${name.slice(same)}${between}${digits[Math.round(rarity * rarities)]}${weights.map(weightText).join('')}`;
    })
    .join(between);

const weightText = ([cause, steps]: Feature['weights'][number]): string => {
  const far = cause - short;
  const code = far < 0 ? digits[cause] : `${digits[short + Math.floor(far / 91)]}${digits[far % 91]}`;
  return `${code}${digits[steps + middle]}`;
};

const numberAt = (text: string, at: number): number => digitOf.get(text.charAt(at)) ?? 0;

const unpacked = (text: string, step: number): readonly (readonly [number, number])[] => {
  const weights: [number, number][] = [];
  for (let at = 1; at < text.length; at += 1) {
    const code = numberAt(text, at);
    if (code >= short) at += 1;
    const cause = code < short ? code : short + (code - short) * 91 + numberAt(text, at);
    at += 1;
    weights.push([cause, (numberAt(text, at) - middle) * step]);
  }
  return weights;
};

/** A model as it is asked. */
export const readModel = ({ features, causes, ...rest }: Model): ReadModel => {
  const ids = new Set<string>(catalogue.map(({ id }) => id));
  for (const id of causes)
    if (!ids.has(id)) throw new Error(`model.json: got cause ${id}, wanted one of the catalogue`);
  const parts = features.split(between);
  const known = new Map<string, { readonly number: number; readonly rarity: number }>();
  const weights: ReadModel['weights'][number][] = [];
  let name = '';
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [start = '', text = ''] = [parts[at], parts[at + 1]];
    name = `${name.slice(0, numberAt(start, 0))}${start.slice(1)}`;
    known.set(name, { number: weights.length, rarity: numberAt(text, 0) / rarities });
    weights.push(unpacked(text, rest.step));
  }
  return { ...rest, causes: causes as readonly CauseId[], known, weights };
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
  const counts = wordFeaturesOf(text, messageIds);
  for (const [feature, value] of valuesOf(counts, model.known))
    for (const [cause, weight] of model.weights[feature] ?? []) scores[cause] = (scores[cause] ?? 0) + weight * value;
  const exponents = scores.map((score, index) => {
    const id = model.causes[index];
    const isOutside = possible.size > 0 && id !== undefined && !possible.has(id);
    return Math.exp(model.sharpness * (score - (isOutside ? outsider : 0)));
  });
  const sum = exponents.reduce((total, one) => total + one, 0);
  const rate = rateOf(model, messageIds);
  const words = [...counts.keys()].filter(one => kindOf(one) !== '#' && model.known.has(one)).length;
  const isShort = isBare(text, samplesOf(messageIds));
  const part = rate === undefined ? 0 : isShort ? bare : halfway / (halfway + words);
  return model.causes
    .map((id, index) => ({ id, share: ((1 - part) * (exponents[index] ?? 0)) / sum + part * (rate?.(index) ?? 0) }))
    .sort((a, b) => b.share - a.share);
};

/** The height of a curve at a share, between its knots. */
export const curveAt = (share: number, knots: Calibration): number => {
  const at = knots.findIndex(([knot = 0]) => knot >= share);
  const [right = share, told = share] = knots[at] ?? knots.at(-1) ?? [];
  const [left = 0, toldLeft = 0] = knots[at - 1] ?? [];
  return at < 0 || right === left ? told : toldLeft + ((told - toldLeft) * (share - left)) / (right - left);
};

/** Shares as they are told, in the same order: of the first cause how often a first cause with such a share was right, and of the
 *  others their parts of the rest, never more than the first. All of them are at most 1 together. */
export const toldShares = (shares: readonly Share[]): readonly Share[] => {
  const before = shares[0]?.share ?? 0;
  const told = curveAt(before, learned.calibration);
  const rest = before < 1 ? (1 - told) / (1 - before) : 0;
  return shares.map(({ id, share }, at) => ({ id, share: at === 0 ? told : Math.min(told, share * rest) }));
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
