/** Of which namespaces a set holds every account. */

import type { Formula } from '../decide/formula.ts';
import { type Budget, isSpent } from './budget.ts';
import { accepts, advance, type Product, productOf, type States, startOf } from './product-dfa.ts';
import { colon, maxNamespaceLength, subjectPrefix } from './subject-grammar.ts';

/** Namespaces of a set. `infinitely` means: of ever more namespaces, every account. */
export interface NamespaceView {
  /** Namespaces of which every account is in the set: exact names, at most 100. */
  readonly whole: readonly string[];
  readonly infinitelyManyWhole: boolean;
}

/** Names that are listed at most, and states that are met at most. */
const maxNames = 100;
const maxNodes = 4000;

interface Node {
  readonly states: States;
  readonly dash: boolean;
  readonly start: boolean;
  /** Index of the next node and the character that leads there. */
  readonly next: Map<string, number>;
  whole: boolean;
}

/** Looks at a set by namespaces; undefined past the stated bounds. */
export const namespaceView = (formula: Formula, budget: Budget): NamespaceView | undefined => {
  const product = productOf(formula, budget);
  const nodes = exploreNamespaces(product, formula);
  if (!nodes) return undefined;
  const live = reaching(nodes);
  const infinitelyManyWhole = hasCycle(nodes, live);
  return {
    whole: infinitelyManyWhole ? [] : namesOf(nodes, live, product.other),
    infinitelyManyWhole,
  };
};

const exploreNamespaces = (product: Product, formula: Formula): readonly Node[] | undefined => {
  const nodes: Node[] = [];
  const ids = new Map<string, number>();
  const names = new Map<string, boolean>();
  const meet = (states: States, dash: boolean, start: boolean): number => {
    const key = `${dash} ${start} ${states.join(' ')}`;
    const id = ids.get(key) ?? nodes.length;
    if (id === nodes.length) {
      ids.set(key, id);
      nodes.push({ states, dash, start, next: new Map(), whole: false });
    }
    return id;
  };
  meet(advance(product, startOf(product), subjectPrefix), false, true);
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (!node || nodes.length > maxNodes || isSpent(product.budget)) return undefined;
    for (const letter of product.letters)
      node.next.set(letter, meet(advance(product, node.states, letter), false, false));
    if (!node.start) node.next.set('-', meet(advance(product, node.states, '-'), true, false));
    if (node.start || node.dash) continue;
    const after = advance(product, node.states, colon);
    const key = after.join(' ');
    const isWhole = names.get(key) ?? hasEveryName(product, after, formula);
    if (isWhole === undefined) return undefined;
    names.set(key, isWhole);
    node.whole = isWhole;
  }
  return nodes;
};

/** Whether every name is in the set behind `system:serviceaccount:<namespace>:`. */
const hasEveryName = (product: Product, first: States, formula: Formula): boolean | undefined => {
  const queue: { readonly states: States; readonly phase: 'start' | 'name' | 'dash' }[] = [
    { states: first, phase: 'start' },
  ];
  const seen = new Set<string>();
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at];
    if (!node || isSpent(product.budget) || queue.length > 10 * maxNodes) return undefined;
    if (node.phase === 'name' && !accepts(product, node.states, formula)) return false;
    const meet = (phase: 'start' | 'name' | 'dash', character: string): void => {
      const states = advance(product, node.states, character);
      const key = `${phase} ${states.join(' ')}`;
      if (seen.has(key)) return;
      seen.add(key);
      queue.push({ states, phase });
    };
    for (const letter of product.letters) meet('name', letter);
    if (node.phase !== 'start') meet('dash', '-');
    if (node.phase === 'name') meet('start', '.');
  }
  return true;
};

/** Nodes from which a whole namespace can still be reached. */
const reaching = (nodes: readonly Node[]): ReadonlySet<number> => {
  const before = nodes.map((): number[] => []);
  nodes.forEach((node, from) => {
    for (const to of node.next.values()) before[to]?.push(from);
  });
  const live = new Set<number>();
  const pending = nodes.flatMap((node, at) => (node.whole ? [at] : []));
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (live.has(at)) continue;
    live.add(at);
    pending.push(...(before[at] ?? []));
  }
  return live;
};

/** A cycle among live nodes: all are reachable, so there are whole namespaces of any length. */
const hasCycle = (nodes: readonly Node[], live: ReadonlySet<number>): boolean => {
  const into = new Map([...live].map(at => [at, 0]));
  const targets = (at: number): readonly number[] => [...new Set(nodes[at]?.next.values())].filter(to => live.has(to));
  for (const at of live) for (const to of targets(at)) into.set(to, (into.get(to) ?? 0) + 1);
  const free = [...live].filter(at => into.get(at) === 0);
  let removed = 0;
  for (let at = free.pop(); at !== undefined; at = free.pop()) {
    removed += 1;
    for (const to of targets(at)) {
      const left = (into.get(to) ?? 0) - 1;
      into.set(to, left);
      if (left === 0) free.push(to);
    }
  }
  return removed < live.size;
};

/** The whole namespaces of a graph without cycles, by walking it. A step that a letter takes which no
 *  pattern mentions is a wildcard's: names with one are no exact names. */
const namesOf = (nodes: readonly Node[], live: ReadonlySet<number>, other: string | undefined): readonly string[] => {
  const found: string[] = [];
  const pending: { readonly at: number; readonly name: string }[] = live.has(0) ? [{ at: 0, name: '' }] : [];
  for (let item = pending.pop(); item && found.length < maxNames; item = pending.pop()) {
    const node = nodes[item.at];
    if (!node || item.name.length > maxNamespaceLength) continue;
    if (node.whole) found.push(item.name);
    const anyLetter = other === undefined ? undefined : node.next.get(other);
    for (const [letter, to] of node.next)
      if (live.has(to) && to !== anyLetter) pending.push({ at: to, name: item.name + letter });
  }
  return found.sort();
};
