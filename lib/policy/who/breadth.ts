/** How wide a set of subjects is, by its language: which namespaces it has names in, and of which nearly all. */
import type { Formula } from '../decide/formula.ts';
import type { Budget } from './budget.ts';
import { hasCycle, reaching } from './graph-walk.ts';
import { isNamespaceEnd, type NamespaceGraph, type NamespaceNode, namespaceGraph } from './namespace-graph.ts';
import { maxNamespaceLength } from './subject-grammar.ts';

/**
 * `namespaces-open`: the namespaces of the set are infinitely many, or every one of some length of three or more. Whoever
 * creates a namespace of such a name, or works in one, has the role. With `isNamed` all of these begin, or all of them end,
 * with three characters that the policy writes (`team-*`). `whole-namespaces`: all accounts of these namespaces, present
 * and future, but finitely many (names, with `?` for any letter; sorted, at most 100). `broad`: neither.
 */
export interface Breadth {
  readonly kind: 'namespaces-open' | 'whole-namespaces' | 'broad';
  readonly namespaces: readonly string[];
  readonly isNamed: boolean;
}

const open = (isNamed: boolean): Breadth => ({ kind: 'namespaces-open', namespaces: [], isNamed });
const broad: Breadth = { kind: 'broad', namespaces: [], isNamed: false };

/** The breadth of a set; undefined where the budget did not suffice to tell. */
export const breadthOf = (formula: Formula, budget: Budget): Breadth | undefined => {
  const graph = namespaceGraph(formula, budget);
  if (!graph) return undefined;
  const { nodes } = graph;
  const live = reaching(nodes, node => node.hasSome);
  const isInfinite = hasCycle(nodes, live);
  if (isOpenToAll(graph, isInfinite)) return open(false);
  if (isInfinite) return open(isPrefixed(graph, live) || isSuffixed(graph, live));
  const namespaces = wholeNames(graph);
  return namespaces.length > 0 ? { kind: 'whole-namespaces', namespaces, isNamed: true } : broad;
};

/** All namespaces but finitely many, or every one of a length of three or more. */
const isOpenToAll = ({ nodes }: NamespaceGraph, isInfinite: boolean): boolean => {
  const lacking = reaching(nodes, node => isNamespaceEnd(node) && !node.hasSome);
  if (isInfinite && !hasCycle(nodes, lacking)) return true;
  let level = new Set([0]);
  for (let length = 1; length <= maxNamespaceLength; length += 1) {
    level = new Set([...level].flatMap(at => [...(nodes[at]?.next.values() ?? [])]));
    const ends = [...level].flatMap(at => nodes[at] ?? []).filter(isNamespaceEnd);
    if (length >= 3 && ends.length > 0 && ends.every(node => node.hasSome)) return true;
  }
  return false;
};

/** Three characters that a policy writes: fewer combinations than one character has. */
const written = 3;
const fewerThanAny = 36;

/** How many characters a letter of the alphabet stands for. */
const weightOf = ({ letters, other }: NamespaceGraph, character: string): number =>
  character === other ? 36 - (letters.length - 1) : 1;

/** All but finitely many of the namespaces begin with three characters that are written. */
const isPrefixed = (graph: NamespaceGraph, live: ReadonlySet<number>): boolean => {
  const { nodes } = graph;
  const endless = reaching(nodes, (_, at) => live.has(at) && isOnCycle(graph, live, at));
  let counts = new Map([[0, 1]]);
  for (let length = 0; length < written; length += 1) {
    const next = new Map<number, number>();
    for (const [at, count] of counts)
      for (const [character, to] of nodes[at]?.next ?? [])
        if (endless.has(to)) next.set(to, (next.get(to) ?? 0) + count * weightOf(graph, character));
    counts = next;
  }
  return [...counts.values()].reduce((sum, count) => sum + count, 0) < fewerThanAny;
};

