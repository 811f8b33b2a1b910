/**
 * Automata of patterns, determinized as far as they are walked. All texts without wildcards share one automaton (a trie),
 * so that a policy with hundreds of exact subjects stays one dimension of the product.
 */

import { anyOne, type Glob, star } from '../decide/glob.ts';
import { type Budget, spend } from './budget.ts';

/** A deterministic automaton. State 0 matches nothing any more, state 1 is the start. */
export interface Machine {
  readonly step: (state: number, code: number) => number;
  /** Whether the text that led to a state matches a pattern of this machine. */
  readonly matches: (state: number, glob: Glob) => boolean;
  /** Whether it matches any pattern of this machine. */
  readonly ends: (state: number) => boolean;
  /** The characters that may lead from a state elsewhere than every other one does. */
  readonly wanted: (state: number) => readonly number[];
  /** Whether every text that is matched from a state is matched from another one too. False also where that is not plain. */
  readonly isWithin: (state: number, other: number) => boolean;
}

/** The automaton of one pattern: its states are sets of positions, numbered as they are met. */
export const globMachine = ({ codes }: Glob, budget: Budget): Machine => {
  const sets: (readonly number[])[] = [[], closure(codes, [0])];
  const ids = new Map<string, number>([
    ['', 0],
    [(sets[1] ?? []).join(','), 1],
  ]);
  const steps = new Map<number, number>();
  const walk = (state: number, code: number): number => {
    const set = sets[state] ?? [];
    spend(budget, 2 * set.length + 1);
    const next = closure(codes, follow(codes, set, code));
    const key = next.join(',');
    const id = ids.get(key) ?? sets.length;
    if (id === sets.length) {
      ids.set(key, id);
      sets.push(next);
    }
    steps.set(state * 65_536 + code, id);
    return id;
  };
  const ends = (state: number): boolean => sets[state]?.at(-1) === codes.length;
  return {
    step: (state, code) => (state === 0 ? 0 : (steps.get(state * 65_536 + code) ?? walk(state, code))),
    matches: ends,
    ends,
    wanted: state => (sets[state] ?? []).flatMap(position => literalAt(codes, position)),
    isWithin: (state, other) => state === other || isSubset(sets[state] ?? [], sets[other] ?? [], budget),
  };
};

const literalAt = (codes: readonly number[], position: number): readonly number[] => {
  const code = codes[position];
  return code === undefined || code < 0 ? [] : [code];
};

/** Both are sorted. */
const isSubset = (some: readonly number[], all: readonly number[], budget: Budget): boolean => {
  if (some.length > all.length) return false;
  spend(budget, all.length);
  let at = 0;
  for (const position of all) if (position === some[at]) at += 1;
  return at === some.length;
};

const follow = (codes: readonly number[], set: readonly number[], code: number): readonly number[] => {
  const next: number[] = [];
  for (const position of set) {
    const wanted = codes[position];
    if (wanted === star) next.push(position);
    else if (wanted === anyOne || wanted === code) next.push(position + 1);
  }
  return next;
};

/** Adds the positions behind stars, which may match nothing. Both are sorted; the result is without repetition. */
const closure = (codes: readonly number[], positions: readonly number[]): readonly number[] => {
  const found: number[] = [];
  let last = -1;
  for (const position of positions) {
    if (position > last) found.push(position);
    last = Math.max(last, position);
    if (codes[position] !== star || position < last) continue;
    last = position + 1;
    found.push(last);
  }
  return found;
};

interface TrieNode {
  readonly children: Map<number, number>;
  literal?: string;
}

/** The automaton of many texts without wildcards. */
export const literalMachine = (literals: readonly string[]): Machine => {
  const nodes: TrieNode[] = [{ children: new Map() }, { children: new Map() }];
  for (const literal of literals) {
    let at = 1;
    for (let index = 0; index < literal.length; index += 1) {
      const code = literal.charCodeAt(index);
      const children = nodes[at]?.children;
      const child = children?.get(code) ?? nodes.length;
      if (child === nodes.length) {
        nodes.push({ children: new Map() });
        children?.set(code, child);
      }
      at = child;
    }
    const end = nodes[at];
    if (end) end.literal = literal;
  }
  return {
    step: (state, code) => nodes[state]?.children.get(code) ?? 0,
    matches: (state, glob) => nodes[state]?.literal === glob.text,
    ends: state => nodes[state]?.literal !== undefined,
    wanted: state => [...(nodes[state]?.children.keys() ?? [])],
    isWithin: (state, other) => state === 0 || state === other,
  };
};
