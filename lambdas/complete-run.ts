import * as z from 'zod';
import { completeEvent, executionEnded } from '../lib/audit/events.ts';
import { accountsWithoutEvents } from '../lib/audit/fast-lane/accounts-without-events.ts';
import { completeRun } from '../lib/audit/steps/complete-run.ts';
import { recordFailure } from '../lib/audit/steps/record-failure.ts';
import { configuration, now, settings } from './shared/compose-configuration.ts';
import { documents, findings, pages } from './shared/compose-documents.ts';
import { emitFailedRun, emitRunMetrics, emitWithoutEvents } from './shared/run-metrics.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 7: the run's record, its page, and its metrics; or, from the event bus, the record of a run that did not succeed. */
export const handler = stepHandler(
  'complete-run',
  z.union([completeEvent, executionEnded]),
  async (event, { logger, metrics }) => {
    const ports = { documents: documents(), findings: findings(), pages: pages(), now };
    if ('failure' in event) {
      const record = await recordFailure(ports, event);
      emitFailedRun(metrics);
      return record;
    }
    const completed = await completeRun(ports, settings(), event);
    if (completed.reportFailure !== undefined) logger.warn('no page of this run', { reason: completed.reportFailure });
    const { openBySeverity, ...answer } = completed;
    const { dashboard, fastLane } = configuration();
    emitRunMetrics(metrics, completed, openBySeverity, { dashboard });
    if (fastLane.enabled) emitWithoutEvents(metrics, await accountsWithoutEvents(ports, event));
    return answer;
  },
);
