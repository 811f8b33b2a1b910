import { clustersOf, type Facts } from '../../facts.ts';
import { valueOr } from '../../model.ts';
import { focusGraph } from '../../report/graph/graph-focus.ts';
import { type IdentityGraph, stepCoverageOf } from '../../report/graph/graph-model.ts';
import { withGraph } from '../../report/graph/with-graph.ts';
import { otherRegions } from '../../report/overview/coverage.ts';
import type { RunReport } from '../../report/run-report.ts';
import type { Audited } from '../scan/audit-session.ts';

/** The clusters that a question is about; `isAll` where it asks for nothing else. */
interface AskedClusters {
  readonly names: readonly string[] | undefined;
  readonly isAll: boolean;
}

/** A part that a filter left out would look healthy in a picture: then there is none, and the output says only how much
 *  was checked. A question about some clusters has the coverage and the counts of these, and their picture where it asks for nothing else. */
export const drawnReport = (
  report: RunReport,
  { report: whole, facts }: Audited,
  { names, isAll }: AskedClusters = { names: undefined, isAll: true },
): RunReport => {
  const isFiltered = report.findings.length < whole.findings.length || report.undecided.length < whole.undecided.length;
  const { graph, access, ...bare } = withGraph(report, facts);
  if (graph === undefined || access === undefined) return bare;
  if (names !== undefined) {
    const { graph: picture, ...sized } = ofClusters(bare, graph, names, facts);
    return isAll ? { ...sized, graph: picture } : sized;
  }
  if (!isFiltered) return { ...bare, graph, access };
  // The sentence is made of the graph: a filter must not make an audit look whole.
  return { ...bare, notes: [...bare.notes, ...otherRegions({ ...bare, graph }).map(text => `not checked: ${text}`)] };
};

const ofClusters = (report: RunReport, whole: IdentityGraph, names: readonly string[], facts: readonly Facts[]) => {
  const parts = names.map(cluster => focusGraph(whole, { cluster }));
  const kept = new Set(parts.flatMap(part => part.nodes.map(({ id }) => id)));
  const graph = {
    nodes: whole.nodes.filter(({ id }) => kept.has(id)),
    edges: whole.edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
  const insides = facts
    .flatMap(({ snapshot }) => clustersOf(snapshot))
    .filter(({ cluster }) => names.includes(cluster.name))
    .flatMap(({ kubernetes }) => (kubernetes.status === 'unavailable' ? [] : [kubernetes.value]));
  const count = (kind: 'cluster' | 'provider' | 'role'): number =>
    graph.nodes.filter(node => node.kind === kind && node.presence === 'read').length;
  return {
    ...report,
    graph,
    coverage: stepCoverageOf(graph),
    counts: {
      ...{ clusters: count('cluster'), providers: count('provider'), roles: count('role'), irsaRoles: count('role') },
      serviceAccounts: insides.reduce((sum, { serviceAccounts }) => sum + valueOr(serviceAccounts, []).length, 0),
      pods: insides.reduce((sum, { pods }) => sum + valueOr(pods, []).length, 0),
    },
  };
};
