/** Somebody outside of the zone of trust who may assume a role. */

import type { SourceLocation } from '../../model/source-location.ts';
import { given } from '../../text/given.ts';
import type { TrustContext } from '../decide/environment.ts';
import type { WebIdentityRequest } from '../decide/request.ts';
import type { Policy, Statement } from '../parse/policy.ts';
import type { Grant } from './grant.ts';
import type { Zone } from './zone.ts';

/** A stranger, as one principal of a statement stands for it. */
export interface Stranger {
  /** `account`: a principal of AWS. `login`: whoever signs in at an identity provider. */
  readonly kind: 'account' | 'login';
  readonly statement: Statement;
  /** As the policy writes it; `*` for everyone. */
  readonly principal: string;
  readonly at: SourceLocation;
  /** Proven, or not to be excluded. */
  readonly verdict: 'open' | 'may-be';
  /** Anyone at all; false for somebody that the policy names. */
  readonly isAnyone: boolean;
  /** Whoever is not signed in: anyone too, at a pool that the policy names. */
  readonly isGuest?: true;
  /** Who, for example: `account 735190846260`, `any GitHub repository, for example with sub repo:x/x:x`. */
  readonly witness: string;
  /** Nobody yet: the account has no such provider, or none that takes the audience. */
  readonly isDormant?: true;
  /** Why it cannot be excluded. */
  readonly because?: string;
  /** The policy names an organization, a network or an id, and whether that is of the zone of trust was not read. */
  readonly isUnread?: true;
  /** The tests of the statement that do not restrict it. */
  readonly passed: readonly string[];
}

/** A stranger before its statement is added. */
export type FoundStranger = Omit<Stranger, 'statement' | 'passed'>;

/** The context that the answer depends on, beside the policy. */
export interface StrangersContext extends Pick<WebIdentityRequest, 'roleArn' | 'roleTags' | 'now'> {
  readonly zone: Zone;
  /** True for an issuer (without scheme) whose tokens are of service accounts. */
  readonly isCluster: (issuer: string) => boolean;
  /** The audiences of a provider; `absent` for one that the account does not have, undefined where it was not read. */
  readonly audiencesOf: (providerArn: string) => readonly string[] | 'absent' | undefined;
}

/** The request of tokens of an issuer, with no audience yet. */
export const requestOf = (
  { roleArn, roleTags, now }: Pick<StrangersContext, 'roleArn' | 'roleTags' | 'now'>,
  issuer: string,
): TrustContext => ({
  roleArn,
  issuer,
  audience: '',
  ...given({ roleTags, now }),
});

/** The verdict of a grant. */
export const verdictOf = ({ truth }: Grant): 'open' | 'may-be' | 'closed' =>
  truth.certain === true ? 'open' : truth.possible === false ? 'closed' : 'may-be';

/** Why a grant is not decided. */
export const grantReasonOf = ({ doubts }: Grant): string => doubts.map(({ because }) => because).join('; ');

/** Anyone before somebody who is named; what is proven before what is not. */
export const strangersWorstFirst = (found: readonly FoundStranger[]): readonly FoundStranger[] => {
  const rank = ({ isAnyone, isGuest, verdict, isUnread }: FoundStranger): number =>
    (isUnread ? 4 : 0) + (isAnyone || isGuest ? 0 : 2) + (verdict === 'open' ? 0 : 1);
  const [first] = found.toSorted((a, b) => rank(a) - rank(b));
  return first ? [first] : [];
};

/** Keys whose values belong to somebody: an organization, or else a network or a principal. */
const ofOrganizations = /^aws:principalorg(?:id|paths)$/i;
const ofOwners =
  /^aws:(?:userid|principalorgmasteraccountid|sourcevpc(?:e|arn)?|vpce(?:account|orgid|orgpaths)|(?:vpc)?sourceip)$/i;

/** Owners that were not read, of the values that a statement tests, or a Deny beside it. */
const ownedIn = (statement: Statement, policy: Policy): readonly string[] => {
  const asking = policy.statements.filter(one => one === statement || one.effect !== 'Allow');
  const tests = asking.flatMap(({ conditions }) => conditions);
  const said = tests.flatMap(({ operator, key: { text: key }, values }) => {
    // Whether a key is there names nobody.
    if (operator.toLowerCase() === 'null') return [];
    const [first, second] = values.map(({ text }) => text);
    const named = second === undefined ? first : `${first} or ${second}`;
    if (ofOrganizations.test(key))
      return [`whether ${named} is the own organization was not read, and "trusted.organizations" does not name it`];
    return ofOwners.test(key) ? [`whether ${named} (${key}) is of the zone of trust is not read`] : [];
  });
  return [...new Set(said)];
};

/** Strangers who have what the policy names: nothing that was read tells whose it is. */
export const unreadOwners = (
  statement: Statement,
  policy: Policy,
  found: readonly FoundStranger[],
): readonly FoundStranger[] =>
  found.map(one => ({ ...one, verdict: 'may-be', isUnread: true, because: ownedIn(statement, policy).join('; ') }));
