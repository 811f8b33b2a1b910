import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { firstRuleId } from '../rules/former-ids.ts';

/** The stable id of a finding: 128 bits of SHA-256 over rule, subject and discriminator, as 32 hex digits. JSON keeps
 *  the three apart whatever stands in them. A renamed rule keeps the identity of its findings. */
export const findingId = (ruleId: string, subject: string, discriminator: string): string =>
  bytesToHex(sha256(utf8ToBytes(JSON.stringify([firstRuleId(ruleId), subject, discriminator])))).slice(0, 32);
