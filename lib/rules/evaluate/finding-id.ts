import { hashOf } from '../../text.ts';

/** The stable id of a finding: 128 bits of SHA-256 over rule, subject and discriminator, as 32 hex digits. JSON keeps
 *  the parts apart whatever stands in them. `accountId` is given where
 *  the subject does not name its account: another one may have a finding on the same. */
export const findingId = (ruleId: string, subject: string, discriminator: string, accountId?: string): string => {
  const parts = [ruleId, subject, discriminator, ...(accountId === undefined ? [] : [accountId])];
  return hashOf(parts, 32);
};
