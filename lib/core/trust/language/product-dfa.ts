/**
 * The language of service account subjects under Boolean combinations of patterns, as an automaton: the product of the
 * patterns' automata over an alphabet reduced to the characters that the patterns mention and one that stands for all
 * others. Hostile patterns are met by a stated budget, past which the answer is unknown.
 */
import type { Formula } from './formula.ts';
import type { Glob } from './glob.ts';
import { type Budget, globMachine, literalMachine, type Machine } from './glob-dfa.ts';

/** Work that the searches over one set may do, in steps of a pattern's positions: some tenths of a second. */
const searchBudget = 1_500_000;

/** What every subject begins with. */
export const subjectPrefix = 'system:serviceaccount:';

/** The product of the automata of all patterns of a set. */
export interface Product {
  readonly machines: readonly Machine[];
  readonly slots: ReadonlyMap<Glob, number>;
  /** Characters to try: letters and digits that matter (one stands for the rest). */
  readonly letters: readonly string[];
  /** The letter that stands for all that no pattern mentions; absent if all are mentioned. */
  readonly other?: string;
  readonly budget: Budget;
}

/** One state of every automaton. */
export type States = readonly number[];

/** The product for all patterns in these formulas. */
export const productOf = (formulas: readonly Formula[], work = searchBudget): Product => {
  const globs = globsIn(formulas);
  const budget: Budget = { left: work };
  const slots = new Map<Glob, number>();
  const machines: Machine[] = [literalMachine(globs.flatMap(glob => glob.literal ?? []))];
  const known = new Map<string, number>();
  const mentioned = new Set<number>();
  for (const glob of globs) {
    for (const code of glob.codes) mentioned.add(code);
    const key = glob.codes.join(',');
    const slot = glob.literal === undefined ? (known.get(key) ?? machines.length) : 0;
    if (slot === machines.length) {
      machines.push(globMachine(glob, budget));
      known.set(key, slot);
    }
    slots.set(glob, slot);
  }
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];
  const other = letters.find(letter => !mentioned.has(letter.charCodeAt(0)));
  return {
    machines,
    slots,
    letters: letters.filter(letter => letter === other || mentioned.has(letter.charCodeAt(0))),
    ...(other === undefined ? {} : { other }),
    budget,
  };
};

/** Every pattern in formulas, as the objects that stand there. */
const globsIn = (formulas: readonly Formula[]): readonly Glob[] => {
  const globs = new Set<Glob>();
  const pending: Formula[] = [...formulas].reverse();
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
    product.budget.left -= now.length;
    now = now.map((state, index) => product.machines[index]?.step(state, code) ?? 0);
  }
  return now;
};

/** Whether a formula holds for the text that led to these states. */
export const accepts = (product: Product, states: States, formula: Formula): boolean => {
  if (typeof formula === 'boolean') return formula;
  product.budget.left -= 1;
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
