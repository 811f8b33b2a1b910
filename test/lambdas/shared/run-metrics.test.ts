import { Metrics } from '@aws-lambda-powertools/metrics';
import { expect, test } from '@jest/globals';
import { emitFailedRun, emitRunMetrics, emitWithoutEvents } from '../../../lambdas/shared/run-metrics.ts';
import type { CompletedRun } from '../../../lib/audit/events.ts';

const completed: CompletedRun = {
  ...{ runId: 'run-1', accounts: 3, failedAccounts: 2, gaps: 5, transitions: 7, sent: true },
  ...{ complete: false, readNothing: false, orphanRulesSuspended: true },
  openBySeverity: { critical: 1, high: 2, medium: 3, low: 4, info: 5 },
};

/** The calls to Powertools' metrics, which are not published here. */
const told = (emit: (metrics: Metrics) => void): Readonly<Record<string, number>> => {
  const metrics = new Metrics({ namespace: 'test' });
  const values: Record<string, number> = {};
  metrics.addMetric = (name, unit, value) => {
    expect(unit).toBe('Count');
    values[name] = value;
    return metrics;
  };
  emit(metrics);
  return values;
};
const ofAlarms = { FailedRuns: 0, UnreadAccounts: 2 };

test('without a dashboard only what alarms watch is told: each metric has a price', () => {
  expect(told(metrics => emitRunMetrics(metrics, completed, completed.openBySeverity, { dashboard: false }))).toEqual(
    ofAlarms,
  );
});

test.each([
  [true, 1],
  [false, 0],
])('a dashboard has each severity and all else; orphan rules suspended: %p', (orphanRulesSuspended, suspended) => {
  const run = { ...completed, orphanRulesSuspended };
  expect(told(metrics => emitRunMetrics(metrics, run, run.openBySeverity, { dashboard: true }))).toEqual({
    ...ofAlarms,
    ...{ 'OpenFindings-critical': 1, 'OpenFindings-high': 2, 'OpenFindings-medium': 3 },
    ...{ 'OpenFindings-low': 4, 'OpenFindings-info': 5 },
    ...{ Transitions: 7, CoverageGaps: 5, OrphanRulesSuspended: suspended },
  });
});

test('a run that did not succeed counts for its alarm', () => {
  expect(told(emitFailedRun)).toEqual({ FailedRuns: 1 });
});

test('accounts that send no events to the fast lane are counted, none as 0, which ends the alarm', () => {
  expect(told(metrics => emitWithoutEvents(metrics, ['111122223333', '444455556666']))).toEqual({
    AccountsWithoutEvents: 2,
  });
  expect(told(metrics => emitWithoutEvents(metrics, []))).toEqual({ AccountsWithoutEvents: 0 });
});
