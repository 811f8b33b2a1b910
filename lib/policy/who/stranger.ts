/** Somebody outside of the zone of trust who may assume a role. */

import type { SourceLocation } from '../../model.ts';
import { given } from '../../text.ts';
import { isAnybodys, rangeOf } from '../decide/address-range.ts';
import type { TrustContext } from '../decide/environment.ts';
import type { WebIdentityRequest } from '../decide/request.ts';
import type { ConditionTest, Policy, Statement } from '../parse/policy.ts';
import type { Grant } from './choose-request.ts';
import type { Zone } from './zone.ts';

/** A stranger, as one principal of a statement stands for it. */
export interface Stranger {
  /** `account`: a principal of AWS. `service`: one of AWS, for an account. `login`: whoever signs in at an identity provider. */
  readonly kind: 'account' | 'service' | 'login';
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
  /** The networks that they call from, where those alone were not read. */
  readonly networks?: readonly string[];
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
): TrustContext => ({ roleArn, issuer, audience: '', ...given({ roleTags, now }) });

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

/** The tests of a statement, and of what denies beside it. */
export const testsBeside = (statement: Statement, policy: Policy): readonly ConditionTest[] =>
  policy.statements.filter(one => one === statement || one.effect !== 'Allow').flatMap(({ conditions }) => conditions);

/** Those on values that are somebody's. */
const ownedIn = (statement: Statement, policy: Policy): readonly ConditionTest[] =>
  testsBeside(statement, policy)
    // Whether a key is there names nobody.
    .filter(({ operator }) => operator.toLowerCase() !== 'null')
    .filter(({ key: { text } }) => ofOrganizations.test(text) || ofOwners.test(text));

/** Owners that were not read. */
const ownersIn = (tests: readonly ConditionTest[]): readonly string[] => {
  const said = tests.map(({ key: { text: key }, values }) => {
    const [first, second] = values.map(({ text }) => text);
    const named = second === undefined ? first : `${first} or ${second}`;
    return ofOrganizations.test(key)
      ? `whether ${named} is the own organization was not read, and "trusted.organizations" does not name it`
      : `whether ${named} (${key}) is of the zone of trust is not read`;
  });
  return [...new Set(said)];
};

/** Strangers who have what the policy names: nothing that was read tells whose it is. */
export const unreadOwners = (
  statement: Statement,
  policy: Policy,
  found: readonly FoundStranger[],
): readonly FoundStranger[] => {
  const tests = ownedIn(statement, policy);
  const because = ownersIn(tests).join('; ');
  const isOfNetworks = tests.every(
    test => /^aws:sourceip$/i.test(test.key.text) && statement.conditions.includes(test) && !/not/i.test(test.operator),
  );
  const networks = isOfNetworks ? tests.flatMap(({ values }) => values.map(({ text }) => text)) : [];
  return found.map(one => ({
    ...{ ...one, verdict: 'may-be', isUnread: true, because },
    ...(one.verdict === 'open' && networks.length > 0 ? { networks } : {}),
  }));
};

/** Networks that statements name each by itself are one set for whoever they are for: where it is too wide to be somebody's,
 *  anybody calls from there. */
export const withNetworksTogether = (found: readonly Stranger[]): readonly Stranger[] =>
  found.map(one => {
    if (!one.networks) return one;
    const alike = found.filter(({ kind, principal }) => kind === one.kind && principal === one.principal);
    if (!isAnybodys(alike.flatMap(({ networks = [] }) => networks.flatMap(text => rangeOf(text) ?? [])))) return one;
    const { isUnread: _, networks: __, because: ___, ...open } = one;
    const isAnyone = one.principal === '*';
    return { ...open, verdict: 'open', isAnyone, witness: isAnyone ? 'any AWS account' : one.witness };
  });
