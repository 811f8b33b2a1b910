import { type Finding, parseArn, roleNameOf } from '../../model.ts';
import { levelNames } from '../../reach/level-in-words.ts';
import { ruleById } from '../../rules/catalog.ts';
import { compareText, cut, embeddableJson, given, visible } from '../../text.ts';
import type { AccessRow, LevelRow } from '../graph/access-row.ts';
import type {
  EdgeKind,
  EdgeState,
  GraphEdge,
  GraphNode,
  IdentityGraph,
  NodeKind,
  Presence,
} from '../graph/graph-model.ts';
import { type HealthMap, healthMap } from '../graph/health-lines.ts';
import { clusterNames } from '../names.ts';
import { causesIn, causeText } from '../root-causes.ts';
import type { RunReport } from '../run-report.ts';
import { type PageFinding, pageFindings } from './page-finding.ts';
import { type PageCluster, type ProviderName, providerNames } from './short-names.ts';

/** A page with more findings than this is too large to open; the rest are counted and stand in the JSON format. */
const maxFindings = 5_000;
/** Characters of a root cause in the list. */
const maxCause = 200;

/** Clusters with the same faults, under one name. */
export interface PageAlike {
  readonly name: string;
  readonly clusters: readonly string[];
}

/** The data of the page's program: `lib/report/page` reads it from the page's own JSON. */
export interface PageData {
  readonly clusters: readonly PageCluster[];
  /** Lines of the health map that stand for several clusters: findings are filtered by them too. */
  readonly alike: readonly PageAlike[];
  /** Root causes that several findings have: `cause` of a finding is a place in this list. */
  readonly causes: readonly string[];
  /** The fault of each rule that has findings, by its id. */
  readonly ruleFaults: Readonly<Record<string, string>>;
  readonly findings: readonly PageFinding[];
  /** Findings that are not on the page. */
  readonly findingsLeftOut: number;
  readonly graph?: PageGraph;
  readonly access?: PageAccess;
}

/** The data of a report's page as JSON that is safe inside a script element. */
export const pageJson = (report: RunReport, map: HealthMap): string => embeddableJson(pageData(report, map));

