import {
  hasPodIdentity,
  hasWebIdentity,
  heardWithinMs,
  noCredentials,
  optsOut,
  type PodSubject,
  podsOfServiceAccount,
  webhookSubjectId,
} from '../../facts.ts';
import { type FixDraft, type Pod, roleNameOf, skipWebhookLabel } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, type Failure, failures, notApplicable, pass } from '../prelude.ts';
import {
  annotatedRole,
  audienceOfPods,
  byServiceAccount,
  podEvidence,
  podsReadFrom,
  realPods,
  restartFix,
  workloadOf,
} from './support/pod-view.ts';

const fail = failures({
  serviceAccountNewer: [
    'pods without role',
    '{workload} runs without role {role}: its pods are older than their service account',
  ],
  newerPodsInjected: [
    'pods without role',
    '{workload} runs without role {role}, which newer pods of the same service account have',
  ],
  annotationNewer: [
    'pods without role',
    '{workload} runs without role {role}: its pods may be older than the annotation of {annotatedAt}',
  ],
  annotationOlder: [
    'pods without role',
    '{workload} runs without role {role}, although its pods are newer than the annotation',
  ],
  together: [
    'pods without role',
    '{workload} runs without role {role}: its pods were created together with the annotation, which the webhook had not heard of',
  ],
  optedOut: [
    'opt out by a label',
    '{workload} runs without role {role}: the label {label} opts out of the webhook, and its value "{value}" does not matter',
  ],
  unclear: [
    'pods without role',
    '{workload} runs without role {role}: its pods may be older than the annotation, or the webhook failed',
  ],
});

/** Such a pod starts, and calls AWS as its node: nobody notices until a permission is missing, or there is one too many. */
export const podNotInjected = defineRule({
  id: 'pod-not-injected',
  kind: 'pod',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'webhook-injection',
  title: 'Pods of annotated service accounts have their role',
  fault: 'Pods of an annotated service account have no role',
  says: fail.says,
  needs: ['service-accounts', 'pods'],
  why: 'The webhook gives a role only when a pod is created. A pod that was created before the annotation, or while the webhook did not work, runs as its node’s role for as long as it lives. Why it was not injected is told only where timestamps prove it.',
  fix: 'Restart the pods. If that does not help, look at the webhook.',
  references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §D.2, §D.3'],
  check: subject => {
    const role = annotatedRole(subject);
    if (role === undefined) return notApplicable;
    const missed = realPods(subject).filter(pod => isMissed(pod, subject));
    if (missed.length === 0) return deniedLabel(subject, role) ?? pass;
    const names = { workload: workloadOf(subject), role: roleNameOf(role) };
    const cause = whyNotInjected(missed, subject);
    return (
      cause.id === 'annotationNewer'
        ? fail.annotationNewer({ ...names, annotatedAt: cause.annotatedAt })
        : fail[cause.id](names)
    )
      .evidence('role that the annotation names', `serviceaccounts of cluster ${subject.cluster.name}`, role)
      .pieces(podEvidence(missed, subject))
      .changing('first of these pods created at', podsReadFrom(subject), missed[0]?.createdAt ?? phrase('unknown'))
      .podError(noCredentials)
      .explainedBy([
        ...byServiceAccount(subject, ['service-account-role-arn-malformed']),
        { ruleId: 'webhook-missing', subject: webhookSubjectId(subject.cluster.arn) },
      ])
      .fix(fixOf(missed, cause, subject));
  },
});

/** Nothing that was read says why the webhook missed them: it may miss the next ones too. */
const fixOf = (missed: readonly Pod[], { id }: Cause, subject: PodSubject): FixDraft => {
  const fix = restartFix(missed, subject);
  if (id !== 'annotationOlder' || fix.choice !== undefined) return fix;
  return {
    ...fix,
    choice:
      'Whether the new pods have the role. Where they do not, the API server cannot call the webhook: its log then has "failed calling webhook" with the reason (the certificate, the network, or pods of the webhook that are not ready).',
  };
};

/** A value that says no to the label, which opts out by being there (docs/facts.md §D.3). */
const saysNo = /^(?:false|no|off|0)$/i;

/** Pods whose label opts out although its value says that it does not; any other value is taken as a choice. */
const deniedLabel = (subject: PodSubject, role: string): Failure | undefined => {
  const found = realPods(subject).filter(
    pod => saysNo.test(pod.labels[skipWebhookLabel] ?? '') && isBare(pod, subject),
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const value = first.labels[skipWebhookLabel] ?? '';
  return fail
    .optedOut({ workload: workloadOf(subject), role: roleNameOf(role), label: skipWebhookLabel, value })
    .severity('medium')
    .evidence(`label ${skipWebhookLabel}`, podsReadFrom(subject), value, phrase('no such label'))
    .pieces(podEvidence(found, subject))
    .podError(noCredentials)
    .fix(
      `Remove the label from the template of ${workloadOf(subject)}: its pods then get the role.`,
      'Whether the pods are to have the role.',
    );
};

const isBare = (pod: Pod, subject: PodSubject): boolean =>
  !hasWebIdentity(pod, audienceOfPods(subject)) && !hasPodIdentity(pod);

const isMissed = (pod: Pod, subject: PodSubject): boolean =>
  !hasWebIdentity(pod, audienceOfPods(subject)) && !hasPodIdentity(pod) && !optsOut(pod, subject.kubernetes);

/** A cause by message id; `annotatedAt` is an upper bound of when the annotation was written. */
type Cause =
  | { readonly id: 'serviceAccountNewer' | 'newerPodsInjected' | 'annotationOlder' | 'together' | 'unclear' }
  | { readonly id: 'annotationNewer'; readonly annotatedAt: string };

/** The cause that all pods have in common. */
const whyNotInjected = (pods: readonly Pod[], subject: PodSubject): Cause => {
  const [first, ...others] = pods.map(pod => causeOf(pod, subject));
  return first && others.every(({ id }) => id === first.id) ? first : { id: 'unclear' };
};

/** Kubernetes keeps whole seconds, and a tool writes a service account and its workload in one go: an annotation that is this
 *  young was most likely too new for the webhook (amazon-eks-pod-identity-webhook#174). */
const togetherMs = 60_000;

const causeOf = (pod: Pod, subject: PodSubject): Cause => {
  const { serviceAccount } = subject;
  const made = Date.parse(pod.createdAt ?? '');
  if (Date.parse(serviceAccount?.createdAt ?? '') > made) return { id: 'serviceAccountNewer' };
  if (laterPodInjected(pod, subject)) return { id: 'newerPodsInjected' };
  const { annotatedAt } = serviceAccount ?? {};
  if (annotatedAt === undefined) return { id: 'unclear' };
  if (Date.parse(annotatedAt) > made) return { id: 'annotationNewer', annotatedAt };
  const age = made - Date.parse(annotatedAt);
  if (age <= togetherMs) return { id: 'together' };
  return age > heardWithinMs ? { id: 'annotationOlder' } : { id: 'unclear' };
};

const laterPodInjected = (pod: Pod, subject: PodSubject): boolean =>
  podsOfServiceAccount(subject.kubernetes, pod.namespace, pod.serviceAccount).some(
    other =>
      hasWebIdentity(other, audienceOfPods(subject)) &&
      Date.parse(other.createdAt ?? '') > Date.parse(pod.createdAt ?? ''),
  );
