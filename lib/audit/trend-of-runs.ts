import type { TrendPoint } from '../report/run-report.ts';
import { given } from '../text.ts';
import type { FindingStore, RunRecord } from './ports.ts';

/** Runs that a page draws at most. */
const drawnRuns = 60;
/** Runs that are read at most to find those before an old one. */
const maxRead = 6000;

/**
 * The trend over the runs that are on record and began no later than `until` (ISO 8601), oldest first: the page of a run
 * ends with that run, also where a later one was faster or the page is written again. Throws what the store throws.
 */
export const trendOfRuns = async (
  findings: Pick<FindingStore, 'runs'>,
  until: string,
): Promise<readonly TrendPoint[]> => {
  const found: RunRecord[] = [];
  let cursor: string | undefined;
  let read = 0;
  do {
    const page = await findings.runs({ limit: drawnRuns, ...given({ cursor }) });
    found.push(...page.items.filter(({ startedAt }) => Date.parse(startedAt) <= Date.parse(until)));
    read += drawnRuns;
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < drawnRuns && read < maxRead);
  return found
    .slice(0, drawnRuns)
    .map(({ startedAt, openBySeverity, openByCluster, clustersLeftOut, gapCount }) => ({
      ...{ at: startedAt, openBySeverity, gaps: gapCount },
      ...given({ openByCluster, clustersLeftOut }),
    }))
    .reverse();
};
