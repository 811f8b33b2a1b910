import {
  audienceAsked,
  type Facts,
  type PodSubject,
  serviceAccountSubjectId,
  type TrustQuestion,
  trustQuestion,
} from '../../../facts.ts';
import { type KubernetesPlace, restartPods } from '../../../fixes/kubernetes-steps.ts';
import { type FixDraft, type Pod, type PodContainer, roleArnKey, valueOr } from '../../../model.ts';
import { subjectOf } from '../../../policy.ts';
import { phrase } from '../../../text.ts';
import type { EvidenceDraft, Explained } from '../../prelude.ts';

/** The role that the annotation names; undefined without service account or annotation, and where it is empty. */
export const annotatedRole = ({ serviceAccount }: PodSubject): string | undefined =>
  serviceAccount?.annotations[roleArnKey] || undefined;

/** The audience of the service account's tokens. */
export const audienceOfPods = ({ serviceAccount }: PodSubject): string => audienceAsked(serviceAccount?.annotations);

/** Pods that can be judged: a mirror pod has no service account's token. */
export const realPods = ({ pods }: PodSubject): readonly Pod[] => pods.filter(pod => !pod.isMirror);

/** `Deployment checkout/cart`: how the owner of pods is named in messages. How many pods it has changes by itself: that
 *  is evidence. */
export const workloadOf = ({ pods: [{ namespace }], ownerKind, ownerName }: PodSubject): string =>
  `${ownerKind === 'Pod' ? 'pod' : ownerKind} ${namespace}/${ownerName}`;

/** `orders/refund`: how the pods' service account is named in messages. */
export const accountOfPods = ({ pods: [{ namespace, serviceAccount }] }: PodSubject): string =>
  `${namespace}/${serviceAccount}`;

/** Where pods were read. */
export const podsReadFrom = ({ cluster }: PodSubject): string => `pods of cluster ${cluster.name}`;

/** Which pods are concerned, out of how many. Both change by themselves. */
export const podEvidence = (some: readonly Pod[], subject: PodSubject): EvidenceDraft => ({
  what: 'pods',
  got: phrase('{affected} of {total:pod}: {names}', {
    affected: some.length,
    total: subject.pods.length,
    names: some.map(pod => pod.name),
  }),
  readFrom: podsReadFrom(subject),
  volatile: true,
});

/** Where steps on the pods' namespace go. */
export const placeOf = ({ pods: [{ namespace }], cluster }: PodSubject): Required<KubernetesPlace> => ({
  cluster,
  namespace,
});

/** Replaces the pods of the subject's owner. */
export const restartFix = (some: readonly Pod[], subject: PodSubject): FixDraft => ({
  summary: `Restart the pods of ${workloadOf(subject)}: the webhook gives a role only to new pods.`,
  ...restartPods(placeOf(subject), { kind: subject.ownerKind, name: subject.ownerName, pods: some }),
});

/** Names of containers over several pods, each once. */
export const containerNames = (containers: readonly PodContainer[]): readonly string[] => [
  ...new Set(containers.map(({ name, init }) => (init ? `${name} (init)` : name))),
];

/** Findings on the pods' service account that would be the cause. */
export const byServiceAccount = (
  { cluster, pods: [pod] }: PodSubject,
  ruleIds: readonly string[],
): readonly Explained[] => {
  const subject = serviceAccountSubjectId(cluster.arn, pod.namespace, pod.serviceAccount);
  return ruleIds.map(ruleId => ({ ruleId, subject }));
};

/** The question whether a role trusts the service account of some pods, whatever its annotation says. */
export const roleQuestion = (
  { cluster, kubernetes, pods: [pod] }: PodSubject,
  roleArn: string,
  facts: Facts,
): TrustQuestion => {
  const issuer = cluster.issuer ?? valueOr(kubernetes.issuer, undefined);
  return issuer === undefined
    ? { status: 'unknown', missing: { kind: 'unread', missing: `the issuer of cluster ${cluster.name}` } }
    : trustQuestion({ roleArn, issuer, subject: subjectOf(pod.namespace, pod.serviceAccount) }, facts);
};
