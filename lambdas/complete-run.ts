import { runState } from '../lib/audit/events.ts';
import { completeRun } from '../lib/audit/steps/complete-run.ts';
import { now } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { findings } from './shared/compose-findings.ts';
import { emitRunMetrics } from './shared/run-metrics.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 7: the run's record, and its metrics. */
export const handler = stepHandler('complete-run', runState, async (event, { metrics }) => {
  const completed = await completeRun({ documents: documents(), findings: findings(), now }, event);
  emitRunMetrics(metrics, completed, await findings().openBySeverity());
  return completed;
});
