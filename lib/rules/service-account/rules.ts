import type { AnyRule } from '../prelude.ts';
import { serviceAccountAnnotationMistyped } from './service-account-annotation-mistyped.ts';
import { serviceAccountAudienceRefused } from './service-account-audience-refused.ts';
import { serviceAccountOnDefault } from './service-account-on-default.ts';
import { serviceAccountOptionIgnored } from './service-account-option-ignored.ts';
import { serviceAccountPodIdentityOverrides } from './service-account-pod-identity-overrides.ts';
import { serviceAccountRoleAccountLacksProvider } from './service-account-role-account-lacks-provider.ts';
import { serviceAccountRoleArnMalformed } from './service-account-role-arn-malformed.ts';
import { serviceAccountRoleMissing } from './service-account-role-missing.ts';
import { serviceAccountRoleNotTrusting } from './service-account-role-not-trusting.ts';
import { serviceAccountRoleUnannotated } from './service-account-role-unannotated.ts';
import { serviceAccountSecondRole } from './service-account-second-role.ts';
import { serviceAccountWorkloadElsewhere } from './service-account-workload-elsewhere.ts';

/** The rules of the group `service-account`. */
export const serviceAccountRules: readonly AnyRule[] = [
  serviceAccountRoleArnMalformed,
  serviceAccountAnnotationMistyped,
  serviceAccountRoleMissing,
  serviceAccountRoleAccountLacksProvider,
  serviceAccountRoleNotTrusting,
  serviceAccountAudienceRefused,
  serviceAccountPodIdentityOverrides,
  serviceAccountOnDefault,
  serviceAccountOptionIgnored,
  serviceAccountWorkloadElsewhere,
  serviceAccountSecondRole,
  serviceAccountRoleUnannotated,
];