/** All but finitely many of them end with three characters that are written. */
const isSuffixed = (graph: NamespaceGraph, live: ReadonlySet<number>): boolean => {
  const ends = new Set<string>();
  let weight = 0;
  for (const [at] of graph.nodes.entries()) {
    if (!live.has(at) || !isBehindCycle(graph, live, at)) continue;
    for (const [end, ofEnd] of endsFrom(graph, at, written)) {
      if (!ends.has(end)) weight += ofEnd;
      ends.add(end);
      if (weight >= fewerThanAny) return false;
    }
  }
  return ends.size > 0;
};

/** The last characters of namespaces of the set that go on from a node with just so many, and how many each stands for. */
const endsFrom = (graph: NamespaceGraph, at: number, length: number): ReadonlyMap<string, number> => {
  const node = graph.nodes[at];
  if (length === 0) return new Map(node?.hasSome ? [['', 1]] : []);
  const found = new Map<string, number>();
  for (const [character, to] of node?.next ?? []) {
    for (const [end, weight] of endsFrom(graph, to, length - 1))
      found.set(character + end, weight * weightOf(graph, character));
    if (found.size >= fewerThanAny) return found;
  }
  return found;
};

const cycles = new WeakMap<NamespaceGraph, ReadonlySet<number>>();

/** The nodes that lie on a cycle among live ones. */
const onCycles = (graph: NamespaceGraph, live: ReadonlySet<number>): ReadonlySet<number> => {
  const known = cycles.get(graph);
  if (known) return known;
  const found = new Set([...live].filter(at => walkFrom(graph, live, targets(graph, live, at)).has(at)));
  cycles.set(graph, found);
  return found;
};

const isOnCycle = (graph: NamespaceGraph, live: ReadonlySet<number>, at: number): boolean =>
  onCycles(graph, live).has(at);

const behind = new WeakMap<NamespaceGraph, ReadonlySet<number>>();

const isBehindCycle = (graph: NamespaceGraph, live: ReadonlySet<number>, at: number): boolean => {
  const known = behind.get(graph) ?? walkFrom(graph, live, [...onCycles(graph, live)]);
  behind.set(graph, known);
  return known.has(at);
};

const targets = ({ nodes }: NamespaceGraph, live: ReadonlySet<number>, at: number): readonly number[] =>
  [...new Set(nodes[at]?.next.values())].filter(to => live.has(to));

const walkFrom = (graph: NamespaceGraph, live: ReadonlySet<number>, from: readonly number[]): ReadonlySet<number> => {
  const seen = new Set(from);
  const pending = [...from];
  for (let at = pending.pop(); at !== undefined; at = pending.pop())
    for (const to of targets(graph, live, at))
      if (!seen.has(to)) {
        seen.add(to);
        pending.push(to);
      }
  return seen;
};

/** Names that are listed at most. */
const maxNames = 100;

/** The names of the namespaces of which the set has nearly every account. The letter that stands for all others is a wildcard's. */
const wholeNames = ({ nodes, other }: NamespaceGraph): readonly string[] => {
  const whole = reaching(nodes, node => node.isWhole);
  const found: string[] = [];
  const pending: { readonly at: number; readonly name: string }[] = whole.has(0) ? [{ at: 0, name: '' }] : [];
  for (let item = pending.pop(); item && found.length < maxNames; item = pending.pop()) {
    const node: NamespaceNode | undefined = nodes[item.at];
    if (!node || item.name.length > maxNamespaceLength) continue;
    if (node.isWhole) found.push(item.name);
    const anyLetter = other === undefined ? undefined : node.next.get(other);
    if (anyLetter !== undefined && whole.has(anyLetter)) pending.push({ at: anyLetter, name: `${item.name}?` });
    for (const [letter, to] of node.next)
      if (whole.has(to) && to !== anyLetter) pending.push({ at: to, name: item.name + letter });
  }
  return found.filter(name => !found.some(other => other !== name && isOneOf(name, other))).sort();
};

const isOneOf = (name: string, pattern: string): boolean =>
  name.length === pattern.length && [...pattern].every((letter, at) => letter === '?' || letter === name[at]);
