import {
  associationSubjectId,
  audienceAsked,
  hasPodIdentity,
  hasWebIdentity,
  injectionStopped,
  isEksCluster,
  podSubjectIds,
  podsOfServiceAccount,
  type WebhookSubject,
} from '../../../facts.ts';
import {
  hasNoIssuer,
  type Pod,
  readFailuresOf,
  roleArnKey,
  type ServiceAccount,
  skipWebhookLabel,
  type Undecided,
  valueOr,
  webhookName,
} from '../../../model.ts';
import type { Phrase } from '../../../text.ts';
import { type EvidenceDraft, type Explained, unknownKindOf } from '../../prelude.ts';

/** Service accounts with a role annotation, as far as they were read. */
export const annotatedServiceAccounts = ({ kubernetes }: WebhookSubject): readonly ServiceAccount[] =>
  valueOr(kubernetes.serviceAccounts, []).filter(account => account.annotations[roleArnKey]);

/** The pods of annotated service accounts, as far as they were read. */
export const podsOfAnnotated = (subject: WebhookSubject): readonly Pod[] =>
  annotatedServiceAccounts(subject).flatMap(({ namespace, name }) =>
    podsOfServiceAccount(subject.kubernetes, namespace, name),
  );

/** True where it is a fact that no service account has a role, or that none can have one: the webhook has nothing to do.
 *  It serves associations of EKS Pod Identity too (docs/facts.md §D.4). */
export const isUnused = (subject: WebhookSubject): boolean =>
  hasNoIssuer(subject.cluster) ||
  (subject.kubernetes.serviceAccounts.status === 'complete' && accountsWithRole(subject) === 0);

/** How many service accounts are known to have a role, by an annotation or an association: those that exist. */
export const accountsWithRole = (subject: WebhookSubject): number => {
  const associated = new Set(
    valueOr(subject.snapshot.podIdentity, []).map(({ namespace, serviceAccount }) => `${namespace}/${serviceAccount}`),
  );
  return valueOr(subject.kubernetes.serviceAccounts, []).filter(
    ({ namespace, name, annotations }) => annotations[roleArnKey] || associated.has(`${namespace}/${name}`),
  ).length;
};

/** True for a cluster of EKS, by what EKS or the API server says of it. */
export const isOfEks = ({ cluster, kubernetes }: WebhookSubject): boolean =>
  isEksCluster(cluster, valueOr(kubernetes.issuer, ''));

/** A webhook that gave a pod its role so short a time ago is taken to work now, unless it missed pods since. */
const recentMs = 10 * 60_000;

/** True if a pod was created and given its role a short time before `now`, by an annotation or an association, and none is proven
 *  to have been missed since. */
export const injectedRecently = (subject: WebhookSubject, now: string): boolean => {
  const isRecent = ({ createdAt }: Pod): boolean => Date.parse(now) - Date.parse(createdAt ?? '') <= recentMs;
  return (
    injectionStopped(subject.snapshot) === undefined &&
    (valueOr(subject.kubernetes.pods, []).some(pod => isRecent(pod) && hasPodIdentity(pod)) ||
      annotatedServiceAccounts(subject).some(({ namespace, name, annotations }) =>
        podsOfServiceAccount(subject.kubernetes, namespace, name).some(
          pod => isRecent(pod) && hasWebIdentity(pod, audienceAsked(annotations)),
        ),
      ))
  );
};

/** The reason why it is open whether any service account has a role: none of those that were read has, and others were
 *  not read. */
export const useUnread = (subject: WebhookSubject): Undecided | undefined => {
  const [gap] = readFailuresOf(subject.kubernetes.serviceAccounts);
  return gap && accountsWithRole(subject) === 0
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
export const explainsPodsOfCluster = (subject: WebhookSubject, pods?: readonly Pod[]): readonly Explained[] => [
  ...podSubjectIds(
    subject.cluster.arn,
    (pods ?? valueOr(subject.kubernetes.pods, [])).filter(({ labels }) => labels[skipWebhookLabel] === undefined),
  ).map(id => ({ ruleId: 'pod-not-injected', subject: id })),
  ...(pods === undefined ? valueOr(subject.snapshot.podIdentity, []) : []).map(({ namespace, serviceAccount }) => ({
    ruleId: 'pod-identity-pods-without',
    subject: associationSubjectId(subject.cluster.arn, namespace, serviceAccount),
  })),
];
