/** Shortest ways through the reach graph: certain ones before open ones. */
import type { ReachEdge, ReachGraph } from '../node/reach-graph.ts';

/** A way as its steps, in order. Certain if no step depends on anything. */
export interface Path {
  readonly steps: readonly ReachEdge[];
  readonly isCertain: boolean;
}

/** By graph: every question walks it. */
const byEnds = new WeakMap<ReachGraph, Record<'from' | 'to', ReadonlyMap<string, readonly ReachEdge[]>>>();

const endsOf = (graph: ReachGraph) => {
  const known = byEnds.get(graph) ?? {
    from: Map.groupBy(graph.edges, ({ from }) => from),
    to: Map.groupBy(graph.edges, ({ to }) => to),
  };
  byEnds.set(graph, known);
  return known;
};

/** The shortest way from a node to every node that can be reached, by the id of its end; the start is left out. */
export const pathsFrom = (graph: ReachGraph, start: string): ReadonlyMap<string, Path> => walk(graph, [start], 'from');

/** The shortest way from every node that can reach one of the ends, by the id of its start. */
export const pathsTo = (graph: ReachGraph, ends: readonly string[]): ReadonlyMap<string, Path> =>
  walk(graph, ends, 'to');

/** First over certain steps alone, then over all: a certain way is told before a shorter one that is open. */
const walk = (graph: ReachGraph, starts: readonly string[], near: 'from' | 'to'): ReadonlyMap<string, Path> => {
  const certain = search(graph, starts, near, edge => edge.depends === undefined);
  const open = search(graph, starts, near, () => true);
  const found = new Map<string, Path>();
  for (const id of certain.keys()) found.set(id, pathTo(id, certain, near, true));
  for (const id of open.keys()) if (!found.has(id)) found.set(id, pathTo(id, open, near, false));
  return found;
};

/** The edge by which each node is found first, by the id of the node. */
const search = (
  graph: ReachGraph,
  starts: readonly string[],
  near: 'from' | 'to',
  isTaken: (edge: ReachEdge) => boolean,
): ReadonlyMap<string, ReachEdge> => {
  const next = endsOf(graph)[near];
  const far = near === 'from' ? 'to' : 'from';
  const last = new Map<string, ReachEdge>();
  const seen = new Set(starts);
  for (const id of seen)
    for (const edge of next.get(id) ?? [])
      if (isTaken(edge) && !seen.has(edge[far])) {
        seen.add(edge[far]);
        last.set(edge[far], edge);
      }
  return last;
};

/** Its steps are put together when somebody asks for them: those of all ways at once would be the square of the longest. */
const pathTo = (id: string, last: ReadonlyMap<string, ReachEdge>, near: 'from' | 'to', isCertain: boolean): Path => ({
  isCertain,
  get steps() {
    return stepsTo(id, last, near);
  },
});

const stepsTo = (id: string, last: ReadonlyMap<string, ReachEdge>, near: 'from' | 'to'): readonly ReachEdge[] => {
  const steps: ReachEdge[] = [];
  for (let edge = last.get(id); edge !== undefined; edge = last.get(edge[near])) steps.push(edge);
  return near === 'from' ? steps.reverse() : steps;
};
