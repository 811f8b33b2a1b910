import type { Cause } from './known-message.ts';

/** Rules about a pod that the webhook did not inject. */
export const notInjected: readonly string[] = [
  'pod-not-injected',
  'webhook-missing',
  'webhook-invalid',
  'service-account-annotation-mistyped',
];

/** A cause of several messages: the webhook did not mutate the pod. */
export const wasNotInjected: Cause = {
  text: 'The webhook did not inject the pod: the pod is older than the annotation, the annotation is mistyped, or the webhook is missing. Restart the pod after the fix.',
  rules: notInjected,
};

/** The pod has no annotated service account. */
export const runsAsAnother: Cause = {
  text: 'The pod runs as another service account than the annotated one, often default.',
  rules: ['pod-not-injected', 'pod-service-account-gone'],
};

/** The webhook left one container out. */
export const isNotCovered: Cause = {
  text: 'The webhook skipped this container, but not the other containers of the pod.',
  rules: ['pod-container-uncovered'],
};

/** Access keys in the container take precedence over the role. */
export const hasKeys: Cause = {
  text: 'Access keys, a profile or a credentials file in the container take precedence over the role.',
  rules: ['pod-static-credentials'],
};
