import { serviceAccountSubjectId } from '../../facts/subject-ids.ts';
import { atLeast, type Finding, worst } from '../../model/finding.ts';
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
  return { nodes, edges: graph.edges.map(edge => ({ ...edge, state: stateOf(edge, byId, byNode, admitting) })) };
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

/** `admitting` names roles that a pattern opens: there the pattern's own edge is the open one, not the provider's. */
const stateOf = (
  edge: GraphEdge,
  nodes: ReadonlyMap<string, GraphNode>,
  byNode: ByNode,
  admitting: ReadonlySet<string>,
): EdgeState => {
  const ends = [nodes.get(edge.from), nodes.get(edge.to)];
  if (edge.kind === 'contains') return 'ok';
  if (ends.some(end => end?.presence === 'absent')) return 'broken';
  if (edge.kind === 'issues') return has(byNode, edge.to, 'breaks') ? 'broken' : 'ok';
  if (has(byNode, edge.from, 'breaks') && edge.kind !== 'admits') return 'broken';
  if (has(byNode, edge.to, 'breaks')) return 'broken';
  if (edge.kind === 'admits') return has(byNode, edge.to, 'exposes') ? 'open' : 'ok';
  if (edge.kind === 'trusts' && has(byNode, edge.from, 'exposes') && !admitting.has(edge.from)) return 'open';
  return ends.some(end => end?.presence === 'named') ? 'unknown' : 'ok';
};

/** True if a finding above `info` of this impact lies on the node. */
const has = (byNode: ByNode, id: string, impact: Finding['impact']): boolean =>
  byNode.get(id)?.some(finding => finding.impact === impact && atLeast(finding.severity, 'low')) ?? false;
