import { runState } from '../lib/audit/events.ts';
import { indexIssuers } from '../lib/audit/steps/index-issuers.ts';
import { now, settings } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 3: who has which issuer, fleet wide. */
export const handler = stepHandler('index-issuers', runState, event =>
  indexIssuers({ documents: documents(), now }, settings(), event),
);
