import { documentKeys, latestReportKey } from '../lib/audit/document-keys.ts';
import { notifyEvent } from '../lib/audit/events.ts';
import { notifyDrift } from '../lib/audit/steps/notify-drift.ts';
import { sendSummary } from '../lib/audit/steps/send-summary.ts';
import { fastChoices, notifyChoices, now } from './shared/compose-configuration.ts';
import { documents, findings } from './shared/compose-documents.ts';
import { deadLetters, notifiers, subscriptions } from './shared/compose-notifiers.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 6: one digest, if something changed; or, once a week, what is still open. */
export const handler = stepHandler('notify-drift', notifyEvent, event => {
  const ports = { documents: documents(), findings: findings(), notifiers: notifiers(), ...deadLetters(), now };
  return event.summary === true
    ? sendSummary({ ...ports, ...subscriptions() }, notifyChoices(latestReportKey), event)
    : notifyDrift(
        ports,
        event.fast ? fastChoices(event.runId) : notifyChoices(documentKeys(event.runId).report, event.runId),
        event,
      );
});
