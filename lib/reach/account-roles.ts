/** The roles of an account as the ways are asked about them: their policies as statements, and who they trust. */

import { isMeantForEks } from '../facts.ts';
import { type PolicyTexts, parseArn, providerHostPath, type Role, type RolePermissions } from '../model.ts';
import {
  type AccountBudget,
  accountBudget,
  type Budget,
  compilePolicies,
  type NamedPolicy,
  type Permissions,
  policyWork,
  type Requester,
  statementShare,
  type TagChange,
  trustPolicyOf,
  trustsPodIdentity,
  withoutIdle,
} from '../policy.ts';
import { given } from '../text.ts';

/** The facts that levels are made of. */
export interface ReachFacts {
  readonly accountId: string;
  readonly partition: string;
  /** The instant of the reading, ISO 8601. */
  readonly now: string;
  readonly roles: readonly Role[];
  /** False where roles may exist that are not in `roles`. */
  readonly isComplete: boolean;
  readonly texts: PolicyTexts;
  /** Service control policies over the account: a list for the root, each unit and the account; absent where they were not
   *  read. */
  readonly controls?: readonly (readonly NamedPolicy[])[];
}

/** A role with everything that decides what it may do. */
export interface ReachRole {
  readonly role: Role;
  readonly held: RolePermissions;
  readonly asking: Requester;
  /** Why its permissions are not known. */
  readonly unread?: string;
  /** Roles that a service or IAM itself keeps: nobody changes them. */
  readonly isProtected: boolean;
}

/** The roles of an account by ARN, each compiled when it is first asked for. */
export interface AccountRoles {
  readonly facts: ReachFacts;
  readonly of: (arn: string) => ReachRole | undefined;
  readonly all: readonly Role[];
}

const protectedPath = /^\/(?:aws-service-role|aws-reserved)\//;

/** The roles of an account. */
export const accountRoles = (facts: ReachFacts): AccountRoles => {
  const byArn = new Map(facts.roles.map(role => [role.arn, role]));
  const made = new Map<string, ReachRole>();
  const work = accountBudget();
  const of = (arn: string): ReachRole | undefined => {
    const known = made.get(arn);
    const role = byArn.get(arn);
    if (known !== undefined || role === undefined) return known;
    const one = reachRole(role, facts, work);
    made.set(arn, one);
    return one;
  };
  return { facts, of, all: facts.roles };
};

const nothing: RolePermissions = { inline: [], attached: [], tags: {}, instanceProfiles: [] };

const reachRole = (role: Role, facts: ReachFacts, work: AccountBudget): ReachRole => {
  const held = facts.texts.roles[role.arn];
  const isProtected = protectedPath.test(role.path);
  if (held === undefined)
    return {
      role,
      held: nothing,
      asking: askingOf(role, nothing, noPermissions, facts, work),
      unread: 'its policies were not read',
      isProtected,
    };
  const missing: string[] = [];
  const managed = (arn: string): readonly NamedPolicy[] => {
    const text = facts.texts.policies[arn];
    if (text !== undefined && text.status !== 'unavailable') return [{ name: arn, document: text.value }];
    missing.push(`${arn} was not read${text === undefined ? '' : `: ${text.reason.message}`}`);
    return [];
  };
  const own = [...held.inline, ...held.attached.flatMap(managed)];
  const boundary = held.boundary === undefined ? [] : [managed(held.boundary)];
  const { permissions, unreadable } = compilePolicies([own, ...boundary, ...(facts.controls ?? [])]);
  const [unread] = [...missing, ...unreadable.map(name => `${name} is no policy`)];
  return { role, held, asking: askingOf(role, held, permissions, facts, work), ...given({ unread }), isProtected };
};

const noPermissions: Permissions = { layers: [[]], denials: [] };

const askingOf = (
  role: Role,
  held: RolePermissions,
  permissions: Permissions,
  facts: ReachFacts,
  work: AccountBudget,
): Requester => {
  const session = {
    roleArn: role.arn,
    accountId: facts.accountId,
    partition: facts.partition,
    tags: held.tags,
    hasPodTags: trustsPodIdentity(trustPolicyOf(role)),
  };
  const { now } = facts;
  return { permissions: withoutIdle(permissions, { session, now }), session, now, budget: roleBudget(work) };
};

/** The work for the questions about one role: its share, and a part of what all roles of the account have together. */
const roleBudget = (account: AccountBudget): Budget => ({ left: policyWork / 4, share: statementShare, account });

/** True for a role that pods of EKS may have: by a provider of a cluster, or by EKS Pod Identity. */
export const trustsPods = (role: Role): boolean =>
  trustsPodIdentity(trustPolicyOf(role)) ||
  principalsTrusted(role, 'Federated').some(arn => isMeantForEks(providerHostPath(arn) ?? ''));

