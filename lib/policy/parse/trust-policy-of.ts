import { parsePolicy } from './parse-policy.ts';
import type { ParsedPolicy, Principal } from './policy.ts';

/** A role as it was read: its policy is a text. */
interface RoleText {
  readonly trustPolicy: string;
}

/** By role as it was read: its policy travels with it. */
const parsed = new WeakMap<RoleText, ParsedPolicy>();

/** The trust policy of a role of a snapshot or of the fleet's index. Parsed once for each role, whoever asks. */
export const trustPolicyOf = (role: RoleText): ParsedPolicy => {
  const policy = parsed.get(role) ?? parsePolicy(role.trustPolicy);
  parsed.set(role, policy);
  return policy;
};

/** The principals, condition keys and condition values that the trust policy of a role names, as written. Of a text that
 *  cannot be parsed, everything in quotes. */
export const namesInTrustPolicy = (role: RoleText): readonly string[] => {
  const read = trustPolicyOf(role);
  if (!read.ok) return [...role.trustPolicy.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text);
  return read.policy.statements.flatMap(({ principal, notPrincipal, conditions }) => [
    ...principalsIn(principal),
    ...principalsIn(notPrincipal),
    ...conditions.flatMap(({ key, values }) => [key.text, ...values.map(({ text }) => text)]),
  ]);
};

const principalsIn = (principal: Principal | undefined): readonly string[] =>
  principal?.kind === 'typed' ? principal.entries.map(({ value }) => value.text) : [];
