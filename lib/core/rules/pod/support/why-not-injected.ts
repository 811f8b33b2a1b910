/** Why a pod was not injected: only what its facts prove, else that they prove nothing (docs/facts.md §D.3). */

import { isOptOut, unmetRequirement } from '../../../facts/label-selector.ts';
import { hasWebIdentity } from '../../../facts/pod-injection.ts';
import { podsOfServiceAccount } from '../../../facts/pods-of-service-account.ts';
import type { PodSubject } from '../../../facts/subjects.ts';
import { skipWebhookLabel } from '../../../model/irsa-annotation.ts';
import type { Pod } from '../../../model/kubernetes.ts';
import { audienceOf } from './pod-view.ts';

/** A cause in words; `byChoice` if somebody asked for it on the pod itself, so that a restart alone mends nothing. */
export interface Cause {
  readonly text: string;
  readonly byChoice: boolean;
}

const later = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && Date.parse(a) > Date.parse(b);

/** The cause for one pod. */
export const whyNotInjected = (pod: Pod, subject: PodSubject): Cause => {
  const { serviceAccount } = subject;
  const optOut = optOutOf(pod, subject);
  if (optOut !== undefined)
    return { text: `the pod’s label ${optOut} tells the webhook to leave it alone`, byChoice: true };
  if (later(serviceAccount?.createdAt, pod.createdAt)) return proven('the service account was made after the pod');
  if (serviceAccount?.annotatedAt !== undefined && pod.createdAt !== undefined)
    return later(serviceAccount.annotatedAt, pod.createdAt)
      ? proven(
          `the annotation, or another field of the same writer, was last written at ${serviceAccount.annotatedAt}, after the pod was made`,
        )
      : proven('the annotation was there before the pod: the webhook did not answer when the pod was made');
  return laterPodInjected(pod, subject)
    ? proven(
        'pods of the same account that were made later have it: the annotation, or the webhook, came after this pod',
      )
    : proven('either the annotation is newer than the pod, or the webhook did not answer: the facts do not tell which');
};

/** The label that takes a pod out of the webhook's reach; the usual one where the configuration was not read. */
const optOutOf = (pod: Pod, { kubernetes }: PodSubject): string | undefined => {
  if (kubernetes.webhook.status === 'unavailable')
    return pod.labels[skipWebhookLabel] === undefined ? undefined : skipWebhookLabel;
  for (const { objectSelector } of kubernetes.webhook.value?.webhooks ?? []) {
    const unmet = unmetRequirement(objectSelector, pod.labels);
    if (unmet && isOptOut(unmet)) return unmet.key;
  }
  return undefined;
};

const proven = (text: string): Cause => ({ text, byChoice: false });

const laterPodInjected = (pod: Pod, subject: PodSubject): boolean =>
  podsOfServiceAccount(subject.kubernetes, pod.namespace, pod.serviceAccount).some(
    other => hasWebIdentity(other, audienceOf(subject)) && later(other.createdAt, pod.createdAt),
  );
