import { parsePolicy } from '../policy/parse/parse-policy.ts';
import type { ParsedPolicy } from '../policy/parse/policy.ts';

/** By role as it was read: its policy travels with it. */
const parsed = new WeakMap<object, ParsedPolicy>();

/** The trust policy of a role of a snapshot or of the fleet's index. Parsed once for each role, whoever asks. */
export const trustPolicyOf = (role: { readonly trustPolicy: string }): ParsedPolicy => {
  const policy = parsed.get(role) ?? parsePolicy(role.trustPolicy);
  parsed.set(role, policy);
  return policy;
};
