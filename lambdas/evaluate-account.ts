import { accountEvent } from '../lib/audit/events.ts';
import { evaluateAccount } from '../lib/audit/steps/evaluate-account.ts';
import { choices, now } from './shared/compose-configuration.ts';
import { documents, findings } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 5, for each account: rules, and what changed. */
export const handler = stepHandler('evaluate-account', accountEvent, event =>
  evaluateAccount({ documents: documents(), findings: findings(), now }, choices(), event),
);
