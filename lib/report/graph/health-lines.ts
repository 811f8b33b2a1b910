import type { Finding } from '../../model.ts';
import { visible } from '../../text.ts';
import { clusterNames } from '../names.ts';
import { causesIn } from '../root-causes.ts';
import type { RunReport } from '../run-report.ts';
import { activeFindings } from '../summary.ts';
import { type HealthCell, type HealthRow, healthOf } from './health.ts';

/** One line of the health map: a cluster, or several in which the same is wrong. */
export interface HealthLine {
  /** `prod-a`; of several `prod-a and 39 more`. Unique on the map. */
  readonly name: string;
  /** Names of its clusters. */
  readonly clusters: readonly string[];
  /** Where it lies; of several the first. */
  readonly region: string;
  readonly accountId: string;
  /** Of several clusters: with the findings of all. */
  readonly cells: readonly HealthCell[];
}

/** The health map as it is shown. */
export interface HealthMap {
  /** Worst first. */
  readonly lines: readonly HealthLine[];
  /** Names of the clusters in which every step passed. */
  readonly healthy: readonly string[];
}

/** Fewer alike clusters than this stay lines of their own. */
const leastAlike = 3;

/** The health map of a report: the worst cluster first, clusters with the same faults as one line, and the healthy ones by
 *  name. Without a graph it is empty. */
export const healthMap = (report: RunReport): HealthMap => {
  if (report.graph === undefined) return { lines: [], healthy: [] };
  const names = clusterNames(report);
  const nameOf = (row: HealthRow): string => visible(names.get(row.clusterArn) ?? row.label);
  const rows = healthOf(report.graph, report);
  const troubled = rows.filter(row => !isHealthy(row));
  const likenessOf = likeness(activeFindings(report));
  const lines = [...Map.groupBy(troubled, likenessOf).values()].flatMap(alike =>
    alike.length < leastAlike ? alike.map(row => lineOf([row], nameOf)) : [lineOf(alike, nameOf)],
  );
  return { lines, healthy: rows.filter(isHealthy).map(nameOf) };
};

const isHealthy = ({ cells }: HealthRow): boolean => cells.every(({ state }) => state === 'ok');

/** Rows with the same text have the same states, and the same root causes at the same steps. */
const likeness = (findings: readonly Finding[]): ((row: HealthRow) => string) => {
  const causes = new Map(causesIn(findings).flatMap(({ findings }, index) => findings.map(({ id }) => [id, index])));
  const causesOf = (ids: readonly string[]) => ids.map(id => causes.get(id) ?? id).sort();
  return ({ cells }) =>
    JSON.stringify(
      cells.map(cell => {
        if (cell.state === 'finding') return [cell.severity, ...causesOf(cell.findings)];
        return cell.state === 'folded' ? [cell.state, ...causesOf(cell.causes)] : [cell.state];
      }),
    );
};

const lineOf = (rows: readonly HealthRow[], nameOf: (row: HealthRow) => string): HealthLine => {
  const clusters = rows.map(nameOf);
  const [first = { region: '', accountId: '', cells: [] }] = rows;
  return {
    name: clusters.length === 1 ? clusters.join() : `${clusters[0]} and ${clusters.length - 1} more`,
    clusters,
    region: first.region,
    accountId: first.accountId,
    cells: first.cells.map((cell, index) =>
      merged(
        cell,
        rows.flatMap(row => row.cells[index] ?? []),
      ),
    ),
  };
};

/** One role may serve several clusters: each finding counts once. */
const merged = (cell: HealthCell, alike: readonly HealthCell[]): HealthCell => {
  if (cell.state === 'finding')
    return { ...cell, findings: unique(alike.flatMap(one => (one.state === 'finding' ? one.findings : []))) };
  if (cell.state === 'folded')
    return { ...cell, causes: unique(alike.flatMap(one => (one.state === 'folded' ? one.causes : []))) };
  return cell;
};

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)];
