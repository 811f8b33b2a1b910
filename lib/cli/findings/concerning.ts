import { roleNameOf } from '../../model/arn.ts';
import type { Finding } from '../../model/finding.ts';
import { focusGraph, type GraphFocus } from '../../report/graph-focus.ts';
import type { RunReport } from '../../report/run-report.ts';
import { focusOf, type NamedThings, refuseUnknownNames } from '../report/graph-names.ts';
import { UsageError } from '../shell/io.ts';

/**
 * The findings that concern a subject: those of the things on the ways through it (a service account's cluster, the roles
 * that it can assume, their providers), and those that are about no particular thing. Throws `UsageError` where nothing of
 * that name was read: no finding would look like health.
 */
export const findingsConcerning = (report: RunReport, names: NamedThings): readonly Finding[] => {
  const { graph = { nodes: [], edges: [] } } = report;
  // With gaps it may be among what could not be read.
  if (report.gaps.length === 0) refuseUnknownNames(graph, names);
  const focus = focusOf(names);
  const { cluster, namespace, serviceAccount, role } = focus;
  const near = new Set(focusGraph(graph, focus).nodes.map(node => node.id));
  if (near.size === 0)
    throw new UsageError(
      `explain: nothing read is in ${[cluster, namespace, serviceAccount, role].filter(Boolean).join(' and ')}`,
    );
  for (const edge of graph.edges) if (edge.kind === 'issues' && near.has(edge.from)) near.add(edge.to);
  const here = new Set(graph.nodes.filter(node => near.has(node.id)).flatMap(node => node.findings));
  const elsewhere = new Set(graph.nodes.filter(node => !near.has(node.id)).flatMap(node => node.findings));
  return report.findings.filter(
    finding => (here.has(finding.id) || !elsewhere.has(finding.id)) && agrees(finding, focus),
  );
};

/** True if no name of the finding is another one. */
const agrees = (finding: Finding, { cluster, namespace, serviceAccount, role }: GraphFocus): boolean => {
  const fits = (wanted: string | undefined, value: string | undefined): boolean =>
    wanted === undefined || value === undefined || value === wanted;
  return (
    fits(cluster, finding.clusterName) &&
    fits(serviceAccount, finding.serviceAccount) &&
    fits(namespace, finding.namespace) &&
    (finding.roleArn === undefined || fits(role, finding.roleArn) || fits(role, roleNameOf(finding.roleArn)))
  );
};
