import type { Cause } from './known-message.ts';

/** Rules of a pod that did not get what the webhook injects. */
export const notInjected: readonly string[] = [
  'pod-not-injected',
  'webhook-missing',
  'webhook-invalid',
  'service-account-annotation-mistyped',
];

/** A cause that several messages have: the webhook did nothing to the pod. */
export const wasNotInjected: Cause = {
  text: 'The pod was not injected: made before the annotation, a mistyped annotation, or no webhook.',
  rules: notInjected,
};

/** The pod has no annotated account. */
export const runsAsAnother: Cause = {
  text: 'The pod runs under another service account than the annotated one.',
  rules: ['pod-not-injected', 'pod-service-account-gone'],
};

/** The webhook left one container out. */
export const isNotCovered: Cause = {
  text: 'This container is not covered, though others of the pod are.',
  rules: ['pod-container-uncovered'],
};
