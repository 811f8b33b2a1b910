import type { AnyRule } from '../prelude.ts';
import { podIdentityAgentMissing } from './pod-identity-agent-missing.ts';
import { podIdentityChainRefusesTags } from './pod-identity-chain-refuses-tags.ts';
import { podIdentityPodsWithout } from './pod-identity-pods-without.ts';
import { podIdentityRoleMissing } from './pod-identity-role-missing.ts';
import { podIdentityRoleNeverUsed } from './pod-identity-role-never-used.ts';
import { podIdentityRoleNotTrusting } from './pod-identity-role-not-trusting.ts';
import { podIdentityServiceAccountMissing } from './pod-identity-service-account-missing.ts';
import { podIdentityTargetNotTrusting } from './pod-identity-target-not-trusting.ts';

/** The rules of the group `pod-identity`. */
export const podIdentityRules: readonly AnyRule[] = [
  podIdentityRoleMissing,
  podIdentityRoleNotTrusting,
  podIdentityServiceAccountMissing,
  podIdentityPodsWithout,
  podIdentityAgentMissing,
  podIdentityTargetNotTrusting,
  podIdentityChainRefusesTags,
  podIdentityRoleNeverUsed,
];
