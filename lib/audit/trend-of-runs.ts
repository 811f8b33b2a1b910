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
  return found.slice(0, drawnRuns).map(pointOf).reverse();
};

/** The runs after an instant (ISO 8601) and the last one before it, oldest first. Throws what the store throws. */
export const runsSince = async (
  findings: Pick<FindingStore, 'runs'>,
  since: string,
): Promise<readonly TrendPoint[]> => {
  const found: RunRecord[] = [];
  let cursor: string | undefined;
  do {
    const page = await findings.runs({ limit: drawnRuns, ...given({ cursor }) });
    found.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined && found.every(({ startedAt }) => startedAt > since));
  const before = found.findIndex(({ startedAt }) => startedAt <= since);
  return found
    .slice(0, before < 0 ? undefined : before + 1)
    .map(pointOf)
    .reverse();
};

const pointOf = ({ startedAt, openBySeverity, openByCluster, clustersLeftOut, gapCount }: RunRecord): TrendPoint => ({
  ...{ at: startedAt, openBySeverity, gaps: gapCount },
  ...given({ openByCluster, clustersLeftOut }),
});
