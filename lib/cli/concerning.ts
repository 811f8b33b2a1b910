import { roleNameOf } from '../core/model/arn.ts';
import type { Finding } from '../core/model/finding.ts';
import { focusGraph } from '../core/report/graph-focus.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { UsageError } from './io.ts';

/** A place that a person names; all that is given must hold. */
export interface ReportFocus {
  readonly cluster?: string;
  readonly namespace?: string;
  /** Name, or namespace/name. */
  readonly serviceAccount?: string;
  /** Name or ARN. */
  readonly role?: string;
}

/**
 * The findings that concern a place: those of the things on the ways through it (a service account's cluster, the roles
 * that it may become, their providers), and those of nothing in particular. Throws `UsageError` where nothing of that name
 * was read: no finding of it would look like health.
 */
export const findingsConcerning = (report: RunReport, place: ReportFocus): readonly Finding[] => {
  const { graph = { nodes: [], edges: [] } } = report;
  const [serviceAccount, space] = (place.serviceAccount ?? '').split('/').reverse();
  const namespace = space ?? place.namespace;
  const { cluster, role } = place;
  const focus = { cluster, namespace, role, ...(serviceAccount === '' ? {} : { serviceAccount }) };
  const near = new Set(focusGraph(graph, focus).nodes.map(node => node.id));
  if (near.size === 0)
    throw new UsageError(
      `explain: got ${wordsOf(place)}, wanted what the audit read; is the name right, and was the inside of the cluster read (--in-cluster or --context)?`,
    );
  for (const edge of graph.edges) if (edge.kind === 'issues' && near.has(edge.from)) near.add(edge.to);
  const here = new Set(graph.nodes.filter(node => near.has(node.id)).flatMap(node => node.findings));
  const elsewhere = new Set(graph.nodes.filter(node => !near.has(node.id)).flatMap(node => node.findings));
  return report.findings.filter(
    finding =>
      (here.has(finding.id) || !elsewhere.has(finding.id)) && agrees(finding, { ...focus, serviceAccount, namespace }),
  );
};

const wordsOf = ({ cluster, namespace, serviceAccount, role }: ReportFocus): string =>
  Object.entries({ cluster, namespace, 'service account': serviceAccount, role })
    .flatMap(([what, name]) => (name === undefined ? [] : [`${what} "${name}"`]))
    .join(', ');

/** What a finding names is not another. */
const agrees = (finding: Finding, place: { readonly [name in keyof ReportFocus]?: string | undefined }): boolean => {
  const { cluster, namespace, serviceAccount = '', role } = place;
  const fits = (wanted: string | undefined, value: string | undefined): boolean =>
    wanted === undefined || wanted === '' || value === undefined || value === wanted;
  return (
    fits(cluster, finding.clusterName) &&
    fits(serviceAccount, finding.serviceAccount) &&
    fits(namespace, finding.namespace) &&
    (finding.roleArn === undefined || fits(role, finding.roleArn) || fits(role, roleNameOf(finding.roleArn)))
  );
};
