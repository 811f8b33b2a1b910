/** Formulas as alternatives: each a conjunction of patterns that must match and patterns that must not. */
import type { Formula } from './formula.ts';
import { type Glob, globMatches, literalGlob } from './glob.ts';

/** One alternative. With `literal` it lets in at most that one subject. */
export interface Term {
  readonly literal?: string;
  readonly positives: readonly Glob[];
  readonly negatives: readonly Glob[];
}

/** More alternatives than this are not written out. */
const maxTerms = 4096;

/** The alternatives of a formula; undefined past `maxTerms`. Contradictory ones are dropped where that is plain. */
export const termsOf = (formula: Formula): readonly Term[] | undefined => expand(formula, false);

const nothingAsked: Term = { positives: [], negatives: [] };

const expand = (formula: Formula, negated: boolean): readonly Term[] | undefined => {
  if (typeof formula === 'boolean') return formula === negated ? [] : [nothingAsked];
  switch (formula.kind) {
    case 'not':
      return expand(formula.part, !negated);
    case 'matches':
      return [negated ? { positives: [], negatives: [formula.glob] } : positive(formula.glob)];
    default:
      return (formula.kind === 'and') === !negated ? product(formula.parts, negated) : sum(formula.parts, negated);
  }
};

const positive = (glob: Glob): Term =>
  glob.literal === undefined
    ? { positives: [glob], negatives: [] }
    : { literal: glob.literal, positives: [], negatives: [] };

const sum = (parts: readonly Formula[], negated: boolean): readonly Term[] | undefined => {
  const terms = new Map<string, Term>();
  for (const part of parts) {
    const more = expand(part, negated);
    if (!more) return undefined;
    for (const term of more) terms.set(termKey(term), term);
    if (terms.size > maxTerms) return undefined;
  }
  return [...terms.values()];
};

const product = (parts: readonly Formula[], negated: boolean): readonly Term[] | undefined => {
  let terms: readonly Term[] = [nothingAsked];
  for (const part of parts) {
    const more = expand(part, negated);
    if (!more || terms.length * more.length > 64 * maxTerms) return undefined;
    const next = new Map<string, Term>();
    for (const a of terms)
      for (const b of more) {
        const merged = merge(a, b);
        if (merged) next.set(termKey(merged), merged);
        if (next.size > maxTerms) return undefined;
      }
    terms = [...next.values()];
  }
  return terms;
};

const merge = (a: Term, b: Term): Term | undefined => {
  const literal = a.literal ?? b.literal;
  if (literal !== undefined && (b.literal ?? literal) !== literal) return undefined;
  const positives = distinct([...a.positives, ...b.positives]);
  const negatives = distinct([...a.negatives, ...b.negatives]);
  if (literal === undefined) {
    const refused = new Set(negatives.map(codesOf));
    return positives.some(glob => refused.has(codesOf(glob))) ? undefined : { positives, negatives };
  }
  const fits =
    positives.every(glob => globMatches(glob, literal)) && !negatives.some(glob => globMatches(glob, literal));
  return fits ? { literal, positives: [], negatives: [] } : undefined;
};

const codesOf = (glob: Glob): string => glob.codes.join(',');

const distinct = (globs: readonly Glob[]): readonly Glob[] =>
  globs.length < 2 ? globs : [...new Map(globs.map(glob => [codesOf(glob), glob])).values()];

const termKey = ({ literal, positives, negatives }: Term): string =>
  literal === undefined ? `${positives.map(codesOf).join(' ')} !${negatives.map(codesOf).join(' ')}` : `=${literal}`;

/** A term as a formula again. */
export const formulaOfTerm = ({ literal, positives, negatives }: Term): Formula => {
  const parts: Formula[] = positives.map(glob => ({ kind: 'matches', glob }));
  for (const glob of negatives) parts.push({ kind: 'not', part: { kind: 'matches', glob } });
  if (literal !== undefined) parts.push({ kind: 'matches', glob: literalGlob(literal) });
  return { kind: 'and', parts };
};
