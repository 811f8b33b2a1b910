/**
 * The language of service account subjects under Boolean combinations of patterns, as an automaton: the product of the
 * patterns' automata over an alphabet reduced to the characters that the patterns mention and one that stands for all
 * others. Hostile patterns are met by a stated budget, past which the answer is unknown.
 */

import type { Formula } from '../decide/formula.ts';
import { type Glob, globKey } from '../decide/glob.ts';
import { type Budget, spend } from './budget.ts';
import { globMachine, literalMachine, type Machine } from './glob-dfa.ts';
import { type Alphabet, alphabetOf } from './subject-grammar.ts';

/** The product of the automata of all patterns of a set. */
export interface Product extends Alphabet {
  readonly machines: readonly Machine[];
  readonly slots: ReadonlyMap<Glob, number>;
  readonly budget: Budget;
}

/** One state of every automaton. */
export type States = readonly number[];

/** The product for all patterns in a formula. */
export const productOf = (formula: Formula, budget: Budget): Product => {
  const globs = globsIn(formula);
  const slots = new Map<Glob, number>();
  const machines: Machine[] = [literalMachine(globs.flatMap(glob => glob.literal ?? []))];
  const known = new Map<string, number>();
  for (const glob of globs) {
    const key = globKey(glob);
    const slot = glob.literal === undefined ? (known.get(key) ?? machines.length) : 0;
    if (slot === machines.length) {
      machines.push(globMachine(glob, budget));
      known.set(key, slot);
    }
    slots.set(glob, slot);
  }
  return { machines, slots, ...alphabetOf(globs), budget };
};

/** Every pattern in a formula, as the objects that stand there. */
const globsIn = (whole: Formula): readonly Glob[] => {
  const globs = new Set<Glob>();
  const pending: Formula[] = [whole];
  for (let formula = pending.pop(); formula !== undefined; formula = pending.pop()) {
    if (typeof formula === 'boolean') continue;
    if (formula.kind === 'matches') globs.add(formula.glob);
    else if (formula.kind === 'not') pending.push(formula.part);
    else for (const part of formula.parts) pending.push(part);
  }
  return [...globs];
};

/** The states before anything was read. */
export const startOf = (product: Product): States => product.machines.map(() => 1);

/** The states after more text. */
export const advance = (product: Product, states: States, text: string): States => {
  let now = states;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    spend(product.budget, now.length);
    now = now.map((state, index) => product.machines[index]?.step(state, code) ?? 0);
  }
  return now;
};

/** Whether a formula holds for the text that led to these states. */
export const accepts = (product: Product, states: States, formula: Formula): boolean => {
  if (typeof formula === 'boolean') return formula;
  spend(product.budget, 1);
  switch (formula.kind) {
    case 'matches': {
      const slot = product.slots.get(formula.glob) ?? -1;
      return product.machines[slot]?.matches(states[slot] ?? 0, formula.glob) ?? false;
    }
    case 'not':
      return !accepts(product, states, formula.part);
    case 'and':
      return formula.parts.every(part => accepts(product, states, part));
    case 'or':
      return formula.parts.some(part => accepts(product, states, part));
  }
};
