import { hashOf } from '../../text/hash-of.ts';
import { firstRuleId } from '../former-ids.ts';

/** The stable id of a finding: 128 bits of SHA-256 over rule, subject and discriminator, as 32 hex digits. JSON keeps
 *  the parts apart whatever stands in them. A renamed rule keeps the identity of its findings. `accountId` is given where
 *  the subject does not name its account: another one may have a finding on the same. */
export const findingId = (ruleId: string, subject: string, discriminator: string, accountId?: string): string => {
  const parts = [firstRuleId(ruleId), subject, discriminator, ...(accountId === undefined ? [] : [accountId])];
  return hashOf(parts, 32);
};
