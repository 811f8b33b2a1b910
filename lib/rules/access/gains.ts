/** Who an edit of a trust policy would add, decided by the evaluator and not by the form of the edit. */
import { eksPrincipalsOf, type Facts } from '../../facts.ts';
import { isOwnProvider, type Role } from '../../model.ts';
import {
  addedTo,
  compilePolicy,
  type Formula,
  hasSubject,
  hintBudget,
  instantsFrom,
  literalGlob,
  type Policy,
  type Statement,
  shortestSubject,
} from '../../policy.ts';
import { audiencesOfTokens, issuersInPolicies } from './asked-tokens.ts';
import { keepsOtherPrincipals } from './other-principals.ts';
import { trustContextFor } from './trust-context.ts';

/** A service account with one audience: who asks for a role. */
interface TokenIdentity {
  /** Without scheme. */
  readonly issuer: string;
  readonly subject: string;
  readonly audience: string;
}

/** Who may assume a role after an edit and could not before. `one`: one service account with one audience. `undecided`: the
 *  comparison exceeds the budget. `other-principals`: it changes what principals other than service accounts may do. */
export type Gains =
  | { readonly kind: 'nobody' | 'more' | 'undecided' | 'other-principals' }
  | { readonly kind: 'one'; readonly identity: TokenIdentity };

/** Who gains by an edit of the trust policy of a role. `created` is the issuer whose provider is created with it: nobody
 *  could assume the role through that one before, whatever the policy said. */
export const gainsOfEdit = (before: Policy, after: Policy, role: Role, facts: Facts, created?: string): Gains =>
  keepsOtherPrincipals(before, after, facts)
    ? tokensGained(before, after, role, facts, created)
    : { kind: 'other-principals' };

/** Which service accounts gain by an edit, whatever it changes for others. */
export const tokensGained = (before: Policy, after: Policy, role: Role, facts: Facts, created?: string): Gains =>
  gainsAmong(
    issuersInPolicies([before, after], role, facts),
    issuer => (issuer === created ? nothing : before),
    after,
    role,
    facts,
  );

/** Who gains by the creation of the provider of an issuer (without scheme), which the trust policy of the role names. */
export const gainsOfProvider = (issuer: string, policy: Policy, role: Role, facts: Facts): Gains =>
  gainsAmong([issuer], () => nothing, policy, role, facts);

/** A policy that allows nothing. */
export const nothing: Policy = { statements: [], problems: [], length: 0 };

/** A statement whose providers are none of the role's own account works for nobody, whatever it says. */
const isWorking =
  (role: Role, facts: Facts) =>
  ({ principal }: Statement): boolean => {
    const named = eksPrincipalsOf(principal, facts);
    return named.length === 0 || named.some(({ arn }) => isOwnProvider(arn, role.arn));
  };

const gainsAmong = (
  issuers: readonly string[],
  beforeFor: (issuer: string) => Policy,
  after: Policy,
  role: Role,
  facts: Facts,
): Gains => {
  const budget = hintBudget();
  const working = (policy: Policy): Policy => ({
    ...policy,
    statements: policy.statements.filter(isWorking(role, facts)),
  });
  const then = working(after);
  let gained: TokenIdentity | undefined;
  for (const issuer of issuers) {
    const before = working(beforeFor(issuer));
    const instants = instantsFrom([before, then], facts.now);
    for (const { audience, standsForMore } of audiencesOfTokens(issuer, [before, then], role, facts)) {
      const parts = instants.map(now => {
        const context = trustContextFor({ role }, { now }, issuer, audience);
        return addedTo(compilePolicy(before, context), compilePolicy(then, context));
      });
      const added: Formula = { kind: 'or', parts };
      const first = shortestSubject(added, budget);
      if (first.kind === 'none') continue;
      if (first.kind !== 'found') return { kind: 'undecided' };
      if (gained !== undefined || standsForMore) return { kind: 'more' };
      const rest: Formula = { kind: 'not', part: { kind: 'matches', glob: literalGlob(first.subject) } };
      const hasSecond = hasSubject({ kind: 'and', parts: [added, rest] }, budget);
      if (hasSecond !== false) return { kind: hasSecond ? 'more' : 'undecided' };
      gained = { issuer, subject: first.subject, audience };
    }
  }
  return gained === undefined ? { kind: 'nobody' } : { kind: 'one', identity: gained };
};
