import { type Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { runMetrics } from '../../lib/audit/contract.ts';
import type { CompletedRun } from '../../lib/audit/events.ts';
import { type Severity, severities } from '../../lib/core/model/finding.ts';

/** The metrics that the dashboard shows and an alarm watches. */
export const emitRunMetrics = (
  metrics: Pick<Metrics, 'addMetric'>,
  completed: CompletedRun,
  openBySeverity: Readonly<Record<Severity, number>>,
): void => {
  const add = (name: string, value: number) => metrics.addMetric(name, MetricUnit.Count, value);
  for (const severity of severities) add(runMetrics.openFindings(severity), openBySeverity[severity]);
  add(runMetrics.transitions, completed.transitions);
  add(runMetrics.gaps, completed.gaps);
  add(runMetrics.unreadAccounts, completed.failedAccounts);
  add(runMetrics.orphanRulesSuspended, completed.orphanRulesSuspended ? 1 : 0);
};
