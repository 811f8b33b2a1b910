/** Trains the model of lib/explain/model: one linear separator for each cause, by dual coordinate descent over the squared hinge
 *  loss (Hsieh et al. 2008, "A dual coordinate descent method for large-scale linear SVM"). The same bytes for the same input. */
import { type Model, packed, samplesOf } from '../../lib/explain/model/classify.ts';
import { isBare, type Value, valuesOf, wordFeaturesOf } from '../../lib/explain/model/features.ts';
import { compareText } from '../../lib/text.ts';

/** A text with the messages in it, and its cause. */
export interface Example {
  readonly text: string;
  readonly messages: readonly string[];
  readonly cause: string;
}

/** Scores times this are logarithms of shares: causes that are told with nine of ten are right that often in the cross-validation. */
export const sharpness = 5;

const cost = 1;
const rounds = 8;
/** Weights that a model keeps, the greatest ones: what 400 KB hold. */
const kept = 80_000;
const steps = 45;
/** A change of a text's weight that is too small to go on. */
const still = 1e-3;

interface Row {
  readonly features: Int32Array;
  readonly values: Float64Array;
  readonly square: number;
}

const rowOf = (values: readonly Value[]): Row => ({
  features: Int32Array.from(values, ([feature]) => feature),
  values: Float64Array.from(values, ([, value]) => value),
  square: values.reduce((sum, [, value]) => sum + value * value, 1),
});

/** An order of the rows that looks random and is the same each time. */
const shuffled = (order: readonly number[], round: number): readonly number[] => {
  const next = [...order];
  let seed = round + 1;
  for (let index = next.length - 1; index > 0; index -= 1) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    const other = seed % (index + 1);
    [next[index], next[other]] = [next[other] ?? 0, next[index] ?? 0];
  }
  return next;
};

/** The weights that separate the rows of one cause from all others; the last one is the bias. */
const separator = (rows: readonly Row[], isOfCause: readonly boolean[], count: number): Float64Array => {
  const weights = new Float64Array(count + 1);
  const shares = new Float64Array(rows.length);
  const softness = 1 / (2 * cost);
  let order: readonly number[] = rows.map((_, index) => index);
  for (let round = 0; round < rounds; round += 1) {
    order = shuffled(order, round);
    let greatest = 0;
    for (const index of order) {
      const { features, values, square } = rows[index] as Row;
      const sign = isOfCause[index] ? 1 : -1;
      let score = weights[count] as number;
      for (let at = 0; at < features.length; at += 1)
        score += (weights[features[at] as number] as number) * (values[at] as number);
      const before = shares[index] as number;
      const slope = sign * score - 1 + softness * before;
      const after = Math.max(before - slope / (square + softness), 0);
      const change = (after - before) * sign;
      if (change === 0) continue;
      shares[index] = after;
      greatest = Math.max(greatest, Math.abs(change));
      for (let at = 0; at < features.length; at += 1)
        weights[features[at] as number] = (weights[features[at] as number] as number) + change * (values[at] as number);
      weights[count] = (weights[count] as number) + change;
    }
    if (greatest < still) break;
  }
  return weights;
};

/** How often each cause was that of a report with a message, by message: rows of [cause, times]. */
const ratesOf = (reports: readonly Example[], causes: readonly string[]): Model['rates'] =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        reports.flatMap(({ messages, cause }) => messages.map(id => ({ id, cause }))),
        ({ id }) => id,
      ),
    ]
      .sort(([a], [b]) => compareText(a, b))
      .map(([id, list]) => [
        id,
        [...Map.groupBy(list, ({ cause }) => causes.indexOf(cause))]
          .map(([cause, some]) => [cause, some.length] as const)
          .sort(([a], [b]) => a - b),
      ]),
  );

/** Learns the causes of the examples: words from those that have more than a message. `told` are no reports: they count for words, and not for how often a cause is. `sharpness`: see
 *  `Model`. */
export const train = (reports: readonly Example[], told: readonly Example[], sharpness: number): Model => {
  const examples = [...reports.filter(({ text, messages }) => !isBare(text, samplesOf(messages))), ...told];
  const counts = examples.map(({ text, messages }) => wordFeaturesOf(text, messages));
  const texts = new Map<string, number>();
  for (const one of counts) for (const feature of one.keys()) texts.set(feature, (texts.get(feature) ?? 0) + 1);
  const names = [...texts]
    .filter(([, times]) => times > 1)
    .map(([name]) => name)
    .sort(compareText);
  const rarityOf = (name: string): number =>
    Math.round((Math.log((1 + examples.length) / (1 + (texts.get(name) ?? 0))) + 1) * 9) / 9;
  const known = new Map(names.map((name, number) => [name, { number, rarity: rarityOf(name) }]));
  const rows = counts.map(one => rowOf(valuesOf(one, known)));
  // Causes with many examples have the most weights.
  const causes = [...Map.groupBy(examples, ({ cause }) => cause)]
    .sort(([a, some], [b, others]) => others.length - some.length || compareText(a, b))
    .map(([cause]) => cause);
  const weights = causes.map(cause =>
    separator(
      rows,
      examples.map(one => one.cause === cause),
      names.length,
    ),
  );
  return { ...pruned(names, rarityOf, causes, weights, sharpness), rates: ratesOf(reports, causes) };
};

/** The model with its greatest weights alone, in whole steps. */
const pruned = (
  names: readonly string[],
  rarityOf: (name: string) => number,
  causes: readonly string[],
  weights: readonly Float64Array[],
  sharpness: number,
): Omit<Model, 'rates'> => {
  const sizes = weights.flatMap(one => Array.from(one.subarray(0, names.length), Math.abs)).sort((a, b) => b - a);
  const least = sizes[kept] ?? 0;
  const step = (sizes[Math.floor(kept / 200)] ?? 1) / steps;
  const toSteps = (weight: number): number => Math.max(-steps, Math.min(steps, Math.round(weight / step)));
  const features = names.flatMap((name, feature) => {
    const own = weights.flatMap((one, cause) => {
      const weight = one[feature] as number;
      return Math.abs(weight) > least && toSteps(weight) !== 0 ? [[cause, toSteps(weight)] as const] : [];
    });
    return own.length === 0 ? [] : [{ name, rarity: rarityOf(name), weights: own }];
  });
  const biases = weights.map(one => Math.round((one[names.length] as number) * 1000) / 1000);
  return { causes, biases, step: Math.round(step * 1e6) / 1e6, sharpness, features: packed(features) };
};
