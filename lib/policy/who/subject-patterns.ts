/** The shape of a set for people: exact subjects, patterns, and what is left out of them. */

import { type Formula, holds } from '../decide/formula.ts';
import { type Glob, globKey, globMatches, literalGlob, wildcardGlob } from '../decide/glob.ts';
import { type Budget, policyBudget, withPart } from './budget.ts';
import { formulaOfTerm, type Term, termsOf } from './dnf.ts';
import { intersectGlobs } from './glob-intersection.ts';
import { isAccountSubject } from './service-account-subject.ts';
import { hasSubject, subjectOfTerm } from './shortest-subject.ts';

/** A set that was written out. */
export interface Shape {
  readonly everything: boolean;
  readonly subjects: readonly string[];
  readonly patterns: readonly string[];
  readonly except: readonly string[];
  /** Proven: false where the patterns hold more than the set, or might. */
  readonly exact: boolean;
  /** Every alternative was decided. False: what is listed is in the set, and there may be more of it. */
  readonly isComplete: boolean;
}

/** Patterns that are compared with each other; more are listed as they are. */
const maxCompared = 24;

/** Writes a formula out, each alternative by itself: what exceeds the budget does not hide the others. */
export const shapeOf = (formula: Formula, budget: Budget = policyBudget()): Shape => {
  const terms = termsOf(formula, budget);
  if (!terms) return { ...nothing, isComplete: false };
  const subjects = new Set<string>();
  const open: Term[] = [];
  for (const term of terms) {
    if (term.literal === undefined) open.push(term);
    else if (isAccountSubject(term.literal)) subjects.add(term.literal);
  }
  if (open.length === 0) return { ...nothing, subjects: [...subjects].sort() };
  const everything = isEverything(formula, budget);
  if (everything) return { ...nothing, everything, patterns: [everySubject.text] };
  const shape = shapeOfOpen(formula, open, subjects, budget);
  return everything === undefined ? { ...shape, isComplete: false } : shape;
};

const nothing: Shape = { everything: false, subjects: [], patterns: [], except: [], exact: true, isComplete: true };

/** The pattern of any service account's subject. */
export const everySubject: Glob = wildcardGlob('system:serviceaccount:*');

/** Subjects that no reasonable pattern names: most sets that are not everything lack one of them. */
const probes = [
  'system:serviceaccount:q0-z:w1.x-9',
  'system:serviceaccount:a:a',
  'system:serviceaccount:default:default',
];

/** Whether a formula may hold for every subject, as far as can be told without a search: false is certain. */
export const mayBeEverything = (formula: Formula): boolean => probes.every(probe => holds(formula, probe));

const isEverything = (formula: Formula, budget: Budget): boolean | undefined => {
  if (!mayBeEverything(formula)) return false;
  const isLeft = hasSubject({ kind: 'not', part: formula }, budget);
  return isLeft === undefined ? undefined : !isLeft;
};

const shapeOfOpen = (formula: Formula, open: readonly Term[], subjects: Set<string>, budget: Budget): Shape => {
  const globs = new Map<string, Glob>();
  const negatives = new Map<string, Glob>();
  let isComplete = true;
  // Simple ones first, and half of the work for what comes after: what is hard hides nothing that is simple.
  const members = withPart(budget, 2, part => simpleFirst(open).map(term => ({ term, found: membersOf(term, part) })));
  for (const { term, found } of members) {
    if (found === 'too-big') isComplete = false;
    if (found === 'none' || found === 'too-big') continue;
    if (found !== 'many') {
      subjects.add(found);
      continue;
    }
    for (const glob of narrow(term.positives, budget) ?? term.positives.slice(0, 1)) globs.set(globKey(glob), glob);
    for (const glob of term.negatives) negatives.set(globKey(glob), glob);
  }
  const patterns = withoutCovered([...globs.values()], budget);
  const except = exceptions(formula, patterns, [...negatives.values()], budget);
  // A subject of the set is in no exception: those are proven to be outside of it.
  const kept = [...subjects].filter(subject => !patterns.some(glob => globMatches(glob, subject)));
  const written: Formula = { kind: 'and', parts: [anyOf(patterns), { kind: 'not', part: anyOf(except) }] };
  const isMore = hasSubject({ kind: 'and', parts: [written, { kind: 'not', part: formula }] }, budget);
  return {
    everything: false,
    subjects: kept.sort(),
    patterns: patterns.map(glob => glob.text).sort(),
    except: except.map(glob => glob.text).sort(),
    exact: isMore === false,
    isComplete,
  };
};

