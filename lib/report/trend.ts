import { namesOfClusters, totalOf } from './cluster-counts.ts';
import type { ClusterCounts, TrendPoint } from './run-report.ts';

/** Clusters that a trend shows. */
const shownClusters = 10;

/** One cluster over the runs of a trend. */
export interface ClusterTrend {
  readonly name: string;
  /** Open findings, run by run; undefined of a run that did not record its clusters. */
  readonly open: readonly (number | undefined)[];
  readonly last: ClusterCounts['open'];
}

/** The worst clusters of the last run that recorded its clusters, over all runs: those that have something open now, the
 *  worst first. Empty where no run recorded them. A cluster that a run does not name had nothing open then, unless the run
 *  named as many as it keeps. */
export const clusterTrends = (points: readonly TrendPoint[]): readonly ClusterTrend[] => {
  const last = points.findLast(({ openByCluster }) => openByCluster !== undefined)?.openByCluster ?? [];
  const nameOf = namesOfClusters(
    points.flatMap(point => (point.openByCluster ?? []).flatMap(each => each.clusterArn ?? [])),
  );
  return last.slice(0, shownClusters).map(({ clusterArn, open }) => ({
    name: nameOf(clusterArn),
    open: points.map(({ openByCluster, clustersLeftOut = 0 }) => {
      const found = openByCluster?.find(each => each.clusterArn === clusterArn);
      if (found !== undefined) return totalOf(found.open);
      return openByCluster === undefined || clustersLeftOut > 0 ? undefined : 0;
    }),
    last: open,
  }));
};
