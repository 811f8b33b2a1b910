import type { AnyRule } from '../prelude.ts';
import { podAnnotationIgnored } from './pod-annotation-ignored.ts';
import { podAudienceStale } from './pod-audience-stale.ts';
import { podContainerUncovered } from './pod-container-uncovered.ts';
import { podEgressClosed } from './pod-egress-closed.ts';
import { podNotInjected } from './pod-not-injected.ts';
import { podOptionIgnored } from './pod-option-ignored.ts';
import { podRoleNotTrusting } from './pod-role-not-trusting.ts';
import { podRoleStale } from './pod-role-stale.ts';
import { podRoleUnannotated } from './pod-role-unannotated.ts';
import { podServiceAccountGone } from './pod-service-account-gone.ts';
import { podStaticCredentials } from './pod-static-credentials.ts';
import { podTokenUnreadable } from './pod-token-unreadable.ts';

/** The rules of the group `pod`. */
export const podRules: readonly AnyRule[] = [
  podNotInjected,
  podRoleStale,
  podRoleUnannotated,
  podAudienceStale,
  podRoleNotTrusting,
  podAnnotationIgnored,
  podOptionIgnored,
  podContainerUncovered,
  podStaticCredentials,
  podServiceAccountGone,
  podTokenUnreadable,
  podEgressClosed,
];
