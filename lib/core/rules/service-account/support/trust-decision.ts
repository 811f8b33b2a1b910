import type { Facts } from '../../../facts/facts.ts';
import type { ServiceAccountSubject } from '../../../facts/subjects.ts';
import { trustPolicyOf } from '../../../facts/trust-policy-of.ts';
import { parseArn, providerArn } from '../../../model/arn.ts';
import { valueOr } from '../../../model/collected.ts';
import type { UnknownKind } from '../../../model/finding.ts';
import { decide } from '../../../trust/evaluate/decide.ts';
import type { Decision } from '../../../trust/evaluate/decision.ts';
import { defaultAudience, type WebIdentityRequest } from '../../../trust/evaluate/request.ts';
import type { Policy } from '../../../trust/policy/policy.ts';
import type { UnknownReason } from '../../define-rule.ts';
import { issuerOf, lookUpRole, tokenSubject, wellFormedRole } from './service-account-view.ts';

/** The question whether the annotated role trusts the service account, ready to be put for any audience. */
export type Question =
  | { readonly status: 'n/a' }
  | { readonly status: 'unknown'; readonly missing: UnknownReason }
  /** The role is of an account that was read, and no role of this ARN there trusts an OIDC provider. */
  | { readonly status: 'no-oidc-trust'; readonly roleArn: string; readonly issuer: string }
  | {
      readonly status: 'ready';
      readonly roleArn: string;
      readonly issuer: string;
      readonly trustPolicy: string;
      readonly policy: Policy;
      readonly request: (audience: string) => WebIdentityRequest;
      readonly ask: (audience: string) => Decision;
    };

/** Prepares the decision for a service account; the same decision as in `can-assume` and everywhere else. */
export const questionOf = (subject: ServiceAccountSubject, facts: Facts): Question => {
  const roleArn = wellFormedRole(subject);
  if (roleArn === undefined) return { status: 'n/a' };
  const issuer = issuerOf(subject);
  if (issuer === undefined) return open('unread', `the issuer of cluster ${subject.cluster.name}`);
  const lookup = lookUpRole(roleArn, facts);
  if (lookup.status === 'absent') return { status: 'n/a' };
  if (lookup.status === 'absent-or-no-oidc') return { status: 'no-oidc-trust', roleArn, issuer };
  if (lookup.status === 'unread') return open(lookup.kind, lookup.why);
  const { role } = lookup;
  const parsed = trustPolicyOf(role);
  if (!parsed.ok) return open('undocumented', `the trust policy of ${roleArn} (${parsed.problem.message})`);
  const request = (audience: string): WebIdentityRequest => ({
    roleArn,
    issuer,
    subject: tokenSubject(subject),
    audience,
    now: facts.now,
    ...(lookup.tags ? { roleTags: lookup.tags } : {}),
  });
  const ask = (audience: string): Decision => decide(parsed.policy, request(audience));
  return { status: 'ready', roleArn, issuer, trustPolicy: role.trustPolicy, policy: parsed.policy, request, ask };
};

const open = (kind: UnknownKind, missing: string): Question => ({ status: 'unknown', missing: { kind, missing } });

/** Why a decision is unknown: its first reason. */
export const doubtOf = ({ reasons, reasonData }: Decision): UnknownReason => {
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

/** True if the trust policy would accept the service account with another audience: then the audience alone is wrong. */
export const audienceAloneRefused = (
  question: Extract<Question, { status: 'ready' }>,
  audience: string,
  known: readonly string[],
): boolean => [defaultAudience, ...known].some(other => other !== audience && question.ask(other).decision === 'allow');
