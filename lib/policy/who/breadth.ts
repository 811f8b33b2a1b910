/** How wide a set of subjects is: whether it is open to arbitrary namespaces, or holds whole ones. */

import type { Formula } from '../decide/formula.ts';
import { wildcardGlob } from '../decide/glob.ts';
import type { Budget } from './budget.ts';
import { namespaceView } from './namespace-view.ts';
import { hasSubject } from './shortest-subject.ts';
import { subjectPrefix, swallowedColon } from './subject-grammar.ts';

/**
 * `namespaces-open`: names in arbitrary namespaces are in the set: some account of any namespace that nobody thought of
 * (`system:serviceaccount:*:app`), every account of ever more namespaces (`team-*:*`), or a wildcard that runs across the
 * colon (`prod*`). `whole-namespaces`: every account, present and future, of these namespaces (exact names, sorted, at most
 * 100). `broad`: neither.
 */
export interface Breadth {
  readonly kind: 'namespaces-open' | 'whole-namespaces' | 'broad';
  readonly namespaces: readonly string[];
}

const openNamespaces: Breadth = { kind: 'namespaces-open', namespaces: [] };
const broad: Breadth = { kind: 'broad', namespaces: [] };

/** Namespaces and a name that no pattern of a person has: what holds for all of these holds for arbitrary ones. */
const arbitraryNamespaces = ['q0-z', 'h', 'w8j', 'x-5k-v2'];
const arbitraryName = 'w1.x-9';

/** The breadth of a set; undefined where the budget did not suffice to tell. Not for `any`. */
export const breadthOf = (formula: Formula, budget: Budget): Breadth | undefined => {
  const crossesColon = hasSubject(formula, budget, swallowedColon);
  if (crossesColon) return openNamespaces;
  const holds = (pattern: string): boolean | undefined => {
    const matches: Formula = { kind: 'matches', glob: wildcardGlob(`${subjectPrefix}${pattern}`) };
    return hasSubject({ kind: 'and', parts: [formula, matches] }, budget);
  };
  const open = arbitraryNamespaces.map(namespace => holds(`${namespace}:*`));
  if (open.every(one => one === true)) return openNamespaces;
  if (crossesColon === undefined || !open.includes(false)) return undefined;
  // No namespace of which this name is not in the set is whole.
  if (holds(`*:${arbitraryName}`) === false) return broad;
  const view = namespaceView(formula, budget);
  if (!view) return undefined;
  if (view.infinitelyManyWhole) return openNamespaces;
  return view.whole.length > 0 ? { kind: 'whole-namespaces', namespaces: view.whole } : broad;
};
