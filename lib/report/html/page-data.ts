import type { Finding } from '../../model/finding.ts';
import { ruleById } from '../../rules/catalog.ts';
import { compareText } from '../../text/compare-text.ts';
import { given } from '../../text/given.ts';
import { embeddableJson, visible } from '../../text/visible-text.ts';
import { clusterNames } from '../cluster-names.ts';
import type { RunReport } from '../run-report.ts';
import { type PageAccess, pageAccess } from './page-access.ts';
import { type PageFinding, pageFindings } from './page-finding.ts';
import { type PageGraph, pageGraph } from './page-graph.ts';

/** A page with more findings than this is too large to open; the rest are counted and stand in the JSON format. */
const maxFindings = 5_000;

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
  readonly graph?: PageGraph;
  readonly access?: PageAccess;
}

/** The data of a report's page as JSON that is safe inside a script element. */
export const pageJson = (report: RunReport): string => embeddableJson(pageData(report));

/** The data of a report's page. */
export const pageData = (report: RunReport): PageData => {
  const { findings, graph } = report;
  const shown = findings.slice(0, maxFindings);
  const access = pageAccess(report);
  return {
    clusters: pageClusters(report),
    ruleTitles: ruleTitlesOf(shown),
    findings: pageFindings(report, shown),
    findingsLeftOut: findings.length - shown.length,
    ...(graph === undefined ? {} : { graph: pageGraph(graph) }),
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

const ruleTitlesOf = (findings: readonly Finding[]): PageData['ruleTitles'] =>
  Object.fromEntries(findings.map(({ ruleId }) => [visible(ruleId), ruleById(ruleId)?.title ?? '']));
