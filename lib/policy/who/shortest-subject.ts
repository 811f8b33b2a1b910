/** Searches over the language of subjects for Boolean combinations of patterns, alternative by alternative. */

import type { Formula } from '../decide/formula.ts';
import { literalGlob } from '../decide/glob.ts';
import { type Budget, policyBudget } from './budget.ts';
import { type Term, termsOf } from './dnf.ts';
import { isAccountSubject } from './service-account-subject.ts';
import { colon, isTooLong, subjectPrefix, swallowedColon } from './subject-grammar.ts';
import { type SubjectSearch, searchTerm } from './term-search.ts';

/** The shortest possible subject for which a formula holds. Where the budget ends before all alternatives were searched, the
 *  shortest of the others; too big if they have none. */
export const shortestSubject = (
  formula: Formula,
  budget: Budget = policyBudget(),
  separator = colon,
): SubjectSearch => {
  const terms = termsOf(formula, budget);
  if (!terms) return { kind: 'too-big' };
  let best: SubjectSearch = { kind: 'none' };
  for (const term of terms) {
    const found = subjectOfTerm(term, budget, separator);
    if (found.kind === 'too-big') best = best.kind === 'found' ? best : found;
    else if (found.kind === 'found' && (best.kind !== 'found' || isBefore(found.subject, best.subject))) best = found;
  }
  return best;
};

/** Up to `count` of the shortest subjects for which a formula holds; fewer where there are not more, or the budget ends. */
export const shortestSubjects = (formula: Formula, count: number, budget: Budget): readonly string[] => {
  const subjects: string[] = [];
  while (subjects.length < count) {
    const known = subjects.map((subject): Formula => ({ kind: 'matches', glob: literalGlob(subject) }));
    const others: Formula = { kind: 'not', part: { kind: 'or', parts: known } };
    const next = shortestSubject({ kind: 'and', parts: [formula, others] }, budget);
    if (next.kind !== 'found') break;
    subjects.push(next.subject);
  }
  return subjects;
};

/** Whether a formula holds for some possible subject; undefined where the budget did not suffice to tell. */
export const hasSubject = (
  formula: Formula,
  budget: Budget = policyBudget(),
  separator = colon,
): boolean | undefined => {
  const terms = termsOf(formula, budget);
  if (!terms) return undefined;
  let isOpen = false;
  for (const term of terms) {
    const { kind } = subjectOfTerm(term, budget, separator);
    if (kind === 'found') return true;
    isOpen ||= kind === 'too-big';
  }
  return isOpen ? undefined : false;
};

const isBefore = (one: string, other: string): boolean =>
  one.length < other.length || (one.length === other.length && one < other);

/** The shortest subject of one alternative. First without limits of length (few states), and only if the shortest is too
 *  long for Kubernetes, with them. */
export const subjectOfTerm = (term: Term, budget: Budget, separator = colon): SubjectSearch => {
  const { literal } = term;
  if (literal !== undefined)
    return separator === colon && isAccountSubject(literal) ? { kind: 'found', subject: literal } : { kind: 'none' };
  const quick = searchTerm(term, separator, false, budget);
  const found =
    quick.kind === 'found' && !fits(quick.subject, separator) ? searchTerm(term, separator, true, budget) : quick;
  return found.kind === 'found' ? { kind: 'found', subject: found.subject.replace(swallowedColon, colon) } : found;
};

/** Whether namespace and name of a subject are of lengths that Kubernetes takes. */
const fits = (subject: string, separator: string): boolean => {
  const [namespace = '', name = ''] = subject.slice(subjectPrefix.length).split(separator);
  return (
    !isTooLong({ phase: 'namespace', length: namespace.length }) && !isTooLong({ phase: 'name', length: name.length })
  );
};
