import { runState } from '../lib/audit/events.ts';
import { overlayIssuers } from '../lib/audit/fast-lane/overlay-issuers.ts';
import { settings } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** A fast run's index: the last full run's, with what was read since laid over it. */
export const handler = stepHandler('overlay-issuers', runState, event =>
  overlayIssuers({ documents: documents() }, settings(), event),
);
