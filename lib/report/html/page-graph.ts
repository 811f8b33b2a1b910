import { roleNameOf } from '../../model/arn.ts';
import { given } from '../../text/given.ts';
import { visible } from '../../text/visible-text.ts';
import type { EdgeKind, EdgeState, GraphEdge, GraphNode, IdentityGraph, NodeKind, Presence } from '../graph-model.ts';

/** A node of the identity graph; its index in the list is its name in edges. What is left out is the usual: `read`, no
 *  findings. Without an `id`, it is a namespace or a service account, whose parents tell the id. */
export interface PageNode {
  readonly kind: NodeKind;
  readonly label: string;
  readonly accountId: string;
  readonly id?: string;
  readonly region?: string;
  readonly presence?: Presence;
  readonly severity?: GraphNode['severity'];
  readonly findings?: readonly string[];
}

/** An edge; `from` and `to` are indexes of nodes. Left out: the state `ok`. `label` is the subject pattern of a trust
 *  policy, or who says that a service account assumes a role. */
export interface PageEdge {
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  readonly state?: EdgeState;
  readonly label?: string;
}

/** The identity graph as the page draws it. */
export interface PageGraph {
  readonly nodes: readonly PageNode[];
  readonly edges: readonly PageEdge[];
}

/** A graph as the page draws it: edges name nodes by their place in the list. */
export const pageGraph = ({ nodes, edges }: IdentityGraph): PageGraph => {
  const indexes = new Map(nodes.map((node, index) => [node.id, index]));
  return {
    nodes: nodes.map(pageNode),
    edges: edges.flatMap(edge => {
      const [from, to] = [indexes.get(edge.from), indexes.get(edge.to)];
      return from === undefined || to === undefined ? [] : [pageEdge(edge, from, to)];
    }),
  };
};

const pageNode = (node: GraphNode): PageNode => ({
  kind: node.kind,
  label: visible(node.kind === 'role' ? roleNameOf(node.id) : node.label),
  accountId: visible(node.accountId),
  ...(node.clusterArn === undefined ? { id: visible(node.id) } : {}),
  ...(node.region === undefined ? {} : { region: visible(node.region) }),
  ...(node.presence === 'read' ? {} : { presence: node.presence }),
  ...given({ severity: node.severity }),
  ...(node.findings.length === 0 ? {} : { findings: node.findings.map(visible) }),
});

const pageEdge = (edge: GraphEdge, from: number, to: number): PageEdge => {
  const label = edge.pattern ?? edge.by;
  return {
    from,
    to,
    kind: edge.kind,
    ...(edge.state === 'ok' ? {} : { state: edge.state }),
    ...(label === undefined ? {} : { label: visible(label) }),
  };
};
