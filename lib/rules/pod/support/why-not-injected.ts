/** Why pods were not injected: only what their facts prove, else that they prove nothing (docs/facts.md §D.3). */
import { hasWebIdentity } from '../../../facts/pod-injection.ts';
import { podsOfServiceAccount } from '../../../facts/pods-of-service-account.ts';
import type { PodSubject } from '../../../facts/subjects.ts';
import type { Pod } from '../../../model/kubernetes.ts';
import { audienceOf } from './pod-view.ts';

/** A cause by message id; `annotatedAt` is an upper bound of when the annotation was written. */
export type Cause =
  | { readonly id: 'serviceAccountNewer' | 'newerPodsInjected' | 'annotationOlder' | 'unclear' }
  | { readonly id: 'annotationNewer'; readonly annotatedAt: string };

/** The cause that all pods have in common. */
export const whyNotInjected = (pods: readonly Pod[], subject: PodSubject): Cause => {
  const [first, ...others] = pods.map(pod => causeOf(pod, subject));
  return first && others.every(({ id }) => id === first.id) ? first : { id: 'unclear' };
};

/** Kubernetes keeps whole seconds, and the webhook hears of an annotation some time after it is written: an annotation that
 *  is older by less than this may have been too new for the webhook. */
const heardWithinMs = 10 * 60_000;

const causeOf = (pod: Pod, subject: PodSubject): Cause => {
  const { serviceAccount } = subject;
  const made = Date.parse(pod.createdAt ?? '');
  if (Date.parse(serviceAccount?.createdAt ?? '') > made) return { id: 'serviceAccountNewer' };
  if (laterPodInjected(pod, subject)) return { id: 'newerPodsInjected' };
  const { annotatedAt } = serviceAccount ?? {};
  if (annotatedAt === undefined) return { id: 'unclear' };
  if (Date.parse(annotatedAt) > made) return { id: 'annotationNewer', annotatedAt };
  return made - Date.parse(annotatedAt) > heardWithinMs ? { id: 'annotationOlder' } : { id: 'unclear' };
};

const laterPodInjected = (pod: Pod, subject: PodSubject): boolean =>
  podsOfServiceAccount(subject.kubernetes, pod.namespace, pod.serviceAccount).some(
    other =>
      hasWebIdentity(other, audienceOf(subject)) && Date.parse(other.createdAt ?? '') > Date.parse(pod.createdAt ?? ''),
  );
