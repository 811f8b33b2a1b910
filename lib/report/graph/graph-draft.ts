/** A graph in the making. */
import { compareText } from '../../text.ts';
import { type GraphEdge, type GraphNode, type IdentityGraph, nodeKinds, type Presence } from './graph-model.ts';

/** A graph in the making: nodes and edges by key, so that what is named twice stands once. */
export interface GraphDraft {
  readonly nodes: Map<string, GraphNode>;
  readonly edges: Map<string, GraphEdge>;
}

/** An empty draft. */
export const newDraft = (): GraphDraft => ({ nodes: new Map(), edges: new Map() });

const certainty: Readonly<Record<Presence, number>> = { named: 0, absent: 1, read: 2 };

/** Adds a node, or replaces one of which less was known: seen beats known to be absent beats named. */
export const addNode = (draft: GraphDraft, node: Omit<GraphNode, 'findings' | 'severity'>): void => {
  const known = draft.nodes.get(node.id);
  if (known && certainty[known.presence] >= certainty[node.presence]) return;
  draft.nodes.set(node.id, { ...node, findings: [] });
};

/** The name of an edge in a draft. */
export const edgeKey = ({ from, to, kind, pattern = '' }: Omit<GraphEdge, 'state'>): string =>
  JSON.stringify([from, to, kind, pattern]);

/** Adds an edge that is not there. */
export const addEdge = (draft: GraphDraft, edge: Omit<GraphEdge, 'state'> & Partial<GraphEdge>): void => {
  const key = edgeKey(edge);
  if (!draft.edges.has(key)) draft.edges.set(key, { state: 'ok', ...edge });
};

/** The draft as a graph: sorted, and without edges that lead nowhere. */
export const finish = (draft: GraphDraft): IdentityGraph => ({
  nodes: [...draft.nodes.values()].sort(
    (a, b) => nodeKinds.indexOf(a.kind) - nodeKinds.indexOf(b.kind) || compareText(a.id, b.id),
  ),
  edges: [...draft.edges]
    .filter(([, edge]) => draft.nodes.has(edge.from) && draft.nodes.has(edge.to))
    .sort(([a], [b]) => compareText(a, b))
    .map(([, edge]) => edge),
});
