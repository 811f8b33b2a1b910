import type { AnyRule } from '../prelude.ts';
import { roleDeniedByRcp } from './role-denied-by-rcp.ts';
import { roleSharedAcrossEnvironments } from './role-shared-across-environments.ts';
import { roleTrustMixed } from './role-trust-mixed.ts';
import { roleTrustsDeadCluster } from './role-trusts-dead-cluster.ts';
import { roleUnused } from './role-unused.ts';
import { trustActionWrong } from './trust-action-wrong.ts';
import { trustAnyNamespace } from './trust-any-namespace.ts';
import { trustAnyServiceAccountInNamespace } from './trust-any-service-account-in-namespace.ts';
import { trustAnySubject } from './trust-any-subject.ts';
import { trustAudienceImpossible } from './trust-audience-impossible.ts';
import { trustAudienceUnchecked } from './trust-audience-unchecked.ts';
import { trustConditionExpired } from './trust-condition-expired.ts';
import { trustConditionVacuous } from './trust-condition-vacuous.ts';
import { trustKeyIssuerMismatch } from './trust-key-issuer-mismatch.ts';
import { trustNeverMatches } from './trust-never-matches.ts';
import { trustOpenToAccounts } from './trust-open-to-accounts.ts';
import { trustOpenToLogins } from './trust-open-to-logins.ts';
import { trustPolicyUnparseable } from './trust-policy-unparseable.ts';
import { trustPrincipalWildcard } from './trust-principal-wildcard.ts';
import { trustProviderForeign } from './trust-provider-foreign.ts';
import { trustProviderMissing } from './trust-provider-missing.ts';
import { trustSizeNearLimit } from './trust-size-near-limit.ts';
import { trustSubjectLiteralWildcard } from './trust-subject-literal-wildcard.ts';
import { trustSubjectMalformed } from './trust-subject-malformed.ts';
import { trustSubjectPatternBroad } from './trust-subject-pattern-broad.ts';
import { trustSubjectUnknownNamespace } from './trust-subject-unknown-namespace.ts';
import { trustSubjectUnknownServiceAccount } from './trust-subject-unknown-service-account.ts';
import { trustTooComplex } from './trust-too-complex.ts';
import { trustUndecidable } from './trust-undecidable.ts';

/** The rules of the group `trust`, in the order of documentation. */
export const trustRules: readonly AnyRule[] = [
  trustPolicyUnparseable,
  trustAnySubject,
  trustAnyNamespace,
  trustAnyServiceAccountInNamespace,
  trustSubjectPatternBroad,
  trustConditionVacuous,
  trustAudienceUnchecked,
  trustOpenToAccounts,
  trustOpenToLogins,
  trustPrincipalWildcard,
  trustSubjectLiteralWildcard,
  trustSubjectMalformed,
  trustKeyIssuerMismatch,
  trustAudienceImpossible,
  trustActionWrong,
  trustProviderMissing,
  trustProviderForeign,
  trustNeverMatches,
  trustConditionExpired,
  roleDeniedByRcp,
  trustTooComplex,
  trustUndecidable,
  trustSubjectUnknownNamespace,
  trustSubjectUnknownServiceAccount,
  trustSizeNearLimit,
  roleTrustsDeadCluster,
  roleTrustMixed,
  roleSharedAcrossEnvironments,
  roleUnused,
];
