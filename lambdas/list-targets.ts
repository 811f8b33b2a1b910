import { startEvent } from '../lib/audit/events.ts';
import { listTargets } from '../lib/audit/steps/list-targets.ts';
import { clients, controlPolicies, targets } from './shared/compose-collectors.ts';
import { documents } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 1: which accounts, and the policies of the organization over them. */
export const handler = stepHandler('list-targets', startEvent, event =>
  listTargets({ targets: targets(), ...controlPolicies(), documents: documents(), calls: clients().calls }, event),
);
