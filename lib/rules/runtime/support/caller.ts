import type { AssumeEvents } from '../../../model/runtime.ts';
import { accountOfSubject } from '../../../policy/who/service-account-subject.ts';

/** How a caller is named in messages: `orders/refund`, its whole subject where it is no service account's, or that the
 *  event does not name it. */
export const callerOf = ({ subject }: AssumeEvents): string => {
  const account = subject === undefined ? undefined : accountOfSubject(subject);
  return account ? `${account.namespace}/${account.name}` : (subject ?? 'an unnamed caller');
};
