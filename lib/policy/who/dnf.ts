/** Formulas as alternatives: each a conjunction of patterns that must match and patterns that must not. */

import type { Formula } from '../decide/formula.ts';
import { type Glob, globKey, globMatches, literalGlob } from '../decide/glob.ts';
import { type Budget, isSpent, policyBudget, spend } from './budget.ts';

/** One alternative. With `literal` it allows at most that one subject. */
export interface Term {
  readonly literal?: string;
  readonly positives: readonly Glob[];
  readonly negatives: readonly Glob[];
}

/** More alternatives than this are not written out. */
const maxTerms = 4096;

/** The alternatives of a formula; undefined past `maxTerms`, or where the budget does not suffice. Contradictory ones are
 *  dropped where that is plain. */
export const termsOf = (formula: Formula, budget: Budget = policyBudget()): readonly Term[] | undefined =>
  expand(formula, false, budget);

type Terms = readonly Term[] | undefined;

const nothingAsked: Term = { positives: [], negatives: [] };

const expand = (formula: Formula, negated: boolean, budget: Budget): Terms => {
  if (typeof formula === 'boolean') return formula === negated ? [] : [nothingAsked];
  switch (formula.kind) {
    case 'not':
      return expand(formula.part, !negated, budget);
    case 'matches':
      return [negated ? { positives: [], negatives: [formula.glob] } : positive(formula.glob)];
    default:
      return (formula.kind === 'and') === !negated
        ? product(formula.parts, negated, budget)
        : sum(formula.parts, negated, budget);
  }
};

const positive = (glob: Glob): Term =>
  glob.literal === undefined
    ? { positives: [glob], negatives: [] }
    : { literal: glob.literal, positives: [], negatives: [] };

const sum = (parts: readonly Formula[], negated: boolean, budget: Budget): Terms => {
  const terms = new Map<string, Term>();
  for (const part of parts) {
    const more = expand(part, negated, budget);
    if (!more) return undefined;
    for (const term of more) terms.set(termKey(term), term);
    spend(budget, more.length);
    if (terms.size > maxTerms) return undefined;
  }
  return [...terms.values()];
};

const product = (parts: readonly Formula[], negated: boolean, budget: Budget): Terms => {
  const factors: (readonly Term[])[] = [];
  for (const part of parts) {
    const factor = expand(part, negated, budget);
    if (!factor) return undefined;
    if (factor.length === 0) return [];
    factors.push(factor);
  }
  const [first, ...others] = factors.filter(factor => factor.length > 1);
  // A part without alternatives is merged at once: there may be hundreds of them.
  const plain = merge(factors.filter(factor => factor.length === 1).flat(), budget);
  if (!plain) return [];
  if (!first) return [plain];
  return [first, ...others].reduce<Terms>((terms, factor) => terms && times(terms, factor, budget), [plain]);
};

const times = (terms: readonly Term[], factor: readonly Term[], budget: Budget): Terms => {
  const next = new Map<string, Term>();
  for (const one of terms)
    for (const other of factor) {
      const merged = merge([one, other], budget);
      if (merged) next.set(termKey(merged), merged);
      if (next.size > maxTerms || isSpent(budget)) return undefined;
    }
  return [...next.values()];
};

/** All of them at once; undefined where they contradict each other. */
const merge = (terms: readonly Term[], budget: Budget): Term | undefined => {
  spend(budget, 1);
  const literals = new Set(terms.flatMap(({ literal }) => literal ?? []));
  if (literals.size > 1) return undefined;
  const positives = distinct(terms.flatMap(term => term.positives));
  const negatives = distinct(terms.flatMap(term => term.negatives));
  spend(budget, positives.size + negatives.size);
  const [literal] = literals;
  if (literal === undefined) {
    for (const key of positives.keys()) if (negatives.has(key)) return undefined;
    return { positives: [...positives.values()], negatives: [...negatives.values()] };
  }
  for (const glob of positives.values()) if (!globMatches(glob, literal)) return undefined;
  for (const glob of negatives.values()) if (globMatches(glob, literal)) return undefined;
  return { literal, positives: [], negatives: [] };
};

const distinct = (globs: readonly Glob[]): ReadonlyMap<string, Glob> =>
  new Map(globs.map(glob => [globKey(glob), glob]));

const termKey = ({ literal, positives, negatives }: Term): string =>
  literal === undefined ? JSON.stringify([positives.map(globKey), negatives.map(globKey)]) : `=${literal}`;

/** A term as a formula again. */
export const formulaOfTerm = ({ literal, positives, negatives }: Term): Formula => {
  const parts: Formula[] = positives.map(glob => ({ kind: 'matches', glob }));
  for (const glob of negatives) parts.push({ kind: 'not', part: { kind: 'matches', glob } });
  if (literal !== undefined) parts.push({ kind: 'matches', glob: literalGlob(literal) });
  return { kind: 'and', parts };
};
