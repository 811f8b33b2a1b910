/** The namespaces of a set of subjects as a graph: each node is what was read of a namespace's name so far. */
import type { Formula } from '../decide/formula.ts';
import { type Budget, isSpent } from './budget.ts';
import { hasCycle, reaching } from './graph-walk.ts';
import { accepts, advance, type Product, productOf, type States, startOf } from './product-dfa.ts';
import { colon, subjectPrefix } from './subject-grammar.ts';

/** A node. Node 0 is before the first character. */
export interface NamespaceNode {
  readonly states: States;
  readonly phase: 'start' | 'name' | 'dash';
  readonly next: Map<string, number>;
  /** Some account of the namespace is in the set. */
  hasSome: boolean;
  /** All of its accounts but finitely many are. */
  isWhole: boolean;
}

/** All nodes, and the alphabet of the set's patterns. */
export interface NamespaceGraph {
  readonly nodes: readonly NamespaceNode[];
  readonly letters: readonly string[];
  readonly other: string | undefined;
}

/** A namespace may end here. */
export const isNamespaceEnd = ({ phase }: NamespaceNode): boolean => phase === 'name';

/** States that are met at most. */
const maxNodes = 4000;

/** Explores a set by namespaces; undefined past the stated bounds. */
export const namespaceGraph = (formula: Formula, budget: Budget): NamespaceGraph | undefined => {
  const product = productOf(formula, budget);
  const nodes: NamespaceNode[] = [];
  const ids = new Map<string, number>();
  const meet = (states: States, phase: NamespaceNode['phase']): number => {
    const key = `${phase} ${states.join(' ')}`;
    const id = ids.get(key) ?? nodes.length;
    if (id === nodes.length) {
      ids.set(key, id);
      nodes.push({ states, phase, next: new Map(), hasSome: false, isWhole: false });
    }
    return id;
  };
  const names = new Map<string, Names | undefined>();
  meet(advance(product, startOf(product), subjectPrefix), 'start');
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (!node || nodes.length > maxNodes || isSpent(budget)) return undefined;
    for (const letter of product.letters) node.next.set(letter, meet(advance(product, node.states, letter), 'name'));
    if (node.phase !== 'start') node.next.set('-', meet(advance(product, node.states, '-'), 'dash'));
    if (!isNamespaceEnd(node)) continue;
    const after = advance(product, node.states, colon);
    const key = after.join(' ');
    const found = names.has(key) ? names.get(key) : namesFrom(product, after, formula);
    if (!found) return undefined;
    names.set(key, found);
    Object.assign(node, found);
  }
  return { nodes, letters: product.letters, other: product.other };
};

interface Names {
  readonly hasSome: boolean;
  readonly isWhole: boolean;
}

interface NameNode {
  readonly states: States;
  readonly phase: 'start' | 'name' | 'dash';
  readonly next: Map<string, number>;
  isIn: boolean;
}

/** Which names are in the set behind `system:serviceaccount:<namespace>:`. */
const namesFrom = (product: Product, first: States, formula: Formula): Names | undefined => {
  const nodes: NameNode[] = [];
  const ids = new Map<string, number>();
  const meet = (states: States, phase: NameNode['phase']): number => {
    const key = `${phase} ${states.join(' ')}`;
    const id = ids.get(key) ?? nodes.length;
    if (id === nodes.length) {
      ids.set(key, id);
      nodes.push({ states, phase, next: new Map(), isIn: false });
    }
    return id;
  };
  meet(first, 'start');
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at];
    if (!node || nodes.length > 10 * maxNodes || isSpent(product.budget)) return undefined;
    node.isIn = node.phase === 'name' && accepts(product, node.states, formula);
    for (const letter of product.letters) node.next.set(letter, meet(advance(product, node.states, letter), 'name'));
    if (node.phase !== 'start') node.next.set('-', meet(advance(product, node.states, '-'), 'dash'));
    if (node.phase === 'name') node.next.set('.', meet(advance(product, node.states, '.'), 'start'));
  }
  const lacking = reaching(nodes, node => node.phase === 'name' && !node.isIn);
  return { hasSome: nodes.some(node => node.isIn), isWhole: !hasCycle(nodes, lacking) };
};
