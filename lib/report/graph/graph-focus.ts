import { parseSubject } from '../../facts.ts';
import type { Finding } from '../../model.ts';
import type { GraphEdge, GraphNode, IdentityGraph } from './graph-model.ts';

/** The part of a graph to show. Names are exact. */
export interface GraphFocus {
  readonly cluster?: string | undefined;
  readonly namespace?: string | undefined;
  readonly serviceAccount?: string | undefined;
  /** Name or ARN. */
  readonly role?: string | undefined;
  readonly problemsOnly?: boolean | undefined;
}

/** The part of a graph that lies on a way through every named thing; with `problemsOnly`, only nodes with findings, ends
 *  of broken and open edges, and what is needed to understand them. */
export const focusGraph = (graph: IdentityGraph, focus: GraphFocus): IdentityGraph => {
  const wanted: ((node: GraphNode) => boolean)[] = [];
  if (focus.cluster !== undefined) wanted.push(node => node.kind === 'cluster' && node.label === focus.cluster);
  if (focus.namespace !== undefined) wanted.push(node => node.kind === 'namespace' && node.label === focus.namespace);
  if (focus.serviceAccount !== undefined)
    wanted.push(node => node.kind === 'service-account' && node.label === focus.serviceAccount);
  if (focus.role !== undefined)
    wanted.push(node => node.kind === 'role' && (node.label === focus.role || node.id === focus.role));
  const part = focus.problemsOnly === true ? keepTrouble(graph) : graph;
  return wanted.reduce(keepThrough, part);
};

const isProblem = (edge: GraphEdge): boolean => edge.state === 'broken' || edge.state === 'open';

/** Which edges to follow from a troubled node: where it lies and which role it assumes, not its neighbours. */
const follow: Readonly<Record<GraphNode['kind'], readonly (readonly ['from' | 'to', GraphEdge['kind']])[]>> = {
  cluster: [],
  namespace: [['to', 'contains']],
  'service-account': [
    ['to', 'contains'],
    ['from', 'assumes'],
  ],
  role: [
    ['to', 'assumes'],
    ['to', 'admits'],
    ['from', 'trusts'],
  ],
  provider: [['to', 'issues']],
};

const keepTrouble = (graph: IdentityGraph): IdentityGraph => {
  const nodes = new Map(graph.nodes.map(node => [node.id, node]));
  const kept = new Set(graph.nodes.filter(node => node.findings.length > 0).map(node => node.id));
  for (const edge of graph.edges.filter(isProblem))
    kept.add(edge.kind === 'assumes' || edge.kind === 'trusts' ? edge.from : edge.to);
  const near = { from: Map.groupBy(graph.edges, edge => edge.from), to: Map.groupBy(graph.edges, edge => edge.to) };
  for (const id of kept) {
    const ways = [nodes.get(id)].filter(node => node !== undefined).flatMap(node => follow[node.kind]);
    for (const [side, kind] of ways)
      for (const edge of near[side].get(id) ?? [])
        if (edge.kind === kind) kept.add(side === 'from' ? edge.to : edge.from);
  }
  return restrict(graph, kept);
};

const restrict = (graph: IdentityGraph, kept: ReadonlySet<string>): IdentityGraph => ({
  nodes: graph.nodes.filter(node => kept.has(node.id)),
  edges: graph.edges.filter(edge => kept.has(edge.from) && kept.has(edge.to)),
});

/** Nodes that match the filter, everything before them and everything after them. */
const keepThrough = (graph: IdentityGraph, filter: (node: GraphNode) => boolean): IdentityGraph => {
  const start = graph.nodes.filter(filter).map(node => node.id);
  const edges = graph.edges.filter(edge => edge.kind !== 'issues');
  const kept = new Set([...walk(start, edges, 'from', 'to'), ...walk(start, edges, 'to', 'from')]);
  return restrict(graph, kept);
};

const walk = (
  start: readonly string[],
  edges: readonly GraphEdge[],
  near: 'from' | 'to',
  far: 'from' | 'to',
): ReadonlySet<string> => {
  const next = Map.groupBy(edges, edge => edge[near]);
  const seen = new Set(start);
  for (const id of seen) for (const edge of next.get(id) ?? []) seen.add(edge[far]);
  return seen;
};

/** True if something is folded under the finding that is wrong with the named service account. */
export const isCauseFor = (
  { explains }: Finding,
  { namespace, serviceAccount }: Pick<GraphFocus, 'namespace' | 'serviceAccount'>,
): boolean =>
  serviceAccount !== undefined &&
  explains.some(({ subject }) => {
    const of = parseSubject(subject);
    return (
      (of.kind === 'service-account' || of.kind === 'pod') &&
      of.serviceAccount === serviceAccount &&
      (namespace === undefined || of.namespace === namespace)
    );
  });
