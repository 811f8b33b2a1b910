/** Breadth-first searches over the language of subjects: `system:serviceaccount:` + DNS label + `:` + DNS subdomain. */

import type { Formula } from './formula.ts';
import { accepts, advance, type Product, productOf, type States, startOf, subjectPrefix } from './product-dfa.ts';

/** Longest namespace (a DNS label) and longest name (a DNS subdomain) that Kubernetes takes. */
export const maxNamespaceLength = 63;
export const maxNameLength = 253;

/** States that one search may meet. */
const maxStates = 100_000;

/** The shortest subject of a kind, that there is none, or that the stated budget did not suffice to tell. */
export type Found =
  | { readonly kind: 'found'; readonly subject: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'too-big' };

/** Where a text stands in the grammar of subjects. */
type Phase = 'namespace-start' | 'namespace' | 'namespace-dash' | 'name-start' | 'name' | 'name-dash';

interface Node {
  readonly phase: Phase;
  readonly states: States;
  /** Characters of the namespace, or of the name, read so far. */
  readonly length: number;
  readonly text: string;
}

/** What stands between namespace and name. A character that no pattern can mention asks for matches in which a wildcard
 *  swallows the colon. */
export const colon = ':';
export const swallowedColon = '\u0001';

/** The shortest possible subject for which a formula holds. First without limits of length (few states), and only if the
 *  shortest is too long for Kubernetes, with them. */
export const shortestSubject = (formula: Formula, separator = colon, work?: number): Found => {
  const quick = search(productOf([formula], work), formula, separator, false);
  if (quick.kind !== 'found' || fits(quick.subject)) return quick;
  return search(productOf([formula], work), formula, separator, true);
};

/** Whether namespace and name of a subject are of lengths that Kubernetes takes. */
const fits = (subject: string): boolean => {
  const [namespace = '', name = ''] = subject.slice(subjectPrefix.length).split(colon);
  return namespace.length <= maxNamespaceLength && name.length <= maxNameLength;
};

const search = (product: Product, formula: Formula, separator: string, counted: boolean): Found => {
  const first: Node = {
    phase: 'namespace-start',
    states: advance(product, startOf(product), subjectPrefix),
    length: 0,
    text: '',
  };
  const seen = new Set<string>();
  const queue: Node[] = [first];
  for (let at = 0; at < queue.length; at += 1) {
    if (product.budget.left < 0 || queue.length > maxStates) return { kind: 'too-big' };
    const node = queue[at];
    if (!node) break;
    if (node.phase === 'name' && accepts(product, node.states, formula))
      return { kind: 'found', subject: subjectPrefix + node.text.replace(swallowedColon, colon) };
    for (const next of successors(product, node, separator, counted)) {
      const key = `${next.phase} ${counted ? next.length : ''} ${next.states.join(' ')}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(next);
    }
  }
  return { kind: 'none' };
};

const successors = (product: Product, node: Node, separator: string, counted: boolean): readonly Node[] => {
  const inName = node.phase.startsWith('name-') || node.phase === 'name';
  const next: Node[] = [];
  const add = (phase: Phase, character: string, length: number): void => {
    if (counted && length > (inName ? maxNameLength : maxNamespaceLength)) return;
    const states = advance(product, node.states, character);
    next.push({ phase, states, length, text: node.text + character });
  };
  for (const letter of product.letters) add(inName ? 'name' : 'namespace', letter, node.length + 1);
  if (!node.phase.endsWith('-start')) add(inName ? 'name-dash' : 'namespace-dash', '-', node.length + 1);
  if (node.phase === 'name') add('name-start', '.', node.length + 1);
  if (node.phase === 'namespace') add('name-start', separator, 0);
  return next;
};
