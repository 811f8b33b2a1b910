/** Whether a policy may trust a web identity: the index of the fleet, the table, the graph and `why` ask here. */
import { parseArn, type SourceLocation } from '../../model.ts';
import type { ParsedPolicy, Principal, PrincipalEntry, Statement } from '../parse/policy.ts';
import { refusalsOf } from '../parse/refused.ts';

/** Anyone at all, as a principal has it: `"*"`, `"AWS": "*"` or `"Federated": "*"`. */
interface Wildcard {
  readonly type: string;
  readonly text: string;
  readonly at: SourceLocation;
}

/** Those of a principal, in order. */
export const wildcardsIn = (principal: Principal | undefined): readonly Wildcard[] => {
  if (principal?.kind === 'everyone') return [{ type: '*', text: '"*"', at: principal.at }];
  return (principal?.entries ?? [])
    .filter(({ type, value }) => (type === 'AWS' || type === 'Federated') && value.text === '*')
    .map(({ type, value: { at } }) => ({ type, text: `"${type}": "*"`, at }));
};

/** True if anyone at all stands in the principal. */
export const isWildcardPrincipal = (principal: Principal | undefined): boolean => wildcardsIn(principal).length > 0;

/** True if a statement is about everyone, or allows everyone but some. */
export const isForAnyone = ({ effect, principal, notPrincipal }: Statement): boolean =>
  isWildcardPrincipal(principal) || (effect === 'Allow' && notPrincipal !== undefined);

/**
 * True unless `decide` denies every token of every issuer because of the principals alone. The action and the conditions
 * are left to `decide`: a role that names a provider beside a wrong action is still one to be looked at. A policy that
 * cannot be parsed, or that IAM refuses, may trust anyone.
 */
export const mayTrustWebIdentity = (parsed: ParsedPolicy): boolean =>
  !parsed.ok || refusalsOf(parsed.policy).length > 0 || parsed.policy.statements.some(mayNameWebIdentity);

const mayNameWebIdentity = ({ effect, principal, notPrincipal }: Statement): boolean =>
  effect !== 'Deny' && (notPrincipal !== undefined || principal?.kind !== 'typed' || principal.entries.some(mayStand));

const mayStand = ({ type, value: { text } }: PrincipalEntry): boolean => {
  if (type === 'Federated') return !parseArn(text)?.resource.startsWith('saml-provider/');
  return type === 'AWS' ? text === '*' : type !== 'Service' && type !== 'CanonicalUser';
};
