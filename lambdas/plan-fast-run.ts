import { fastStartEvent } from '../lib/audit/events.ts';
import { planFastRun } from '../lib/audit/fast-lane/plan-fast-run.ts';
import { now } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** A fast run's first step: which accounts changed. */
export const handler = stepHandler('plan-fast-run', fastStartEvent, event =>
  planFastRun({ documents: documents(), now }, event),
);