/** The data of a report's page. */
export const pageData = (report: RunReport, map = healthMap(report)): PageData => {
  const { findings, graph } = report;
  const shown = findings.slice(0, maxFindings);
  const repeated = causesIn(shown).filter(cause => cause.findings.length > 1);
  const access = pageAccess(report);
  return {
    clusters: pageClusters(report),
    alike: map.lines.filter(({ clusters }) => clusters.length > 1).map(({ name, clusters }) => ({ name, clusters })),
    causes: repeated.map(cause => causeText(cause, maxCause)),
    ruleFaults: ruleFaultsOf(shown),
    findings: pageFindings(report, shown, repeated),
    findingsLeftOut: findings.length - shown.length,
    ...(graph === undefined ? {} : { graph: pageGraph(graph, pageClusters(report)) }),
    ...given({ access }),
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

const ruleFaultsOf = (findings: readonly Finding[]): PageData['ruleFaults'] =>
  Object.fromEntries(findings.map(({ ruleId }) => [visible(ruleId), ruleById(ruleId)?.fault ?? '']));

/** A table with more rows than this is too large for a page; the rest are counted and stand in the JSON format. */
const maxRows = 5_000;

/** A row of "who can assume what" as the page shows it: with names beside ARNs, all text made visible. */
export type PageAccessRow = Omit<AccessRow, 'clusterArn'> & {
  /** By the name of the page; empty for a principal of no cluster. */
  readonly cluster: string;
  readonly role: string;
  readonly accountId: string;
  /** The level of the role in words; absent where levels were not asked for. */
  readonly level?: string;
  readonly levelSays?: string;
};

/** Who can assume what, for the page. */
export interface PageAccess {
  readonly rows: readonly PageAccessRow[];
  /** Rows that are not on the page. */
  readonly leftOut: number;
  /** Levels of roles were asked for. */
  readonly hasLevels: boolean;
}

/** The table of a report for the page; undefined where the report has none. */
export const pageAccess = (report: RunReport): PageAccess | undefined => {
  if (report.access === undefined) return undefined;
  const { rows } = report.access;
  const names = clusterNames(report);
  const levels = new Map(report.access.levels?.map(row => [row.roleArn, row]));
  const shown = rows.slice(0, maxRows);
  return {
    rows: shown.map(row =>
      pageRow(
        row,
        row.clusterArn === undefined ? '' : (names.get(row.clusterArn) ?? row.clusterArn),
        levels.get(row.roleArn),
      ),
    ),
    hasLevels: report.access.levels !== undefined,
    leftOut: rows.length - shown.length,
  };
};

const pageRow = (
  { clusterArn: _arn, ...row }: AccessRow,
  cluster: string,
  level: LevelRow | undefined,
): PageAccessRow => ({
  ...row,
  ...(level === undefined ? {} : { level: levelNames[level.level], levelSays: visible(cut(level.says, 400)) }),
  cluster: visible(cluster),
  roleArn: visible(row.roleArn),
  role: visible(roleNameOf(row.roleArn)),
  accountId: visible(parseArn(row.roleArn)?.accountId ?? ''),
  ...(row.pattern === undefined ? {} : { pattern: visible(cut(row.pattern, 1000)) }),
  ...(row.except === undefined ? {} : { except: row.except.map(text => visible(cut(text, 1000))) }),
  ...(row.principal === undefined ? {} : { principal: visible(cut(row.principal, 1000)) }),
  ...(row.witness === undefined ? {} : { witness: visible(cut(row.witness, 1000)) }),
  ...(row.because === undefined ? {} : { because: visible(cut(row.because, 1000)) }),
});

/** A node of the identity graph; its index in the list is its name in edges. An absent field has its usual value:
 *  `read`, no findings. Without an `id`, it is a namespace or a service account, whose parents tell the id. */
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
interface PageEdge {
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  readonly state?: EdgeState;
  readonly label?: string;
  readonly because?: string;
  /** Ids of the findings that make it so. */
  readonly findings?: readonly string[];
}

/** The identity graph as the page draws it. */
export interface PageGraph {
  readonly nodes: readonly PageNode[];
  readonly edges: readonly PageEdge[];
}

/** A graph as the page draws it: edges name nodes by their place in the list. */
const pageGraph = ({ nodes, edges }: IdentityGraph, clusters: readonly PageCluster[]): PageGraph => {
  const nameOf = providerNames(clusters);
  const indexes = new Map(nodes.map((node, index) => [node.id, index]));
  const alike = Map.groupBy(nodes.filter(isTopLevel), node => `${node.kind} ${labelOf(node, nameOf)}`);
  const boxName = (node: GraphNode): string => {
    const label = labelOf(node, nameOf);
    const place = [node.region, node.accountId].filter(Boolean).join(', ');
    return (alike.get(`${node.kind} ${label}`)?.length ?? 1) === 1 ? label : `${label} (${place})`;
  };
  return {
    nodes: nodes.map(node => pageNode(node, boxName(node))),
    edges: edges.flatMap(edge => {
      const [from, to] = [indexes.get(edge.from), indexes.get(edge.to)];
      return from === undefined || to === undefined ? [] : [pageEdge(edge, from, to)];
    }),
  };
};

/** Namespaces and service accounts stand beside what contains them; others of one name are told apart by their place. */
const isTopLevel = ({ clusterArn }: GraphNode): boolean => clusterArn === undefined;

const pageNode = (node: GraphNode, label: string): PageNode => ({
  kind: node.kind,
  label: visible(label),
  accountId: visible(node.accountId),
  ...(node.clusterArn === undefined ? { id: visible(node.id) } : {}),
  ...(node.region === undefined ? {} : { region: visible(node.region) }),
  ...(node.presence === 'read' ? {} : { presence: node.presence }),
  ...given({ severity: node.severity }),
  ...(node.findings.length === 0 ? {} : { findings: node.findings.map(visible) }),
});

const labelOf = ({ kind, id, label, issuer }: GraphNode, nameOf: ProviderName): string => {
  if (kind === 'role') return roleNameOf(id);
  return kind === 'provider' ? nameOf(label, issuer) : label;
};

const pageEdge = (edge: GraphEdge, from: number, to: number): PageEdge => {
  const label = edge.pattern ?? edge.by;
  return {
    from,
    to,
    kind: edge.kind,
    ...(edge.state === 'ok' ? {} : { state: edge.state }),
    ...(label === undefined ? {} : { label: visible(label) }),
    ...(edge.because === undefined ? {} : { because: visible(cut(edge.because, 1000)) }),
    ...(edge.findings === undefined ? {} : { findings: edge.findings.map(visible) }),
  };
};
