import { serviceAccountSubjectId } from '../../facts.ts';
import { atLeast, type Finding, worst } from '../../model.ts';
import type { EdgeState, GraphEdge, GraphNode, IdentityGraph } from './graph-model.ts';

/** Findings of one node, in the order of the report: worst first. */
type ByNode = ReadonlyMap<string, readonly Finding[]>;

/** Puts findings on their nodes and gives each edge its state. Waived findings colour nothing. */
export const judgeGraph = (graph: IdentityGraph, findings: readonly Finding[]): IdentityGraph => {
  const ids = new Set(graph.nodes.map(node => node.id));
  const issuers = new Map(
    graph.nodes.flatMap(node => (node.kind === 'cluster' && node.issuer ? [[node.issuer, node.id]] : [])),
  );
  const byNode = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.waiver !== undefined) continue;
    const id = nodeOf(finding, ids, issuers);
    if (id !== undefined) byNode.set(id, [...(byNode.get(id) ?? []), finding]);
  }
  const nodes = graph.nodes.map(node => judgeNode(node, byNode));
  const byId = new Map(nodes.map(node => [node.id, node]));
  const admitting = new Set(graph.edges.filter(edge => edge.kind === 'admits').map(edge => edge.to));
  return { nodes, edges: graph.edges.map(edge => ({ ...edge, ...judgeEdge(edge, byId, byNode, admitting) })) };
};

/** The node that a finding lies on: its subject; for pods their service account; for a webhook or issuer its cluster. */
const nodeOf = (
  finding: Finding,
  ids: ReadonlySet<string>,
  issuers: ReadonlyMap<string, string>,
): string | undefined => {
  const { subject, clusterArn, namespace, serviceAccount, issuer } = finding;
  const account =
    clusterArn && namespace && serviceAccount
      ? serviceAccountSubjectId(clusterArn, namespace, serviceAccount)
      : undefined;
  const candidates = [subject, account, clusterArn, issuer === undefined ? undefined : issuers.get(issuer)];
  return candidates.find(id => id !== undefined && ids.has(id));
};

const judgeNode = (node: GraphNode, byNode: ByNode): GraphNode => {
  const findings = byNode.get(node.id) ?? [];
  const [first, ...others] = findings.map(({ severity }) => severity);
  const ids = findings.map(({ id }) => id);
  return { ...node, findings: ids, ...(first === undefined ? {} : { severity: others.reduce(worst, first) }) };
};

/** The state of an edge, with the findings that make it so. `admitting` names roles that a pattern opens: there the
 *  pattern's own edge is the open one, not the provider's. */
const judgeEdge = (
  { kind, from, to, state }: GraphEdge,
  nodes: ReadonlyMap<string, GraphNode>,
  byNode: ByNode,
  admitting: ReadonlySet<string>,
): Pick<GraphEdge, 'state' | 'findings'> => {
  if (kind === 'contains') return { state: 'ok' };
  const ends = [nodes.get(from), nodes.get(to)];
  const own = kind === 'issues' || kind === 'admits' ? [] : idsOf(byNode, from, 'breaks');
  const breaking = [...own, ...idsOf(byNode, to, 'breaks')];
  if (breaking.length > 0 || ends.some(end => end?.presence === 'absent')) return withFindings('broken', breaking);
  if (kind === 'issues') return { state: 'ok' };
  const opening =
    kind === 'admits'
      ? idsOf(byNode, to, 'exposes')
      : kind === 'trusts' && !admitting.has(from)
        ? idsOf(byNode, from, 'exposes')
        : [];
  if (opening.length > 0) return withFindings('open', opening);
  const isNamed = kind !== 'admits' && ends.some(end => end?.presence === 'named');
  return { state: isNamed && state === 'ok' ? 'unknown' : state };
};

const withFindings = (state: EdgeState, findings: readonly string[]): Pick<GraphEdge, 'state' | 'findings'> => ({
  state,
  ...(findings.length === 0 ? {} : { findings }),
});

/** Findings above `info` of this impact on the node. */
const idsOf = (byNode: ByNode, id: string, impact: Finding['impact']): readonly string[] =>
  (byNode.get(id) ?? [])
    .filter(finding => finding.impact === impact && atLeast(finding.severity, 'low'))
    .map(finding => finding.id);
