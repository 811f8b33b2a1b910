/** Commands over the clusters shop and depot as texts to keep: outputs, exit codes, files, and on request what was asked of AWS and
 *  of the clusters. */
import { expect } from '@jest/globals';
import type { Fault } from '../../sandbox/world/world.ts';
import { golden } from './golden.ts';
import { type Answer, inWords, useShopAndDepot } from './shop-and-depot.ts';

/** Options that a question of a test adds to its words. */
export interface Asked {
  readonly columns?: number;
  readonly stdin?: string;
  readonly faults?: readonly Fault[];
  /** The clusters allow only this. */
  readonly allowed?: readonly string[];
  /** Tells the calls to AWS and the requests to the clusters too. */
  readonly requests?: true;
  readonly env?: Readonly<Record<string, string>>;
}
export type Question = string | readonly [words: string, asked: Asked];

/** Commands that ask no issuer. */
const withoutIssuers = ['who-can-assume', 'init', 'findings', 'doctor', 'notify'];

/** Starts the clusters before the first test of a file; `name` is that of its folder. */
export const useKeptRuns = (name: string) => {
  const shop = useShopAndDepot(name);
  const calls = (): Readonly<Record<string, number>> => ({ ...shop.aws().calls() });
  const sent = (): readonly string[] =>
    [...shop.clusters()].flatMap(([name, api]) =>
      api.requests().map(({ method, path, query, status }) => `> ${name} ${method} ${path}${query} ${status}`),
    );

  const asking = async (
    words: readonly string[],
    { faults = [], allowed, requests, ...over }: Asked,
  ): Promise<Answer> => {
    const { faults: broken, kubernetes } = shop.world();
    const [before, callsBefore] = [sent(), calls()];
    broken.push(...faults);
    for (const inside of kubernetes.values()) Object.assign(inside, { allowed });
    const answer = await shop.run(
      [...words, ...(withoutIssuers.includes(words[0] ?? '') ? [] : shop.connected())],
      over,
    );
    broken.length = 0;
    for (const inside of kubernetes.values()) Object.assign(inside, { allowed: undefined });
    if (requests === undefined) return answer;
    const made = sent().filter(
      (one, at, all) =>
        all.slice(0, at + 1).filter(each => each === one).length > before.filter(each => each === one).length,
    );
    const called = Object.entries(calls()).flatMap(([name, count]) => {
      const more = count - (callsBefore[name] ?? 0);
      return more === 0 ? [] : [`> ${name} ${more}`];
    });
    return { ...answer, stdout: `${answer.stdout}\n${[...called, ...made.toSorted()].join('\n')}` };
  };
  const ask = async (line: string, asked: Asked): Promise<string> => {
    const { columns, faults, allowed } = asked;
    const told = {
      ...(columns && { columns }),
      ...(faults && { denied: faults[0]?.operation }),
      ...(allowed && { allowed }),
    };
    return inWords(`${line} ${JSON.stringify(told).replace('{}', '')}`.trimEnd(), await asking(line.split(' '), asked));
  };
  /** Golden texts of these questions. */
  const keep = async (name: string, questions: readonly Question[]): Promise<void> => {
    const told: string[] = [];
    for (const one of questions) told.push(typeof one === 'string' ? await ask(one, {}) : await ask(...one));
    expect(told.length).toBe(questions.length);
    golden(`runs/${name}.txt`, told.join('\n'));
  };
  return { shop, asking, ask, keep };
};
