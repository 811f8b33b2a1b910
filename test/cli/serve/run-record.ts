import type { RunRecord } from '../../../lib/audit/ports.ts';

/** An hour of 25 November 2026, ISO 8601. */
export const at = (hour: number, minute = 0): string => new Date(Date.UTC(2026, 10, 25, hour, minute)).toISOString();

/** A run of five minutes that found nothing. */
export const aRunRecord = (hour: number, failure?: RunRecord['failure']): RunRecord => ({
  runId: `run-${hour}`,
  startedAt: at(hour),
  endedAt: at(hour, 5),
  ...{ accounts: 1, failedAccounts: [], gaps: [], gapCount: 0, transitions: 0, sent: true, apiCalls: {} },
  openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  ...(failure === undefined ? {} : { failure }),
});
