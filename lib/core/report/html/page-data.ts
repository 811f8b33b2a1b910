import { roleNameOf } from '../../model/arn.ts';
import { type ArticleStep, type Finding, whereRead } from '../../model/finding.ts';
import { ruleById } from '../../rules/catalog.ts';
import { compareText } from '../../text/compare-text.ts';
import { cut, embeddableJson, visible, visibleLines } from '../../text/visible-text.ts';
import { clusterNames } from '../cluster-names.ts';
import type { EdgeKind, EdgeState, GraphEdge, GraphNode, IdentityGraph, NodeKind, Presence } from '../graph-model.ts';
import { type HealthPlace, healthPlaces } from '../health.ts';
import type { RunReport } from '../run-report.ts';

/** A page with more findings than this is too large to open; the rest are counted and stand in the JSON format. */
const maxFindings = 5_000;

/** A finding as the page's program shows it. Every text was made visible, and cut where it is very long. */
export type PageFinding = Pick<
  Finding,
  | 'id'
  | 'ruleId'
  | 'severity'
  | 'impact'
  | 'subject'
  | 'message'
  | 'accountId'
  | 'region'
  | 'namespace'
  | 'serviceAccount'
  | 'roleArn'
  | 'podError'
  | 'fix'
  | 'explains'
  | 'waiver'
> & {
  readonly evidence: readonly PageEvidence[];
  /** Where the health map counts it. */
  readonly step: ArticleStep;
  /** The clusters for which the health map counts it, by the names of the page. */
  readonly clusters: readonly string[];
};

/** A piece of evidence; `readFrom` names the place in the text too. */
export interface PageEvidence {
  readonly what: string;
  readonly got: string;
  readonly wanted?: string;
  readonly readFrom: string;
}

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

/** A cluster that findings are filtered by; `name` is unique on the page. */
export interface PageCluster {
  readonly name: string;
  readonly issuer?: string;
}

/** What the page's program works on: `lib/page` reads it from the page's own JSON. */
export interface PageData {
  readonly clusters: readonly PageCluster[];
  /** Title of each rule that has findings, by its id. */
  readonly ruleTitles: Readonly<Record<string, string>>;
  readonly findings: readonly PageFinding[];
  /** Findings that are not on the page. */
  readonly findingsLeftOut: number;
  readonly graph?: { readonly nodes: readonly PageNode[]; readonly edges: readonly PageEdge[] };
}

/** The data of a report's page as JSON that is safe inside a script element. */
export const pageJson = (report: RunReport): string => embeddableJson(pageData(report));

/** The data of a report's page. */
export const pageData = (report: RunReport): PageData => {
  const { findings, graph } = report;
  const shown = findings.slice(0, maxFindings);
  const names = clusterNames(report);
  const placeOf = healthPlaces(graph);
  return {
    clusters: pageClusters(report),
    ruleTitles: ruleTitlesOf(shown),
    findings: shown.map(finding => pageFinding(finding, placeOf(finding), names)),
    findingsLeftOut: findings.length - shown.length,
    ...(graph === undefined ? {} : { graph: pageGraph(graph) }),
  };
};

/** The clusters of a report, by name. */
export const pageClusters = (report: RunReport): readonly PageCluster[] => {
  const { graph } = report;
  const names = clusterNames(report);
  const issuers = new Map(graph?.nodes.flatMap(({ id, issuer }) => (issuer === undefined ? [] : [[id, issuer]])));
  return [...names]
    .map(([arn, name]) => {
      const issuer = issuers.get(arn);
      return { name: visible(name), ...(issuer === undefined ? {} : { issuer: visible(issuer) }) };
    })
    .sort((a, b) => compareText(a.name, b.name));
};

const ruleTitlesOf = (findings: readonly Finding[]): PageData['ruleTitles'] =>
  Object.fromEntries(findings.map(({ ruleId }) => [visible(ruleId), ruleById(ruleId)?.title ?? '']));

const long = (text: string): string => visible(cut(text, 4000));
const longLines = (text: string): string => visibleLines(cut(text, 12_000));

const pageFinding = (
  finding: Finding,
  { step, clusterArns }: HealthPlace,
  names: ReadonlyMap<string, string>,
): PageFinding => ({
  id: visible(finding.id),
  ruleId: visible(finding.ruleId),
  severity: finding.severity,
  impact: finding.impact,
  subject: visible(finding.subject),
  message: long(finding.message),
  accountId: visible(finding.accountId),
  ...(finding.region === undefined ? {} : { region: visible(finding.region) }),
  ...(finding.namespace === undefined ? {} : { namespace: visible(finding.namespace) }),
  ...(finding.serviceAccount === undefined ? {} : { serviceAccount: visible(finding.serviceAccount) }),
  ...(finding.roleArn === undefined ? {} : { roleArn: visible(finding.roleArn) }),
  step,
  clusters: clusterArns.map(arn => visible(names.get(arn) ?? arn)),
  evidence: finding.evidence.map(pageEvidence),
  ...(finding.podError === undefined ? {} : { podError: long(finding.podError) }),
  fix: pageFix(finding.fix),
  explains: finding.explains.map(({ ruleId, subject, message }) => ({
    ruleId: long(ruleId),
    subject: long(subject),
    message: long(message),
  })),
  ...(finding.waiver === undefined
    ? {}
    : {
        waiver: {
          reason: long(finding.waiver.reason),
          owner: long(finding.waiver.owner),
          expires: long(finding.waiver.expires),
        },
      }),
});

const pageEvidence = (piece: Finding['evidence'][number]): PageEvidence => ({
  what: long(piece.what),
  got: long(piece.got),
  ...(piece.wanted === undefined ? {} : { wanted: long(piece.wanted) }),
  readFrom: long(whereRead(piece)),
});

const pageFix = ({ summary, commands, choice, terraform, cdk }: Finding['fix']): PageFinding['fix'] => ({
  summary: long(summary),
  commands: commands.map(longLines),
  ...(choice === undefined ? {} : { choice: long(choice) }),
  ...(terraform === undefined ? {} : { terraform: longLines(terraform) }),
  ...(cdk === undefined ? {} : { cdk: longLines(cdk) }),
});

const pageGraph = ({ nodes, edges }: IdentityGraph): NonNullable<PageData['graph']> => {
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
  ...(node.severity === undefined ? {} : { severity: node.severity }),
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
