import { runState } from '../lib/audit/events.ts';
import { notifyDrift } from '../lib/audit/steps/notify-drift.ts';
import { notifyChoices, now } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { findings } from './shared/compose-findings.ts';
import { notifiers } from './shared/compose-notifiers.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 6: one digest, if something changed. */
export const handler = stepHandler('notify-drift', runState, event =>
  notifyDrift({ documents: documents(), findings: findings(), notifiers: notifiers(), now }, notifyChoices(), event),
);
