import { startEvent } from '../lib/audit/events.ts';
import { beginRun } from '../lib/audit/steps/begin-run.ts';
import { clients, controlPolicies, organization, targets } from './shared/compose-collectors.ts';
import { now } from './shared/compose-configuration.ts';
import { documents, findings } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 1: which accounts, and the policies of the organization over them; or none, while another run is going on. */
export const handler = stepHandler('list-targets', startEvent, event =>
  beginRun(
    {
      targets: targets(),
      ...controlPolicies(),
      ...organization(),
      documents: documents(),
      findings: findings(),
      calls: clients().calls,
      now,
    },
    event,
  ),
);