/** By how many positions the patterns of an alternative have. */
const simpleFirst = (terms: readonly Term[]): readonly Term[] => {
  const sizeOf = ({ positives, negatives }: Term): number =>
    [...positives, ...negatives].reduce((sum, { codes }) => sum + codes.length, 0);
  return terms.toSorted((a, b) => a.positives.length - b.positives.length || sizeOf(a) - sizeOf(b));
};

const anyOf = (globs: readonly Glob[]): Formula => ({
  kind: 'or',
  parts: globs.map(glob => ({ kind: 'matches', glob })),
});

const membersOf = (term: Term, budget: Budget): string | 'none' | 'many' | 'too-big' => {
  const first = subjectOfTerm(term, budget);
  if (first.kind !== 'found') return first.kind;
  const more = subjectOfTerm({ ...term, negatives: [...term.negatives, literalGlob(first.subject)] }, budget);
  if (more.kind === 'too-big') return 'too-big';
  return more.kind === 'none' ? first.subject : 'many';
};

const narrow = (positives: readonly Glob[], budget: Budget): readonly Glob[] | undefined => {
  const [first = everySubject, ...rest] = positives;
  let globs: readonly Glob[] = [first];
  for (const glob of rest) {
    const next: Glob[] = [];
    for (const have of globs) {
      const both = intersectGlobs(have, glob);
      if (!both) return undefined;
      next.push(...both);
    }
    globs = withoutCovered(
      next.filter(each => hasSubject({ kind: 'matches', glob: each }, budget) !== false),
      budget,
    );
  }
  return globs;
};

/** Alternatives that are compared with each other when a part is taken. */
const maxAlternatives = 64;

/** The part of a set that one of its patterns stands for, as plain as can be: alternatives that another one holds too are
 *  left out, so that a pattern is looked at without those beside it. */
export const partWithin = (formula: Formula, glob: Glob, budget: Budget): Formula => {
  const part: Formula = { kind: 'and', parts: [formula, { kind: 'matches', glob }] };
  const terms = termsOf(part, budget);
  if (!terms || terms.length > maxAlternatives) return part;
  const kept = terms.filter(
    (term, at) => !terms.some((other, index) => index !== at && absorbs(other, term, index < at)),
  );
  return { kind: 'or', parts: kept.map(formulaOfTerm) };
};

/** Whether one alternative asks no more than another; of two that ask the same, the earlier one stays. */
const absorbs = (one: Term, other: Term, isEarlier: boolean): boolean => {
  if (one.literal !== undefined || other.literal !== undefined) return false;
  const asksNoMore = (some: readonly Glob[], all: readonly Glob[]): boolean => {
    const keys = new Set(all.map(globKey));
    return some.every(each => keys.has(globKey(each)));
  };
  if (!asksNoMore(one.positives, other.positives) || !asksNoMore(one.negatives, other.negatives)) return false;
  const asksSame = one.positives.length === other.positives.length && one.negatives.length === other.negatives.length;
  return !asksSame || isEarlier;
};

/** Drops patterns that another one covers. */
const withoutCovered = (globs: readonly Glob[], budget: Budget): readonly Glob[] => {
  if (globs.length > maxCompared) return globs;
  const kept: Glob[] = [];
  globs.forEach((glob, at) => {
    const others = [...kept, ...globs.slice(at + 1)];
    // Most others lack the first subject already.
    const first = subjectOfTerm({ positives: [glob], negatives: [] }, budget);
    const candidates = first.kind === 'found' ? others.filter(other => globMatches(other, first.subject)) : others;
    if (!candidates.some(other => covers(other, glob, budget))) kept.push(glob);
  });
  return kept;
};

const covers = (big: Glob, small: Glob, budget: Budget): boolean =>
  subjectOfTerm({ positives: [small], negatives: [big] }, budget).kind === 'none';

/** The subjects that the patterns list and the set leaves out for certain. */
const exceptions = (
  formula: Formula,
  patterns: readonly Glob[],
  negatives: readonly Glob[],
  budget: Budget,
): readonly Glob[] => {
  const listed = anyOf(patterns);
  const has = (...parts: readonly Formula[]): boolean | undefined => hasSubject({ kind: 'and', parts }, budget);
  return withoutCovered(
    negatives.filter(negative => {
      const left: Formula = { kind: 'matches', glob: negative };
      return has(listed, left) !== false && has(formula, left) === false;
    }),
    budget,
  );
};
