/** The reach graph as data: part of a report of a run that read roles and bindings. */
import { clustersOf, type Facts } from '../../facts.ts';
import { type RoleLevel, valueOr } from '../../model.ts';
import { reachGraphOf } from '../../reach/graph/reach-of.ts';
import { levelOf } from '../../reach/level-of.ts';
import type { ReachEdge, ReachGraph, ReachNode } from '../../reach/node/reach-graph.ts';

/** Nodes, ways, what was not read, and the levels of roles by their ARNs. */
export interface ReachTable {
  readonly nodes: readonly ReachNode[];
  readonly edges: readonly ReachEdge[];
  readonly missing: ReachGraph['missing'];
  readonly elsewhere: ReachGraph['elsewhere'];
  readonly levels: Readonly<Record<string, RoleLevel['level']>>;
  /** Names of the clusters by their ARNs. */
  readonly clusters: Readonly<Record<string, string>>;
}

/** The table of these accounts. */
export const reachTableOf = (facts: readonly Facts[]): ReachTable => {
  const { nodes, edges, missing, elsewhere } = reachGraphOf(facts);
  return {
    nodes: [...nodes.values()],
    edges,
    missing,
    elsewhere,
    levels: Object.fromEntries(
      facts.flatMap(({ snapshot }) =>
        valueOr(snapshot.roles, [])
          .filter(({ arn }) => nodes.has(arn))
          .map(({ arn }) => [arn, levelOf(snapshot, arn).level]),
      ),
    ),
    clusters: Object.fromEntries(
      facts.flatMap(({ snapshot }) => clustersOf(snapshot).map(({ cluster }) => [cluster.arn, cluster.name])),
    ),
  };
};

/** True where roles and bindings of some cluster were asked for. */
export const asksReach = (facts: readonly Facts[]): boolean =>
  facts.some(({ snapshot }) =>
    clustersOf(snapshot).some(
      ({ kubernetes }) => kubernetes.status !== 'unavailable' && kubernetes.value.rbac !== undefined,
    ),
  );

/** The graph of a table. */
export const graphOfTable = ({ nodes, edges, missing, elsewhere }: ReachTable): ReachGraph => ({
  nodes: new Map(nodes.map(node => [node.id, node])),
  edges,
  missing,
  elsewhere,
});
