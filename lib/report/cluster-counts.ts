import { type Finding, parseArn, type Severity, severities } from '../model.ts';
import { given } from '../text.ts';
import type { ClusterCounts } from './run-report.ts';
import { compareCounts, countBySeverity } from './summary.ts';

type Counts = Readonly<Record<Severity, number>>;

/** Findings by the cluster that they name, the worst cluster first. */
export const countByCluster = (findings: readonly Finding[]): readonly ClusterCounts[] =>
  worstFirst(
    [...Map.groupBy(findings, ({ clusterArn }) => clusterArn)].map(([clusterArn, own]) => ({
      ...given({ clusterArn }),
      open: countBySeverity(own),
    })),
  );

/** The sum of counts, cluster by cluster, the worst cluster first. */
export const addClusterCounts = (counts: readonly ClusterCounts[]): readonly ClusterCounts[] =>
  worstFirst(
    [...Map.groupBy(counts, ({ clusterArn }) => clusterArn)].map(([clusterArn, own]) => ({
      ...given({ clusterArn }),
      open: own.map(({ open }) => open).reduce(addCounts),
    })),
  );

const addCounts = (a: Counts, b: Counts): Counts => {
  const sum = { ...a };
  for (const severity of severities) sum[severity] += b[severity];
  return sum;
};

/** Stable: clusters with the same counts keep their order. */
const worstFirst = (counts: readonly ClusterCounts[]): readonly ClusterCounts[] =>
  counts.toSorted((a, b) => compareCounts(a.open, b.open));

/** All severities together. */
export const totalOf = (open: Counts): number => severities.reduce((sum, severity) => sum + open[severity], 0);

/** Names of clusters by their ARN: the name alone, and where several have it, its region and account too. */
export const namesOfClusters = (arns: readonly string[]): ((arn: string | undefined) => string) => {
  const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
  const uses = Map.groupBy(new Set(arns), nameOf);
  return arn => {
    if (arn === undefined) return 'no cluster';
    const name = nameOf(arn);
    const parsed = parseArn(arn);
    return (uses.get(name)?.length ?? 0) < 2 || parsed === undefined
      ? name
      : `${name} (${parsed.region}, ${parsed.accountId})`;
  };
};
