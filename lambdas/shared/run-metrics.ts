import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { runMetrics } from '../../lib/audit/contract.ts';
import type { CompletedRun } from '../../lib/audit/events.ts';
import { type Severity, severities } from '../../lib/model.ts';

/** The metric of a run that did not succeed. */
export const emitFailedRun = (metrics: Pick<Metrics, 'addMetric'>): void => {
  metrics.addMetric(runMetrics.failedRuns, MetricUnit.Count, 1);
};

/** The metric of accounts that send no events to the fast lane. */
export const emitWithoutEvents = (metrics: Pick<Metrics, 'addMetric'>, accounts: readonly string[]): void => {
  metrics.addMetric(runMetrics.accountsWithoutEvents, MetricUnit.Count, accounts.length);
};

/** The metrics that alarms watch, and those that the dashboard shows. CloudWatch takes a price for each. */
export const emitRunMetrics = (
  metrics: Pick<Metrics, 'addMetric'>,
  completed: CompletedRun,
  openBySeverity: Readonly<Record<Severity, number>>,
  { dashboard }: { readonly dashboard: boolean },
): void => {
  const add = (name: string, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  add(runMetrics.failedRuns, 0);
  add(runMetrics.unreadAccounts, completed.failedAccounts);
  if (!dashboard) return;
  for (const severity of severities) add(runMetrics.openFindings(severity), openBySeverity[severity]);
  add(runMetrics.transitions, completed.transitions);
  add(runMetrics.gaps, completed.gaps);
  add(runMetrics.orphanRulesSuspended, completed.orphanRulesSuspended ? 1 : 0);
};
