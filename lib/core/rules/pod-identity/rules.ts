import type { AnyRule } from '../define-rule.ts';
import { podIdentityRoleMissing } from './pod-identity-role-missing.ts';
import { podIdentityRoleNotTrusting } from './pod-identity-role-not-trusting.ts';

/** The rules of the group `pod-identity`. */
export const podIdentityRules: readonly AnyRule[] = [podIdentityRoleMissing, podIdentityRoleNotTrusting];
