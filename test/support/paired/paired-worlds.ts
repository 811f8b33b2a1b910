/** Worlds in which each form of each part stands beside each form of each other part, at least once. */
import type { Facts } from '../../../lib/facts/facts.ts';
import { randomOf } from '../../faults/random.ts';
import { pairwise } from '../pairwise.ts';

/** Forms of the parts of a world: of each part a name, and for each of its forms a name and the values that it sets. */
export type Forms<P> = Readonly<Record<string, Readonly<Record<string, P>>>>;

/** Makes forms that each set one value of a part. */
export const formsOf =
  <P extends object>() =>
  <K extends keyof P>(key: K, values: Readonly<Record<string, NonNullable<P[K]>>>): Readonly<Record<string, P>> =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { [key]: value } as unknown as P]));

/** The worlds of these forms, each with the names of its forms; and as many more as are asked for, drawn by a seed. */
export const pairedWorlds = <P extends object>(
  forms: Forms<P>,
  world: (parts: P) => Facts,
  more = 0,
): readonly (readonly [title: string, facts: Facts])[] => {
  const names = Object.fromEntries(Object.entries(forms).map(([part, some]) => [part, Object.keys(some)]));
  const random = randomOf(7);
  const drawn = Array.from({ length: more }, () =>
    Object.fromEntries(Object.entries(names).map(([part, some]) => [part, random.pick(some)])),
  );
  return [...pairwise(names), ...drawn].map(choice => {
    const chosen = Object.entries(choice).map(([part, form]) => [part, String(form)] as const);
    return [chosen.map(([, form]) => form).join(', '), world(partsOf(forms, chosen))];
  });
};

type Choice = readonly (readonly [part: string, form: string])[];

const partsOf = <P extends object>(forms: Forms<P>, chosen: Choice): P =>
  Object.assign({}, ...chosen.map(([part, form]) => forms[part]?.[form])) as P;

/** The worlds in which all parts but two have their first form: a rule that looks at two facts answers by these alone. Of each pair of
 *  parts one is among `of`. */
export function* plainWorlds<P extends object>(
  forms: Forms<P>,
  world: (parts: P) => Facts,
  of: readonly string[] = Object.keys(forms),
): Generator<readonly [choice: Choice, facts: Facts]> {
  const names = Object.entries(forms).map(([part, some]) => [part, Object.keys(some)] as const);
  const plain = names.map(([part, [first = '']]) => [part, first] as const);
  for (const [at, [part, some]] of names.entries())
    for (const [other, more] of names.slice(at + 1))
      if (of.includes(part) || of.includes(other))
        for (const form of some)
          for (const another of more) {
            const choice: Choice = [
              [part, form],
              [other, another],
            ];
            yield [choice, world(partsOf(forms, [...plain, ...choice]))];
          }
}
