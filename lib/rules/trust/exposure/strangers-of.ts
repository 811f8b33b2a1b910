import { type Facts, isClusterIssuer, type RoleSubject, zoneOfTrust } from '../../../facts.ts';
import { parseArn, type Role, type Undecided, valueOr } from '../../../model.ts';
import {
  type Assumer,
  everyoneIn,
  grantOfRole,
  grantReasonOf,
  isForAnyone,
  mayAnyOfAccount,
  mayCover,
  type Statement,
  type Stranger,
  type StrangersContext,
  strangersIn,
  trustsPodIdentity,
  verdictOf,
} from '../../../policy.ts';
import { lookUpProvider } from '../../access/trust-context.ts';
import { undecidedOf } from '../../prelude.ts';
import { allowStatements, trustsEks } from '../statement/role-trust.ts';

const cache = new WeakMap<RoleSubject, { readonly facts: Facts; readonly strangers: readonly Stranger[] }>();

/** Everyone outside of the zone of trust who may assume a role, but service accounts of clusters; none where the policy
 *  cannot be parsed. Worked out once for all rules that ask. */
export const strangersOf = (subject: RoleSubject, facts: Facts): readonly Stranger[] => {
  const known = cache.get(subject);
  if (known?.facts === facts) return known.strangers;
  const { policy, role, hints } = subject;
  const strangers = policy.ok ? strangersIn(policy.policy, contextOf(role, facts), { ...hints }) : [];
  cache.set(subject, { facts, strangers });
  return strangers;
};

/** Everyone who may assume a role, strangers or not, but service accounts of clusters; none where the policy cannot be
 *  parsed. */
export const everyoneOf = ({ policy, role, hints }: RoleSubject, facts: Facts): readonly Assumer[] =>
  policy.ok ? everyoneIn(policy.policy, contextOf(role, facts), { ...hints }) : [];

/** Whether an arbitrary principal of an account may assume a role by a statement, as far as the trust policy goes. */
export const mayAnyOf = (
  account: string,
  { policy, role, hints }: RoleSubject,
  statement: Statement,
  facts: Facts,
): boolean => policy.ok && mayAnyOfAccount(account, statement, policy.policy, contextOf(role, facts), { ...hints });

/** Whether a role, by its ARN, may assume another one by a statement. */
export const callerGrant = (
  arn: string,
  { policy, role, hints }: RoleSubject,
  statement: Statement,
  facts: Facts,
): { readonly verdict: 'open' | 'may-be' | 'closed'; readonly because: string } => {
  if (!policy.ok) return { verdict: 'closed', because: '' };
  const grant = grantOfRole(arn, statement, policy.policy, contextOf(role, facts), { ...hints });
  return { verdict: verdictOf(grant), because: grantReasonOf(grant) };
};

/** True for a stranger who is told as a finding: nothing of theirs was left unread. */
export const isRead = ({ isUnread }: Stranger): boolean => isUnread !== true;

/** Why it is not decided whether somebody that a policy names is a stranger: the configuration names who is not. */
export const unreadOwnerOf = (strangers: readonly Stranger[]): Undecided | undefined =>
  undecidedOf('not-asked-for', strangers.find(({ isUnread }) => isUnread)?.because);

const contextOf = (role: Role, facts: Facts): StrangersContext => ({
  roleArn: role.arn,
  now: facts.now,
  ...(role.detail.status === 'complete' ? { roleTags: role.detail.value.tags } : {}),
  zone: zoneOfTrust(facts),
  isCluster: issuer => isClusterIssuer(issuer, facts),
  audiencesOf: arn => audiencesOf(arn, facts),
});

const audiencesOf = (arn: string, facts: Facts): readonly string[] | 'absent' | undefined => {
  // Of another account's providers nothing is known here.
  if (parseArn(arn)?.accountId !== facts.snapshot.accountId) return undefined;
  const found = lookUpProvider(arn, facts);
  if (found.status === 'absent') return 'absent';
  return found.status === 'found' ? valueOr(found.provider.detail, undefined)?.audiences : undefined;
};

/** True for a role that pods can assume, or may, or that is judged with all roles of the account. */
export const isJudgedForStrangers = (subject: RoleSubject, facts: Facts): boolean =>
  facts.settings.allRoles === true ||
  trustsEks(subject, facts) ||
  trustsPodIdentity(subject.policy) ||
  allowStatements(subject).some(statement => isForAnyone(statement) && mayCover(statement));
