import { runState } from '../lib/audit/events.ts';
import { completeRun } from '../lib/audit/steps/complete-run.ts';
import { now, settings } from './shared/compose-configuration.ts';
import { documents, pages } from './shared/compose-documents.ts';
import { findings } from './shared/compose-findings.ts';
import { emitRunMetrics } from './shared/run-metrics.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 7: the run's record, its page, and its metrics. */
export const handler = stepHandler('complete-run', runState, async (event, { logger, metrics }) => {
  const ports = { documents: documents(), findings: findings(), pages: pages(), now };
  const completed = await completeRun(ports, settings(), event);
  if (completed.reportFailure !== undefined) logger.warn('no page of this run', { reason: completed.reportFailure });
  emitRunMetrics(metrics, completed, await findings().openBySeverity());
  return completed;
});
