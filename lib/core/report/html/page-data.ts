import { roleNameOf } from '../../model/arn.ts';
import { type Finding, severities, whereRead } from '../../model/finding.ts';
import { cut, embeddableJson, visible, visibleLines } from '../../text/visible-text.ts';
import { edgeKinds, edgeStates, type IdentityGraph, nodeKinds, presences } from '../graph-model.ts';
import type { RunReport } from '../run-report.ts';

/** A page with more findings than this is too large to open; the rest are counted and stand in the JSON format. */
const maxFindings = 5_000;

/** What the page's script works on, as JSON that is safe inside a script element. All text was made visible. */
export const pageData = (report: RunReport): string =>
  embeddableJson({
    findings: report.findings.slice(0, maxFindings).map(compactFinding),
    left: Math.max(0, report.findings.length - maxFindings),
    ...(report.graph === undefined ? {} : { graph: compactGraph(report.graph) }),
  });

const long = (text: string): string => visible(cut(text, 4000));
const longLines = (text: string): string => visibleLines(cut(text, 12_000));

const compactFinding = (finding: Finding) => ({
  id: visible(finding.id),
  r: finding.ruleId,
  s: finding.severity,
  i: finding.impact,
  u: visible(finding.subject),
  m: long(finding.message),
  a: finding.accountId,
  g: finding.region,
  c: finding.clusterName === undefined ? undefined : visible(finding.clusterName),
  e: finding.evidence.map(piece => [piece.what, piece.got, piece.wanted ?? '', whereRead(piece)].map(long)),
  p: finding.podError === undefined ? undefined : long(finding.podError),
  f: long(finding.fix.summary),
  k: finding.fix.commands.map(longLines),
  h: finding.fix.choice === undefined ? undefined : long(finding.fix.choice),
  tf: finding.fix.terraform === undefined ? undefined : longLines(finding.fix.terraform),
  cdk: finding.fix.cdk === undefined ? undefined : longLines(finding.fix.cdk),
  x: finding.explains.map(({ ruleId, subject, message }) => [ruleId, subject, message].map(long)),
  w:
    finding.waiver === undefined
      ? undefined
      : [finding.waiver.reason, finding.waiver.owner, finding.waiver.expires].map(long),
});

/** Nodes and edges as short arrays: kind, label, account, presence, severity, findings, id, place. The script makes the
 *  ids of namespaces and service accounts from their parents. */
const compactGraph = (graph: IdentityGraph) => {
  const indexes = new Map(graph.nodes.map((node, index) => [node.id, index]));
  return {
    nodes: graph.nodes.map(node => [
      nodeKinds.indexOf(node.kind),
      visible(node.kind === 'role' ? roleNameOf(node.id) : node.label),
      node.accountId,
      presences.indexOf(node.presence),
      node.severity === undefined ? -1 : severities.indexOf(node.severity),
      node.findings,
      node.clusterArn === undefined ? visible(node.id) : '',
      node.region ?? '',
    ]),
    edges: graph.edges.map(edge => [
      indexes.get(edge.from),
      indexes.get(edge.to),
      edgeKinds.indexOf(edge.kind),
      edgeStates.indexOf(edge.state),
      visible(edge.pattern ?? edge.by ?? ''),
    ]),
  };
};
