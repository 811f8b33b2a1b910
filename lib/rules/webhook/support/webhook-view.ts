import { audienceAsked } from '../../../facts/audience-asked.ts';
import { isEksCluster } from '../../../facts/eks-cluster.ts';
import { injectionStopped } from '../../../facts/injection-stopped.ts';
import { hasWebIdentity } from '../../../facts/pod-injection.ts';
import { podSubjectIds, podsOfServiceAccount } from '../../../facts/pods-of-service-account.ts';
import type { WebhookSubject } from '../../../facts/subjects.ts';
import { hasNoIssuer } from '../../../model/cluster.ts';
import { readFailuresOf, valueOr } from '../../../model/collected.ts';
import type { Undecided } from '../../../model/finding.ts';
import { roleArnKey, skipWebhookLabel } from '../../../model/irsa-annotation.ts';
import { type Pod, type ServiceAccount, webhookName } from '../../../model/kubernetes.ts';
import type { Phrase } from '../../../text/message.ts';
import { unknownKindOf } from '../../define-rule.ts';
import type { EvidenceDraft, Explained } from '../../failure.ts';

/** Service accounts with a role annotation, as far as they were read. */
export const annotatedServiceAccounts = ({ kubernetes }: WebhookSubject): readonly ServiceAccount[] =>
  valueOr(kubernetes.serviceAccounts, []).filter(account => account.annotations[roleArnKey]);

/** The pods of annotated service accounts, as far as they were read. */
export const podsOfAnnotated = (subject: WebhookSubject): readonly Pod[] =>
  annotatedServiceAccounts(subject).flatMap(({ namespace, name }) =>
    podsOfServiceAccount(subject.kubernetes, namespace, name),
  );

/** True where it is a fact that no service account has a role, or that none can have one: the webhook has nothing to do
 *  for IRSA. */
export const isUnused = (subject: WebhookSubject): boolean =>
  hasNoIssuer(subject.cluster) ||
  (subject.kubernetes.serviceAccounts.status === 'complete' && annotatedServiceAccounts(subject).length === 0);

/** True for a cluster of EKS, by what EKS or the API server says of it. */
export const isOfEks = ({ cluster, kubernetes }: WebhookSubject): boolean =>
  isEksCluster(cluster, valueOr(kubernetes.issuer, ''));

/** A webhook that gave a pod its role so short a time ago is taken to work now, unless it missed pods since. */
const recentMs = 10 * 60_000;

/** True if a pod of an annotated service account was created and injected a short time before `now`, and none is proven to
 *  have been missed since. */
export const injectedRecently = (subject: WebhookSubject, now: string): boolean =>
  injectionStopped(subject.snapshot) === undefined &&
  annotatedServiceAccounts(subject).some(({ namespace, name, annotations }) =>
    podsOfServiceAccount(subject.kubernetes, namespace, name).some(
      pod =>
        Date.parse(now) - Date.parse(pod.createdAt ?? '') <= recentMs &&
        hasWebIdentity(pod, audienceAsked(annotations)),
    ),
  );

/** The reason why it is open whether any service account has a role: none of those that were read has, and others were
 *  not read. */
export const useUnread = (subject: WebhookSubject): Undecided | undefined => {
  const [gap] = readFailuresOf(subject.kubernetes.serviceAccounts);
  return gap && annotatedServiceAccounts(subject).length === 0
    ? {
        kind: unknownKindOf(gap),
        missing: `whether a service account of cluster ${subject.cluster.name} has a role: ${gap.operation}: ${gap.message}`,
      }
    : undefined;
};

/** Where the configuration was read. */
export const webhookReadFrom = `get mutatingwebhookconfigurations/${webhookName}`;

/** A fact of the configuration as evidence. */
export const webhookEvidence = (what: string, got: EvidenceDraft['got'], wanted: string | Phrase): EvidenceDraft => ({
  what,
  got,
  wanted,
  readFrom: webhookReadFrom,
});

/** The stop of injection that a broken webhook explains. */
export const explainsStop = ({ id }: WebhookSubject): Explained => ({ ruleId: 'webhook-not-injecting', subject: id });

/** Pods without injection that a broken webhook explains: all of the cluster, or some. Those with the label that opts out
 *  get no role from a webhook that works either. */
export const explainsPodsOfCluster = (subject: WebhookSubject, pods?: readonly Pod[]): readonly Explained[] =>
  podSubjectIds(
    subject.cluster.arn,
    (pods ?? valueOr(subject.kubernetes.pods, [])).filter(({ labels }) => labels[skipWebhookLabel] === undefined),
  ).map(id => ({
    ruleId: 'pod-not-injected',
    subject: id,
  }));
