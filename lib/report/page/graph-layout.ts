import type { EdgeKind } from '../graph/graph-model.ts';
import type { Graph, Node } from './graph.ts';

/** Rows of a node, counted from 0: a cluster or namespace spans those of what it contains. */
interface Rows {
  readonly first: number;
  readonly last: number;
}

/** Where each node stands, and how many rows there are. */
export interface Layout {
  readonly rows: ReadonlyMap<Node, Rows>;
  readonly count: number;
}

type Order = (a: Node, b: Node) => number;

/** A layout that is being made. `next` is the first row that nothing stands in. */
interface Placing {
  readonly kept: ReadonlySet<Node>;
  readonly order: Order;
  readonly rows: Map<Node, Rows>;
  next: number;
}

/** Ends of a node's edges of one kind, in order. */
export const childrenOf = (node: Node, kind: EdgeKind, kept: ReadonlySet<Node>, order: Order): readonly Node[] =>
  node.out
    .filter(edge => edge.kind === kind && kept.has(edge.to))
    .map(edge => edge.to)
    .sort(order);

/** Gives every kept node its rows. Rows are service accounts; a role stands in the row of the first one that uses it, so
 *  most edges are short and level. The same graph always gives the same picture. */
export const layOut = ({ nodes }: Graph, kept: ReadonlySet<Node>, order: Order): Layout => {
  const placing: Placing = { kept, order, rows: new Map(), next: 0 };
  for (const cluster of nodes.filter(node => node.kind === 'cluster' && kept.has(node)).sort(order))
    placeCluster(placing, cluster);
  const left = () => nodes.filter(node => kept.has(node) && !placing.rows.has(node));
  for (const provider of left()
    .filter(node => node.kind === 'provider')
    .sort(order))
    placeProvider(placing, provider);
  for (const node of left()) placeInNextRow(placing, node);
  return { rows: placing.rows, count: placing.next };
};

const placeInNextRow = (placing: Placing, node: Node): void => {
  placing.rows.set(node, { first: placing.next, last: placing.next });
  placing.next += 1;
};

const placeCluster = (placing: Placing, cluster: Node): void => {
  const first = placing.next;
  placing.rows.set(cluster, { first, last: first });
  placeAdmitted(placing, cluster);
  for (const namespace of childrenOf(cluster, 'contains', placing.kept, placing.order))
    placeNamespace(placing, namespace);
  const providers = childrenOf(cluster, 'issues', placing.kept, placing.order).filter(
    provider => !placing.rows.has(provider),
  );
  placing.next = Math.max(placing.next, first + Math.max(1, providers.length));
  placing.rows.set(cluster, { first, last: placing.next - 1 });
  for (const [place, provider] of providers.entries())
    placing.rows.set(provider, { first: first + place, last: placing.next - providers.length + place });
};

const placeNamespace = (placing: Placing, namespace: Node): void => {
  const first = placing.next;
  placeAdmitted(placing, namespace);
  for (const account of childrenOf(namespace, 'contains', placing.kept, placing.order)) {
    const row = placing.next;
    placing.rows.set(account, { first: row, last: row });
    for (const role of childrenOf(account, 'assumes', placing.kept, placing.order))
      if (!placing.rows.has(role)) placeInNextRow(placing, role);
    placing.next = Math.max(placing.next, row + 1);
  }
  placing.next = Math.max(placing.next, first + 1);
  placing.rows.set(namespace, { first, last: placing.next - 1 });
};

/** Roles that a whole cluster or namespace may assume, and no service account by its name. */
const placeAdmitted = (placing: Placing, owner: Node): void => {
  const isNamed = (role: Node): boolean => role.in.some(edge => edge.kind === 'assumes' && placing.kept.has(edge.from));
  for (const role of childrenOf(owner, 'admits', placing.kept, placing.order))
    if (!placing.rows.has(role) && !isNamed(role)) placeInNextRow(placing, role);
};

/** A provider of no cluster, with the roles that trust it. */
const placeProvider = (placing: Placing, provider: Node): void => {
  const first = placing.next;
  const roles = provider.in
    .filter(edge => edge.kind === 'trusts' && placing.kept.has(edge.from))
    .map(edge => edge.from)
    .sort(placing.order);
  for (const role of roles) if (!placing.rows.has(role)) placeInNextRow(placing, role);
  placing.next = Math.max(placing.next, first + 1);
  placing.rows.set(provider, { first, last: placing.next - 1 });
};