/** Services of AWS that a trust policy names, as written. Identity pools of Cognito are a provider by the service's own name. */
export const servicesTrusted = (role: Role): readonly string[] => [
  ...principalsTrusted(role, 'Service'),
  ...poolsTrusted(role),
];

/** The name of Cognito where a trust policy has it as a provider. */
export const poolsTrusted = (role: Role): readonly string[] =>
  principalsTrusted(role, 'Federated').filter(name => name === 'cognito-identity.amazonaws.com');

/** Principals of a type that the Allow statements of a trust policy name, as written. */
export const principalsTrusted = (role: Role, wanted: string): readonly string[] => {
  const read = trustPolicyOf(role);
  if (!read.ok) return [];
  return read.policy.statements.flatMap(({ principal, effect }) => {
    if (effect === 'Deny' || principal === undefined) return [];
    if (principal.kind === 'everyone') return ['*'];
    return principal.entries.filter(({ type }) => type === wanted).map(({ value }) => value.text);
  });
};

/** True for a role with a statement for everyone, or for everyone but some: whether that is a service is not documented. */
export const mayTrustAnyone = (role: Role): boolean => {
  const read = trustPolicyOf(role);
  return (
    (read.ok &&
      read.policy.statements.some(({ effect, notPrincipal }) => effect !== 'Deny' && notPrincipal !== undefined)) ||
    principalsTrusted(role, 'AWS').includes('*')
  );
};

/** The role as if it had every permission that its boundary and the organization leave it. */
export const withEverything = (one: ReachRole, facts: ReachFacts): ReachRole => {
  const boundary = one.held.boundary === undefined ? [] : [...managedOf(one.held.boundary, facts)];
  const everything: NamedPolicy = { name: 'a policy that allows everything', document: allowAll };
  const { permissions } = compilePolicies([
    [everything],
    ...(one.held.boundary === undefined ? [] : [boundary]),
    ...(facts.controls ?? []),
  ]);
  // A Deny of its own stays as long as nobody takes it away.
  const own = one.asking.permissions.denials.filter(({ policy }) => isOwn(policy, one));
  return {
    ...one,
    asking: { ...one.asking, permissions: { ...permissions, denials: [...permissions.denials, ...own] } },
  };
};

/** The role as if its boundary were gone. */
export const withoutBoundary = (one: ReachRole, facts: ReachFacts): ReachRole => {
  const { boundary: _, ...held } = one.held;
  const permissions = withoutIdle(wholePermissions({ ...one, held }, facts), one.asking);
  return { ...one, held, asking: { ...one.asking, permissions } };
};

/** Everything that decides what a role may do, with the statements too that apply to none of its sessions. */
export const wholePermissions = ({ held }: ReachRole, facts: ReachFacts): Permissions => {
  const own = [...held.inline, ...held.attached.flatMap(arn => managedOf(arn, facts))];
  const boundary = held.boundary === undefined ? [] : [managedOf(held.boundary, facts)];
  return compilePolicies([own, ...boundary, ...(facts.controls ?? [])]).permissions;
};

/** The role as if it changed these tags of itself. */
export const withTags = (one: ReachRole, facts: ReachFacts, ownTags: ReadonlyMap<string, TagChange>): ReachRole => {
  const session = { ...one.asking.session, ownTags };
  const permissions = withoutIdle(wholePermissions(one, facts), { session, now: facts.now });
  return { ...one, asking: { ...one.asking, session, permissions } };
};

/** A role of the same account without policies and boundary: a new one. */
export const withoutPolicies = (one: ReachRole): ReachRole => ({
  ...one,
  held: nothing,
  asking: { ...one.asking, permissions: noPermissions },
});

const allowAll = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}';

const managedOf = (arn: string, { texts }: ReachFacts): readonly NamedPolicy[] => {
  const text = texts.policies[arn];
  return text === undefined || text.status === 'unavailable' ? [] : [{ name: arn, document: text.value }];
};

const isOwn = (policy: string, { held }: ReachRole): boolean =>
  held.attached.includes(policy) || held.inline.some(({ name }) => name === policy);

/** Policies of the account itself that a role has attached: those of AWS cannot be changed. */
export const ownPoliciesOf = ({ held }: ReachRole): readonly string[] => held.attached.filter(isOfAccount);

/** The boundary of a role where it is a policy of the account itself. */
export const ownBoundaryOf = ({ held: { boundary } }: ReachRole): readonly string[] =>
  boundary !== undefined && isOfAccount(boundary) ? [boundary] : [];

const isOfAccount = (arn: string): boolean => /^\d{12}$/.test(parseArn(arn)?.accountId ?? '');
