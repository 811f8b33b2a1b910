import type { AnyRule } from '../define-rule.ts';
import { podContainerUncovered } from './pod-container-uncovered.ts';
import { podNotInjected } from './pod-not-injected.ts';
import { podRoleStale } from './pod-role-stale.ts';
import { podServiceAccountGone } from './pod-service-account-gone.ts';
import { podStaticCredentials } from './pod-static-credentials.ts';
import { podTokenUnreadable } from './pod-token-unreadable.ts';

/** The rules of the group `pod`. */
export const podRules: readonly AnyRule[] = [
  podNotInjected,
  podRoleStale,
  podContainerUncovered,
  podStaticCredentials,
  podServiceAccountGone,
  podTokenUnreadable,
];
