import { type Severity, severities } from '../../model.ts';
import type { EdgeKind, EdgeState, NodeKind, Presence } from '../graph/graph-model.ts';
import type { PageGraph, PageNode } from '../html/page-data.ts';

/** A node that knows its edges. */
export interface Node {
  readonly index: number;
  readonly kind: NodeKind;
  readonly label: string;
  readonly accountId: string;
  readonly id: string;
  readonly region: string;
  readonly presence: Presence;
  readonly severity: Severity | undefined;
  readonly findings: readonly string[];
  readonly out: LinkedEdge[];
  readonly in: LinkedEdge[];
}

/** An edge between two nodes. */
export interface LinkedEdge {
  readonly from: Node;
  readonly to: Node;
  readonly kind: EdgeKind;
  readonly state: EdgeState;
  readonly label: string;
  /** Why the role refuses, or why that is not decided; empty where nothing says so. */
  readonly because: string;
  /** Ids of the findings that make it broken or open. */
  readonly findings: readonly string[];
}

/** The identity graph in memory. */
export interface Graph {
  readonly nodes: readonly Node[];
  readonly edges: readonly LinkedEdge[];
}

/** The graph of the page's data, with every node tied to its edges. Edges to no node are left out. */
export const readGraph = (data: PageGraph): Graph => {
  const parents = new Map<number, number>();
  for (const { from, to, kind } of data.edges) if (kind === 'contains') parents.set(to, from);
  const nodes = data.nodes.map(
    (node, index): Node => ({
      index,
      kind: node.kind,
      label: node.label,
      accountId: node.accountId,
      id: idOf(data.nodes, parents, index),
      region: node.region ?? '',
      presence: node.presence ?? 'read',
      severity: node.severity,
      findings: node.findings ?? [],
      out: [],
      in: [],
    }),
  );
  const edges = data.edges.flatMap((edge): readonly LinkedEdge[] => {
    const [from, to] = [nodes[edge.from], nodes[edge.to]];
    if (from === undefined || to === undefined) return [];
    const { kind, state = 'ok', label = '', because = '', findings = [] } = edge;
    return [{ from, to, kind, state, label, because, findings }];
  });
  for (const edge of edges) {
    edge.from.out.push(edge);
    edge.to.in.push(edge);
  }
  return { nodes, edges };
};

/** Namespaces and service accounts carry no id of their own: it is made from what contains them. */
const idOf = (nodes: readonly PageNode[], parents: ReadonlyMap<number, number>, index: number): string => {
  const node = nodes[index];
  if (node?.id !== undefined) return node.id;
  const parent = parents.get(index);
  if (node === undefined || parent === undefined) return '';
  if (node.kind === 'namespace') return `${idOf(nodes, parents, parent)}/namespace/${node.label}`;
  const cluster = parents.get(parent);
  return `${cluster === undefined ? '' : idOf(nodes, parents, cluster)}/serviceaccount/${nodes[parent]?.label}/${node.label}`;
};

/** Everything on a way through one of the nodes. The edge from a cluster to its provider is no way. */
export const through = (starts: Iterable<Node>): ReadonlySet<Node> => {
  const [after, before] = [new Set(starts), new Set(starts)];
  for (const node of after) for (const edge of node.out) if (edge.kind !== 'issues') after.add(edge.to);
  for (const node of before) for (const edge of node.in) if (edge.kind !== 'issues') before.add(edge.from);
  return new Set([...after, ...before]);
};

/** True for an edge that is shown as broken or too open. */
export const isTrouble = ({ state }: LinkedEdge): boolean => state === 'broken' || state === 'open';

/** Nodes with findings, and the ends of edges in trouble that say most. */
export const troubledOf = ({ nodes, edges }: Graph): readonly Node[] => [
  ...nodes.filter(node => node.findings.length > 0),
  ...edges.filter(isTrouble).map(({ kind, from, to }) => (kind === 'assumes' || kind === 'trusts' ? from : to)),
];

/** Which edges lead from a node to what is needed to understand it. */
const explaining: Readonly<Record<NodeKind, { readonly in: readonly EdgeKind[]; readonly out: readonly EdgeKind[] }>> =
  {
    cluster: { in: [], out: [] },
    namespace: { in: ['contains'], out: [] },
    'service-account': { in: ['contains'], out: ['assumes'] },
    role: { in: ['assumes', 'admits'], out: ['trusts'] },
    provider: { in: ['issues'], out: [] },
  };

/** Nodes with what is needed to understand them: where they lie and which role they assume, not their neighbours. */
export const around = (starts: Iterable<Node>): ReadonlySet<Node> => {
  const kept = new Set(starts);
  for (const node of kept) {
    for (const edge of node.in) if (explaining[node.kind].in.includes(edge.kind)) kept.add(edge.from);
    for (const edge of node.out) if (explaining[node.kind].out.includes(edge.kind)) kept.add(edge.to);
  }
  return kept;
};

/** Orders nodes by the worst finding on them or on what hangs on them, then by name. */
export const nodesWorstFirst = ({ nodes }: Graph): ((a: Node, b: Node) => number) => {
  const known = new Map<Node, number>();
  const worstOf = (node: Node): number => {
    const earlier = known.get(node);
    if (earlier !== undefined) return earlier;
    const own = node.severity === undefined ? severities.length : severities.indexOf(node.severity);
    const below = node.out.filter(({ kind }) => hanging.has(kind)).map(({ to }) => worstOf(to));
    const worst = Math.min(own, ...below);
    known.set(node, worst);
    return worst;
  };
  for (const node of nodes) worstOf(node);
  return (a, b) => worstOf(a) - worstOf(b) || (a.label < b.label ? -1 : a.label > b.label ? 1 : a.index - b.index);
};

const hanging: ReadonlySet<EdgeKind> = new Set(['contains', 'assumes', 'admits']);
