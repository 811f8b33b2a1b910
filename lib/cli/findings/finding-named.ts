import type { FindingQueries } from '../../audit/ports.ts';
import { isOpen } from '../../history/known-state.ts';
import type { KnownFinding } from '../../history/transition.ts';
import { type Finding, roleNameOf } from '../../model.ts';
import { focusGraph, type GraphFocus, isCauseFor } from '../../report/graph/graph-focus.ts';
import { idsWithPrefix } from '../../report/names.ts';
import type { RunReport } from '../../report/run-report.ts';
import { listed, shortListOf } from '../../text.ts';
import { focusOf, type NamedThings, refuseUnknownThings } from '../report/graph-names.ts';
import { UsageError } from '../shell/io.ts';
import { everyItem } from './every-item.ts';

/** The form of a finding's id, or of the beginning of one: a word that is typed as a message has another form. */
export const findingIdShape = /^[0-9a-f]{4,32}$/;

const wholeId = /^[0-9a-f]{32}$/;
/** Candidates that are named. */
const maxNamed = 5;
/** Findings that are read at once to find a beginning. */
const pageSize = 500;

/** The ids of findings, and of what is folded under them. */
export const idsOf = (findings: readonly Finding[]): readonly string[] =>
  findings.flatMap(({ id, explains }) => [id, ...explains.flatMap(folded => folded.id ?? [])]);

/** Whose findings a scan has, so that one of another account or region is not looked for in vain. */
export const scopeOfScan = ({ accounts }: Pick<RunReport, 'accounts'>): string => {
  const regions = [...new Set(accounts.flatMap(one => one.regions))];
  return `a scan of ${listed(
    accounts.map(({ accountId }) => `account ${accountId}`),
    3,
  )}${regions.length === 0 ? '' : ` in ${listed(regions, 5)}`}`;
};

/** The finding that an id or its beginning names: its own, or that of something folded under it. Throws `UsageError` where
 *  there is none, or where several begin so. `where` says what was searched. */
export const findingNamed = (prefix: string, findings: readonly Finding[], where: string): Finding => {
  const byId = new Map<string, Finding>();
  for (const finding of findings) {
    for (const { id } of finding.explains) if (!byId.has(id)) byId.set(id, finding);
    byId.set(finding.id, finding);
  }
  const [id, ...others] = idsWithPrefix(prefix, [...byId.keys()]);
  if (others.length > 0) throw ambiguous(prefix, [id ?? '', ...others], byId);
  const finding = id === undefined ? undefined : byId.get(id);
  if (finding === undefined) throw new UsageError(`finding ${prefix} not found in ${where}`);
  return finding;
};

const ambiguous = (prefix: string, ids: readonly string[], byId: ReadonlyMap<string, Finding>): Error => {
  const named = ids.map(id => `${id} (${byId.get(id)?.ruleId})`);
  return new UsageError(`several findings begin with ${prefix}: ${shortListOf(named, maxNamed)}`);
};

/** A finding of a deployed auditor by its id, by the beginning of it, or by the id of what is folded under it. A whole id
 *  is looked up; for the others all findings are read. Throws as `findingNamed` does. */
export const knownFindingNamed = async (
  prefix: string,
  queries: FindingQueries,
  where = 'the table',
): Promise<KnownFinding> => {
  const own = wholeId.test(prefix) ? await queries.show(prefix) : undefined;
  if (own !== undefined) return own;
  const all = await everyItem(pageSize, page => queries.list({}, page));
  // A folded finding counts only where its cause is still open.
  const searched = all.map(({ finding, status }) => (isOpen({ status }) ? finding : { ...finding, explains: [] }));
  const { id } = findingNamed(prefix, searched, where);
  const known = (await queries.show(id)) ?? all.find(({ finding }) => finding.id === id);
  if (known === undefined) throw new UsageError(`finding ${prefix} not found in ${where}`);
  return known;
};

/**
 * The findings that concern a subject: those of the things on the ways through it (a service account's cluster, the roles
 * that it can assume, their providers), and those that are about no particular thing. `clustersWithout`: ARNs of the clusters that
 * have the named service account without a role, which no graph has; then those of these clusters. Throws `UsageError` where
 * nothing of that name was read: no finding would look like health.
 */
export const findingsConcerning = (
  report: Pick<RunReport, 'findings' | 'gaps' | 'graph'>,
  names: NamedThings,
  clustersWithout: readonly string[] = [],
): readonly Finding[] => {
  const { graph = { nodes: [], edges: [] } } = report;
  // With gaps it may be among what could not be read.
  if (report.gaps.length === 0 && clustersWithout.length === 0) refuseUnknownThings(graph, names);
  const focus = focusOf(names);
  const { cluster, namespace, serviceAccount, role } = focus;
  const near = new Set(
    clustersWithout.length > 0 ? clustersWithout : focusGraph(graph, focus).nodes.map(node => node.id),
  );
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

/** True if no name of the finding is another one, or if it is the cause of what is wrong with the named service account: a policy
 *  that names another account in its place. */
export const agrees = (finding: Finding, focus: GraphFocus): boolean => {
  const { cluster, namespace, serviceAccount, role } = focus;
  const fits = (wanted: string | undefined, value: string | undefined): boolean =>
    wanted === undefined || value === undefined || value === wanted;
  return (
    fits(cluster, finding.clusterName) &&
    ((fits(serviceAccount, finding.serviceAccount) && fits(namespace, finding.namespace)) ||
      isCauseFor(finding, focus)) &&
    (finding.roleArn === undefined || fits(role, finding.roleArn) || fits(role, roleNameOf(finding.roleArn)))
  );
};
