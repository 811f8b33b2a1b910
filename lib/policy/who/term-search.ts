/**
 * The shortest subject of one alternative: patterns that must match and patterns that must not. Breadth first. A
 * pattern that must match is followed position by position; those that must not, as sets of positions. A state is left
 * where another one is as far with no position of a refused pattern more: whatever follows it is a subject for that one
 * too (antichains, De Wulf et al., CAV 2006). So patterns that are hard to determinize are mostly easy to search.
 */

import { anyOne, type Glob, star } from '../decide/glob.ts';
import { type Budget, isSpent, spend } from './budget.ts';
import type { Term } from './dnf.ts';
import { globMachine, literalMachine, type Machine } from './glob-dfa.ts';
import {
  type Alphabet,
  alphabetOf,
  isTooLong,
  type SubjectPhase,
  subjectMovesFrom,
  subjectPrefix,
} from './subject-grammar.ts';

/** A subject that was found, that there is none, or that the budget did not suffice to tell. */
export type SubjectSearch =
  | { readonly kind: 'found'; readonly subject: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'too-big' };

interface Search {
  readonly positives: readonly Glob[];
  readonly machines: readonly Machine[];
  readonly alphabet: Alphabet;
  readonly separator: string;
  /** Lengths count: only names that Kubernetes takes. */
  readonly counted: boolean;
  readonly budget: Budget;
  readonly met: Map<string, Node[]>;
  readonly queue: Node[];
}

interface Node {
  readonly phase: SubjectPhase;
  readonly length: number;
  readonly text: string;
  /** By positive pattern: how many of its codes the text has matched. */
  readonly positions: readonly number[];
  /** By machine of what is refused. */
  readonly states: readonly number[];
  isLeft: boolean;
}

/** The shortest subject of an alternative without a literal. With `counted`, of names that Kubernetes takes; without, of
 *  any length, which is quicker. */
export const searchTerm = (
  { positives, negatives }: Pick<Term, 'positives' | 'negatives'>,
  separator: string,
  counted: boolean,
  budget: Budget,
): SubjectSearch => {
  const literals = negatives.flatMap(({ literal }) => literal ?? []);
  const machines = negatives.filter(({ literal }) => literal === undefined).map(glob => globMachine(glob, budget));
  const search: Search = {
    positives,
    machines: literals.length > 0 ? [...machines, literalMachine(literals)] : machines,
    alphabet: alphabetOf([...positives, ...negatives]),
    separator,
    counted,
    budget,
    met: new Map(),
    queue: [],
  };
  start(search);
  for (let at = 0; at < search.queue.length; at += 1) {
    const node = search.queue[at];
    if (!node || isSpent(budget)) return { kind: 'too-big' };
    if (node.phase === 'name' && accepts(search, node)) return { kind: 'found', subject: subjectPrefix + node.text };
    if (!node.isLeft) expand(search, node);
  }
  return isSpent(budget) ? { kind: 'too-big' } : { kind: 'none' };
};

const start = (search: Search): void => {
  const { positives, machines, budget } = search;
  const sets = positives.map(glob => {
    let set: readonly number[] = [0];
    for (let at = 0; at < subjectPrefix.length; at += 1) {
      const code = subjectPrefix.charCodeAt(at);
      set = [...new Set(set.flatMap(position => follow(glob, position, code)))];
      spend(budget, set.length + 1);
    }
    return set;
  });
  const states = machines.map(machine => {
    let state = 1;
    for (let at = 0; at < subjectPrefix.length; at += 1) state = machine.step(state, subjectPrefix.charCodeAt(at));
    return state;
  });
  for (const positions of choices(sets, budget))
    meet(search, { phase: 'namespace-start', length: 0, text: '', positions, states, isLeft: false });
};

/** Where a position may go by a character; a star may take it or be over. Where the next star is reached, nothing is lost by
 *  going on to it. */
const follow = ({ codes }: Glob, position: number, code: number): readonly number[] => {
  const wanted = codes[position];
  if (wanted === star) {
    const next = codes[position + 1];
    if (next !== code && next !== anyOne) return [position];
    return codes[position + 2] === star ? [position + 2] : [position, position + 2];
  }
  return wanted === code || wanted === anyOne ? [position + 1] : [];
};

/** Every choice of one from each list. */
const choices = (lists: readonly (readonly number[])[], budget: Budget): readonly (readonly number[])[] => {
  let chosen: readonly (readonly number[])[] = [[]];
  for (const list of lists) {
    if (list.length === 1 && chosen.length === 1) {
      chosen = [[...(chosen[0] ?? []), ...list]];
      continue;
    }
    spend(budget, chosen.length * list.length);
    if (isSpent(budget)) return [];
    chosen = chosen.flatMap(some => list.map(one => [...some, one]));
  }
  return chosen;
};

const accepts = ({ positives, machines }: Search, { positions, states }: Node): boolean =>
  positives.every(({ codes }, at) => {
    const position = positions[at] ?? 0;
    return position === codes.length || (position === codes.length - 1 && codes[position] === star);
  }) && !machines.some((machine, at) => machine.ends(states[at] ?? 0));

const expand = (search: Search, node: Node): void => {
  const { positives, machines, budget, counted } = search;
  for (const move of subjectMovesFrom(node.phase, node.length, search.alphabet, search.separator)) {
    if (counted && isTooLong(move)) continue;
    const code = move.character.charCodeAt(0);
    spend(budget, 1 + positives.length + machines.length);
    const sets = positives.map((glob, at) => follow(glob, node.positions[at] ?? 0, code));
    if (sets.some(set => set.length === 0)) continue;
    const states = machines.map((machine, at) => machine.step(node.states[at] ?? 0, code));
    const text = node.text + move.character;
    for (const positions of choices(sets, budget))
      meet(search, { phase: move.phase, length: move.length, text, positions, states, isLeft: false });
  }
};

/** The cost of a node beside the steps that lead to it. */
const nodeCost = 10;

/** Queues a node, unless one that was met before is as good; those that it is better than are left. */
const meet = (search: Search, node: Node): void => {
  spend(search.budget, nodeCost);
  const key = `${node.phase} ${node.positions.join(' ')}`;
  const others = search.met.get(key);
  if (!others) search.met.set(key, [node]);
  else {
    if (others.some(other => isAsGood(search, other, node))) return;
    // A shorter text stays: the shortest is wanted.
    for (const other of others)
      if (other.text.length === node.text.length) other.isLeft ||= isAsGood(search, node, other);
    others.push(node);
  }
  search.queue.push(node);
};

const isAsGood = ({ machines, counted, budget }: Search, one: Node, other: Node): boolean => {
  spend(budget, 1);
  if (counted && one.length > other.length) return false;
  return machines.every((machine, at) => machine.isWithin(one.states[at] ?? 0, other.states[at] ?? 0));
};
