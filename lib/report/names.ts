import { parseArn } from '../model.ts';
import type { RunReport } from './run-report.ts';

/** The names of a report's clusters, by ARN: the name alone, and where several clusters have it, `name (region,
 *  account)`. Clusters are those of the graph and those that findings name. */
export const clusterNames = ({
  graph,
  findings,
}: Pick<RunReport, 'graph' | 'findings'>): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  for (const { clusterArn, clusterName } of findings)
    if (clusterArn !== undefined) names.set(clusterArn, clusterName ?? clusterArn);
  for (const { id, kind, label } of graph?.nodes ?? []) if (kind === 'cluster') names.set(id, label);
  const uses = new Map<string, number>();
  for (const name of names.values()) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map([...names].map(([arn, name]) => [arn, uses.get(name) === 1 ? name : placed(arn, name)]));
};

const placed = (arn: string, name: string): string => {
  const parsed = parseArn(arn);
  return parsed === undefined ? arn : `${name} (${parsed.region}, ${parsed.accountId})`;
};

/** The fewest digits of an id that are shown. */
const fewest = 8;

/** Shortens ids of findings to a prefix that no other id of the same report has. */
export const shortIds = (ids: readonly string[]): ((id: string) => string) => {
  let length = fewest;
  const all = [...new Set(ids)];
  const longest = Math.max(fewest, ...all.map(id => id.length));
  while (length < longest && new Set(all.map(id => id.slice(0, length))).size < all.length) length += 1;
  return id => id.slice(0, length);
};

/** The ids that begin with what a person typed. */
export const idsWithPrefix = (prefix: string, ids: readonly string[]): readonly string[] =>
  ids.includes(prefix) ? [prefix] : [...new Set(ids)].filter(id => id.startsWith(prefix));
