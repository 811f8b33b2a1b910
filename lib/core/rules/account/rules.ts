import type { AnyRule } from '../define-rule.ts';
import { accountAnnotationMistyped } from './account-annotation-mistyped.ts';
import { accountAudienceRefused } from './account-audience-refused.ts';
import { accountOnDefault } from './account-on-default.ts';
import { accountOptionIgnored } from './account-option-ignored.ts';
import { accountPodIdentityOverrides } from './account-pod-identity-overrides.ts';
import { accountRoleAccountLacksProvider } from './account-role-account-lacks-provider.ts';
import { accountRoleArnMalformed } from './account-role-arn-malformed.ts';
import { accountRoleMissing } from './account-role-missing.ts';
import { accountRoleNotTrusting } from './account-role-not-trusting.ts';

/** The rules of the group `account`. */
export const accountRules: readonly AnyRule[] = [
  accountRoleArnMalformed,
  accountAnnotationMistyped,
  accountRoleMissing,
  accountRoleAccountLacksProvider,
  accountRoleNotTrusting,
  accountAudienceRefused,
  accountPodIdentityOverrides,
  accountOnDefault,
  accountOptionIgnored,
];
