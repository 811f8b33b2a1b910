/** Texts of parts beside each other, and what is read of them as lines that are kept. */
import { expect } from '@jest/globals';
import { pairwise } from './pairwise.ts';
import { whole } from './whole/whole.ts';

/** A text and what is read of it. */
export const line = (given: unknown, answer: unknown): string => `${JSON.stringify(given)} > ${JSON.stringify(answer)}`;

/** Compares lines with those that are kept, a few together, so that each of them is shown. */
export const tell = (title: string, lines: readonly string[]): void => {
  expect(lines.length).toBeGreaterThan(3);
  for (let at = 0; at < lines.length; at += 20) whole(`${title} ${at}`, lines.slice(at, at + 20));
};

/** The texts of parts, each form of which stands beside each form of every other part. */
export const texts = (...parts: readonly (readonly string[])[]): readonly string[] =>
  pairwise(Object.fromEntries(parts.map((some, at) => [`${at}`, some]))).map(of =>
    Object.keys(parts)
      .map(at => of[at])
      .join(''),
  );

type Forms = Readonly<Record<string, object>>;
type Chosen<P extends Forms> = { readonly [K in keyof P]: P[K][keyof P[K]] };
type Named<P extends Forms> = { readonly [K in keyof P]: keyof P[K] };

const named = <P extends Forms>(parts: P, names: Named<P>): readonly [title: string, forms: Chosen<P>] => [
  Object.values(names).join(', '),
  Object.fromEntries(Object.entries(names).map(([part, form]) => [part, parts[part]?.[form as never]])) as Chosen<P>,
];

/** The forms of parts by their names, each of which stands beside each form of every other part: their names, and themselves. */
export const beside = <P extends Forms>(parts: P): readonly (readonly [title: string, forms: Chosen<P>])[] =>
  pairwise(Object.fromEntries(Object.entries(parts).map(([part, forms]) => [part, Object.keys(forms)]))).map(names =>
    named(parts, names as Named<P>),
  );

/** These forms of the parts, and those that differ from them in one part or in two. */
export const around = <P extends Forms>(
  parts: P,
  base: Named<P>,
): readonly (readonly [title: string, forms: Chosen<P>])[] => {
  const others = (names: Named<P>): readonly Named<P>[] =>
    Object.entries(parts).flatMap(([part, forms]) => Object.keys(forms).map(form => ({ ...names, [part]: form })));
  return [
    ...new Map(
      others(base)
        .flatMap(others)
        .map(names => named(parts, names)),
    ).entries(),
  ];
};

/** Compares what is read of many cases: each answer with how many cases have it, and the first of them. */
export const tellByAnswer = (title: string, cases: readonly (readonly [title: string, answer: unknown])[]): void => {
  const answers = Map.groupBy(cases, ([, answer]) => JSON.stringify(answer));
  expect(answers.size).toBeGreaterThan(1);
  whole(
    title,
    [...answers].map(([answer, of]) => {
      const names = of.map(([name]) => name);
      return `${answer} < ${names.length}: ${names[0]}`;
    }),
  );
};
