/** Questions that rules ask of a set. All are about what is *certainly* let in; of an `unknown` set ask `kind` first. */

import type { Formula } from '../language/formula.ts';
import { type AccountName, accountOfSubject } from '../language/service-account-subject.ts';
import { shortestSubject, swallowedColon } from '../language/shortest-subject.ts';
import { assumersAmong } from './assume-matrix.ts';
import { type NamespaceView, namespaceView } from './namespace-view.ts';
import type { SubjectSet } from './subject-set.ts';

/** Every service account of the issuer is let in. */
export const isEverySubject = (set: SubjectSet): boolean => set.kind === 'any';

/**
 * Names in arbitrary namespaces are let in: some account of every namespace (`system:serviceaccount:*:app`), every
 * account of ever more namespaces (`team-*:*`), or a wildcard that runs across the colon (`prod*`). False for a set of
 * finitely many subjects, for `any`, and where the stated bound does not suffice.
 */
export const hasOpenNamespace = (set: SubjectSet): boolean => {
  if (set.kind !== 'pattern') return false;
  const view = viewOf(set);
  if (view && (view.everyNamespace || view.infinitelyManyWhole)) return true;
  return crossesColon(set);
};

/** Namespaces of which every account, present and future, is let in: exact names, sorted, at most 100. */
export const wholeNamespaces = (set: SubjectSet): readonly string[] => viewOf(set)?.whole ?? [];

/** The shortest subject that is let in. */
export const shortestWitness = (set: SubjectSet): AccountName | undefined =>
  set.example === undefined ? undefined : accountOfSubject(set.example);

/** Which of these existing accounts are let in, in their order. */
export const membersAmong = <T extends AccountName>(set: SubjectSet, accounts: readonly T[]): readonly T[] =>
  assumersAmong(set, accounts);

/** A wildcard matches the colon between namespace and name: two names for which the writer meant one. */
const crossesColon = (set: SubjectSet): boolean => shortestSubject(set.certain, swallowedColon).kind === 'found';

const views = new WeakMap<Exclude<Formula, boolean>, { readonly view: NamespaceView | undefined }>();

const viewOf = ({ kind, certain }: SubjectSet): NamespaceView | undefined => {
  if (kind !== 'pattern' || typeof certain === 'boolean') return undefined;
  const cached = views.get(certain);
  if (cached) return cached.view;
  const view = namespaceView(certain);
  views.set(certain, { view });
  return view;
};
