import { accountEvent } from '../lib/audit/events.ts';
import { collectAccount } from '../lib/audit/steps/collect-account.ts';
import { accounts, clients } from './shared/compose-collectors.ts';
import { settings } from './shared/compose-configuration.ts';
import { documents } from './shared/compose-documents.ts';
import { stepHandler } from './shared/step-handler.ts';

/** Step 2, for each account: its IAM and EKS facts as a document. */
export const handler = stepHandler('collect-account', accountEvent, event =>
  collectAccount({ accounts: accounts(), documents: documents(), calls: clients().calls }, settings(), event),
);
