/** Each two forms of two parts beside the usual form of each other one, and what comes of them. */
import { expect } from '@jest/globals';
import type { Options } from './pairwise.ts';
import { whole } from './whole/whole.ts';

type Form<T extends Options> = { readonly [K in keyof T]: T[K][number] };

/** Each two changes of the usual form: the first one of each part. By the text that names what is changed. */
const changesOf = <T extends Options>(parts: T): ReadonlyMap<string, Form<T>> => {
  const names = Object.keys(parts);
  const usual = Object.fromEntries(names.map(name => [name, parts[name]?.[0]]));
  const changes = names.flatMap((one, at) =>
    names
      .slice(at + 1)
      .flatMap(other => (parts[one] ?? []).flatMap(a => (parts[other] ?? []).map(b => ({ [one]: a, [other]: b })))),
  );
  return new Map(
    changes.map(change => {
      const made = Object.entries(change).filter(([name, value]) => value !== usual[name]);
      const told = Object.fromEntries(made.map(([name, value]) => [name, value === undefined ? 'none' : value]));
      return [JSON.stringify(told), { ...usual, ...change } as Form<T>] as const;
    }),
  );
};

/** Compares the answers with those that are kept: each answer with all changes that have it. */
export const twoChanges = async <T extends Options>(
  title: string,
  parts: T,
  answerTo: (form: Form<T>) => unknown,
): Promise<void> => {
  const answers: (readonly [string, string])[] = [];
  for (const [told, form] of changesOf(parts))
    answers.push([told, JSON.stringify((await answerTo(form)) ?? 'nothing')]);
  const byAnswer = [...Map.groupBy(answers, ([, answer]) => answer)];
  expect(byAnswer.length).toBeGreaterThan(2);
  for (const [at, [answer, forms]] of byAnswer.entries())
    whole(`${title} ${at}`, [{ [answer]: forms.map(([form]) => form) }]);
};
