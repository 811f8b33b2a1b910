import { type Glob, globMatches } from './glob.ts';

/** A Boolean combination of patterns. */
export type Formula =
  | boolean
  | { readonly kind: 'matches'; readonly glob: Glob }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Formula[] }
  | { readonly kind: 'not'; readonly part: Formula };

/** `certain` implies `possible`; they differ exactly where the answer is unknown. */
export interface ThreeValued {
  readonly certain: Formula;
  readonly possible: Formula;
}

export const yes: ThreeValued = { certain: true, possible: true };
export const no: ThreeValued = { certain: false, possible: false };
export const maybe: ThreeValued = { certain: false, possible: true };

/** A known fact as a three-valued one. */
export const known = (fact: boolean): ThreeValued => (fact ? yes : no);

/** The subject matches a pattern. */
export const matching = (glob: Glob): ThreeValued => {
  const formula: Formula = { kind: 'matches', glob };
  return { certain: formula, possible: formula };
};

const combine = (kind: 'and' | 'or', list: readonly Formula[]): Formula => {
  const absorbing = kind === 'or';
  const parts: Formula[] = [];
  for (const part of list) {
    if (part === absorbing) return absorbing;
    if (part === !absorbing) continue;
    if (typeof part === 'object' && part.kind === kind) parts.push(...part.parts);
    else parts.push(part);
  }
  const [first] = parts;
  if (first === undefined) return !absorbing;
  return parts.length === 1 ? first : { kind, parts };
};

const negate = (formula: Formula): Formula => {
  if (typeof formula === 'boolean') return !formula;
  return formula.kind === 'not' ? formula.part : { kind: 'not', part: formula };
};

/** Of a list the value that decides alone, else what is left without the one that changes nothing. */
const folded =
  (kind: 'and' | 'or', decides: ThreeValued, neutral: ThreeValued) =>
  (list: readonly ThreeValued[]): ThreeValued => {
    const partsOf = (part: keyof ThreeValued): Formula =>
      combine(
        kind,
        list.map(tri => tri[part]),
      );
    let only = neutral;
    for (const tri of list) {
      if (tri === decides) return decides;
      if (tri === neutral) continue;
      if (only !== neutral) return shared({ certain: partsOf('certain'), possible: partsOf('possible') });
      only = tri;
    }
    return only;
  };

/** All of them: false dominates, then unknown. */
export const all = folded('and', no, yes);

/** Any of them: true dominates, then unknown. */
export const any = folded('or', yes, no);

/** Swaps true and false, keeps unknown. */
export const not = (tri: ThreeValued): ThreeValued =>
  shared({ certain: negate(tri.possible), possible: negate(tri.certain) });

/** The result whichever of these readings is right: unknown where they differ. */
export const consensus = (list: readonly ThreeValued[]): ThreeValued =>
  shared({
    certain: combine(
      'and',
      list.map(tri => tri.certain),
    ),
    possible: combine(
      'or',
      list.map(tri => tri.possible),
    ),
  });

/** The new part of a set: allowed and not before, or possible and impossible before; an undecided part may stay so, and
 *  no more. */
export const addedTo = (before: ThreeValued, after: ThreeValued): Formula => ({
  kind: 'or',
  parts: [without(after.certain, before.certain), without(after.possible, before.possible)],
});

const without = (set: Formula, excluded: Formula): Formula => ({
  kind: 'and',
  parts: [set, { kind: 'not', part: excluded }],
});

/** Constants are always the same objects, so that they can be told by identity. */
const shared = (tri: ThreeValued): ThreeValued => {
  if (tri.certain === true) return yes;
  if (tri.possible === false) return no;
  return tri.certain === false && tri.possible === true ? maybe : tri;
};

/** The truth of a formula for one subject. */
export const holds = (formula: Formula, subject: string): boolean => {
  if (typeof formula === 'boolean') return formula;
  switch (formula.kind) {
    case 'matches':
      return globMatches(formula.glob, subject);
    case 'not':
      return !holds(formula.part, subject);
    case 'and':
      return formula.parts.every(part => holds(part, subject));
    case 'or':
      return formula.parts.some(part => holds(part, subject));
  }
};

/** Tells formulas apart: equal text means the same formula. */
export const formulaKey = (formula: Formula): string => {
  if (typeof formula === 'boolean') return String(formula);
  switch (formula.kind) {
    case 'matches':
      return formula.glob.codes.join(',');
    case 'not':
      return `!(${formulaKey(formula.part)})`;
    default:
      return `${formula.kind}(${formula.parts.map(formulaKey).join(' ')})`;
  }
};
