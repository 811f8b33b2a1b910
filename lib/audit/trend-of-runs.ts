import type { TrendPoint } from '../core/report/run-report.ts';
import type { FindingStore } from './ports.ts';

/** Runs that a page draws at most. */
const drawnRuns = 60;

/** The trend over the runs that are on record, oldest first, ending with the newest. Throws what the store throws. */
export const trendOfRuns = async (findings: Pick<FindingStore, 'runs'>): Promise<readonly TrendPoint[]> => {
  const { items } = await findings.runs({ limit: drawnRuns });
  return items
    .map(({ startedAt, openBySeverity, gapCount }) => ({ at: startedAt, openBySeverity, gaps: gapCount }))
    .reverse();
};
