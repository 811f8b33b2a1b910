import {
  parseArn,
  providerArn,
  type ReadFailure,
  readFailuresOf,
  type Undecided,
  type UnknownKind,
  valueOr,
} from '../model.ts';
import { type Decision, decide, type Policy, trustPolicyOf, type WebIdentityRequest } from '../policy.ts';
import type { Facts } from './facts.ts';

/** The question whether a role trusts a subject, ready to be put for any audience. */
export type TrustQuestion =
  | { readonly status: 'n/a' }
  | { readonly status: 'unknown'; readonly missing: Undecided }
  /** The role is of an account that was read, and no role of this ARN there trusts an OIDC provider. */
  | { readonly status: 'no-oidc-trust'; readonly roleArn: string; readonly issuer: string }
  | ReadyQuestion;

/** The question about a role that was read: `ask` decides it for an audience. */
export interface ReadyQuestion {
  readonly status: 'ready';
  readonly roleArn: string;
  readonly issuer: string;
  readonly trustPolicy: string;
  readonly policy: Policy;
  readonly request: (audience: string) => WebIdentityRequest;
  readonly ask: (audience: string) => Decision;
}

/** Prepares the decision for tokens of a subject and an issuer; the same decision as in `who-can-assume` and everywhere else. */
export const trustQuestion = (
  { roleArn, issuer, subject }: Pick<WebIdentityRequest, 'roleArn' | 'issuer' | 'subject'>,
  facts: Facts,
): TrustQuestion => {
  const lookup = lookUpRole(roleArn, facts);
  if (lookup.status === 'absent') return { status: 'n/a' };
  if (lookup.status === 'absent-or-no-oidc') return { status: 'no-oidc-trust', roleArn, issuer };
  if (lookup.status === 'unread') return { status: 'unknown', missing: { kind: lookup.kind, missing: lookup.why } };
  const { role } = lookup;
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) {
    const missing = `the trust policy of ${roleArn} (${parsed.problem.message})`;
    return { status: 'unknown', missing: { kind: 'undocumented', missing } };
  }
  const request = (audience: string): WebIdentityRequest => ({
    roleArn,
    issuer,
    subject,
    audience,
    now: facts.now,
    ...(lookup.tags ? { roleTags: lookup.tags } : {}),
  });
  const ask = (audience: string): Decision => decide(parsed.policy, request(audience));
  return { status: 'ready', roleArn, issuer, trustPolicy: role.trustPolicy, policy: parsed.policy, request, ask };
};

/** Why a decision is unknown: its first reason. */
export const doubtOf = ({ reasons, reasonData }: Decision): Undecided => {
  const [because = 'the decision on the trust policy'] = reasons;
  const [reason] = reasonData;
  const kind: UnknownKind =
    reason?.kind === 'request-dependent' || reason?.kind === 'unread' || reason?.kind === 'budget'
      ? reason.kind
      : 'undocumented';
  return { kind, missing: because };
};

/** Audiences of the provider of an issuer in the role's account; undefined where they were not read. */
export const providerAudiences = (roleArn: string, issuer: string, facts: Facts): readonly string[] | undefined => {
  const role = parseArn(roleArn);
  const wanted = role && providerArn(role.partition, role.accountId, issuer);
  const detail = valueOr(facts.snapshot.providers, []).find(provider => provider.arn === wanted)?.detail;
  return detail?.status === 'complete' ? detail.value.audiences : undefined;
};

/** True where the provider of an issuer in a role's account, or the details of it, could not be read; those of another account
 *  never are. */
export const isProviderUnread = (roleArn: string, issuer: string, { snapshot }: Facts): boolean => {
  const role = parseArn(roleArn);
  if (role === undefined) return false;
  if (role.accountId !== snapshot.accountId) return true;
  const wanted = providerArn(role.partition, role.accountId, issuer);
  const found = valueOr(snapshot.providers, []).find(({ arn }) => arn === wanted);
  return found === undefined ? snapshot.providers.status !== 'complete' : found.detail.status !== 'complete';
};

/** The facts of a role's trust policy. */
type TrustLookup =
  | {
      readonly status: 'found';
      readonly role: { readonly trustPolicy: string };
      readonly tags?: Readonly<Record<string, string>>;
    }
  /** Its account was read and has no role of this ARN. */
  | { readonly status: 'absent' }
  /** Its account is another one, was read, and no role of this ARN there trusts an OIDC provider. */
  | { readonly status: 'absent-or-no-oidc' }
  | { readonly status: 'unread'; readonly kind: UnknownKind; readonly why: string };

/** Looks a role up by its exact ARN: in the audited account itself, else in the fleet's index. */
export const lookUpRole = (roleArn: string, { snapshot, fleet }: Facts): TrustLookup => {
  const accountId = parseArn(roleArn)?.accountId;
  if (accountId === snapshot.accountId) {
    const role = rolesByArn(snapshot).get(roleArn);
    if (role) {
      const tags = role.detail.status === 'complete' ? { tags: role.detail.value.tags } : {};
      return { status: 'found', role, ...tags };
    }
    const [unread] = readFailuresOf(snapshot.roles);
    return unread
      ? { status: 'unread', kind: kindOf(unread), why: `${unread.operation}: ${unread.message}` }
      : { status: 'absent' };
  }
  const indexed = fleetRoles(fleet).get(roleArn);
  if (indexed) return { status: 'found', role: indexed };
  const account = fleet.accounts.find(one => one.accountId === accountId);
  if (account?.rolesRead) return { status: 'absent-or-no-oidc' };
  return account
    ? { status: 'unread', kind: 'unread', why: `the roles of account ${accountId} could not be read` }
    : { status: 'unread', kind: 'not-asked-for', why: `account ${accountId} is not audited` };
};

type Snapshot = Facts['snapshot'];
type OwnRole = ReturnType<typeof ownRoles>[number];
const ownRoles = (snapshot: Snapshot) => valueOr(snapshot.roles, []);

/** Roles by ARN, made once for each snapshot and fleet: every annotated service account asks. */
const ownIndex = new WeakMap<Snapshot, ReadonlyMap<string, OwnRole>>();
const fleetIndex = new WeakMap<Facts['fleet'], ReadonlyMap<string, Facts['fleet']['roles'][number]>>();

const rolesByArn = (snapshot: Snapshot): ReadonlyMap<string, OwnRole> => {
  const known = ownIndex.get(snapshot) ?? new Map(ownRoles(snapshot).map(role => [role.arn, role]));
  ownIndex.set(snapshot, known);
  return known;
};

const fleetRoles = (fleet: Facts['fleet']): ReadonlyMap<string, Facts['fleet']['roles'][number]> => {
  const known = fleetIndex.get(fleet) ?? new Map(fleet.roles.map(role => [role.arn, role]));
  fleetIndex.set(fleet, known);
  return known;
};

const kindOf = ({ kind }: ReadFailure): UnknownKind => (kind === 'not-asked-for' ? 'not-asked-for' : 'unread');
