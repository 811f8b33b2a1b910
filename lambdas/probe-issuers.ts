import { runState } from '../lib/audit/events.ts';
import { probeIssuers } from '../lib/audit/steps/probe-issuers.ts';
import { documents } from './shared/compose-documents.ts';
import { calls, issuers } from './shared/compose-issuers.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 4: one handshake a host, two GETs an issuer. */
export const handler = stepHandler('probe-issuers', runState, event =>
  probeIssuers({ issuers: issuers(), documents: documents(), calls: calls() }, event),
);
