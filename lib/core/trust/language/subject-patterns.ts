/** The shape of a set for people: exact subjects, patterns, and what is left out of them. */

import { formulaOfTerm, type Term, termsOf } from './dnf.ts';
import { type Formula, holds } from './formula.ts';
import { type Glob, globMatches, literalGlob, wildcardGlob } from './glob.ts';
import { intersectGlobs } from './glob-intersection.ts';
import { isAccountSubject } from './service-account-subject.ts';
import { shortestSubject } from './shortest-subject.ts';

/** A set that was written out. `exact` is proven: false where the patterns hold more than the set, or might. */
export interface Shape {
  readonly everything: boolean;
  readonly subjects: readonly string[];
  readonly patterns: readonly string[];
  readonly except: readonly string[];
  readonly exact: boolean;
}

/** Patterns that are compared with each other; more are listed as they are. */
const maxCompared = 24;

/** Writes a formula out; undefined where the stated bounds do not suffice. */
export const shapeOf = (formula: Formula): Shape | undefined => {
  const terms = termsOf(formula);
  if (!terms) return undefined;
  const subjects = new Set<string>();
  const open: Term[] = [];
  for (const term of terms) {
    if (term.literal === undefined) open.push(term);
    else if (isAccountSubject(term.literal)) subjects.add(term.literal);
  }
  if (open.length === 0) return { ...nothing, subjects: [...subjects].sort() };
  const everything = isEverything(formula);
  if (everything === undefined) return undefined;
  if (everything) return { ...nothing, everything, patterns: [everySubject.text] };
  return shapeOfOpen(formula, open, subjects);
};

const nothing: Shape = { everything: false, subjects: [], patterns: [], except: [], exact: true };

/** What any service account's subject matches. */
const everySubject: Glob = wildcardGlob('system:serviceaccount:*');

/** Subjects that no reasonable pattern names: most sets that are not everything lack one of them. */
const probes = [
  'system:serviceaccount:q0-z:w1.x-9',
  'system:serviceaccount:a:a',
  'system:serviceaccount:default:default',
];

const isEverything = (formula: Formula): boolean | undefined => {
  if (probes.some(probe => !holds(formula, probe))) return false;
  const outside = shortestSubject({ kind: 'not', part: formula });
  return outside.kind === 'too-big' ? undefined : outside.kind === 'none';
};

const shapeOfOpen = (formula: Formula, open: readonly Term[], subjects: Set<string>): Shape | undefined => {
  const globs = new Map<string, Glob>();
  const negatives = new Map<string, Glob>();
  for (const term of open) {
    const found = membersOf(term);
    if (found === 'too-big') return undefined;
    if (found === 'none') continue;
    if (found !== 'many') {
      subjects.add(found);
      continue;
    }
    for (const glob of narrow(term.positives) ?? term.positives.slice(0, 1)) globs.set(glob.codes.join(), glob);
    for (const glob of term.negatives) negatives.set(glob.codes.join(), glob);
  }
  const patterns = withoutCovered([...globs.values()]);
  const except = exceptions(formula, patterns, [...negatives.values()]);
  // A subject of the set is in no exception: those are proven to be outside of it.
  const kept = [...subjects].filter(subject => !patterns.some(glob => globMatches(glob, subject)));
  const written: Formula = { kind: 'and', parts: [anyOf(patterns), { kind: 'not', part: anyOf(except) }] };
  return {
    everything: false,
    subjects: kept.sort(),
    patterns: patterns.map(glob => glob.text).sort(),
    except: except.map(glob => glob.text).sort(),
    exact: shortestSubject({ kind: 'and', parts: [written, { kind: 'not', part: formula }] }).kind === 'none',
  };
};

const anyOf = (globs: readonly Glob[]): Formula => ({
  kind: 'or',
  parts: globs.map(glob => ({ kind: 'matches', glob })),
});

const membersOf = (term: Term): string | 'none' | 'many' | 'too-big' => {
  const formula = formulaOfTerm(term);
  const first = shortestSubject(formula);
  if (first.kind !== 'found') return first.kind;
  const only: Formula = { kind: 'matches', glob: literalGlob(first.subject) };
  const second = shortestSubject({ kind: 'and', parts: [formula, { kind: 'not', part: only }] });
  if (second.kind === 'too-big') return 'too-big';
  return second.kind === 'none' ? first.subject : 'many';
};

const narrow = (positives: readonly Glob[]): readonly Glob[] | undefined => {
  const [first = everySubject, ...rest] = positives;
  let globs: readonly Glob[] = [first];
  for (const glob of rest) {
    const next: Glob[] = [];
    for (const have of globs) {
      const both = intersectGlobs(have, glob);
      if (!both) return undefined;
      next.push(...both);
    }
    globs = withoutCovered(next.filter(each => shortestSubject({ kind: 'matches', glob: each }).kind !== 'none'));
  }
  return globs;
};

/** Drops patterns that another one covers. */
const withoutCovered = (globs: readonly Glob[]): readonly Glob[] => {
  if (globs.length > maxCompared) return globs;
  const kept: Glob[] = [];
  globs.forEach((glob, at) => {
    const others = [...kept, ...globs.slice(at + 1)];
    if (!others.some(other => covers(other, glob))) kept.push(glob);
  });
  return kept;
};

const covers = (big: Glob, small: Glob): boolean =>
  shortestSubject({
    kind: 'and',
    parts: [
      { kind: 'matches', glob: small },
      { kind: 'not', part: { kind: 'matches', glob: big } },
    ],
  }).kind === 'none';

/** What the patterns list and the set leaves out for certain. */
const exceptions = (formula: Formula, patterns: readonly Glob[], negatives: readonly Glob[]): readonly Glob[] => {
  const listed = anyOf(patterns);
  const isNone = (...parts: readonly Formula[]): boolean => shortestSubject({ kind: 'and', parts }).kind === 'none';
  return withoutCovered(
    negatives.filter(negative => {
      const left: Formula = { kind: 'matches', glob: negative };
      return !isNone(listed, left) && isNone(formula, left);
    }),
  );
};
