import { restartPods } from '../../../facts/kubectl.ts';
import { serviceAccountSubjectId } from '../../../facts/subject-ids.ts';
import type { PodSubject } from '../../../facts/subjects.ts';
import type { Evidence, Fix } from '../../../model/finding.ts';
import { audienceKey, roleArnKey } from '../../../model/irsa-annotation.ts';
import type { Pod, PodContainer } from '../../../model/kubernetes.ts';
import { defaultAudience } from '../../../trust/evaluate/request.ts';
import type { Explained } from '../../define-rule.ts';

/** The role that the account's annotation names; undefined where there is no account, no annotation or an empty one. */
export const annotatedRole = ({ serviceAccount }: PodSubject): string | undefined =>
  serviceAccount?.annotations[roleArnKey] || undefined;

/** The audience of the account's tokens. */
export const audienceOf = ({ serviceAccount }: PodSubject): string =>
  serviceAccount?.annotations[audienceKey] ?? defaultAudience;

/** Pods that can be judged: a mirror pod has no service account's token. */
export const realPods = ({ pods }: PodSubject): readonly Pod[] => pods.filter(pod => !pod.isMirror);

/** `3 of the 5 pods of Deployment checkout/cart`. */
export const countOf = (some: readonly Pod[], { pods, ownerKind, ownerName }: PodSubject): string => {
  const [{ namespace }] = pods;
  if (ownerKind === 'Pod') return `pod ${namespace}/${ownerName}`;
  const count = some.length === pods.length ? `all ${pods.length}` : `${some.length} of the ${pods.length}`;
  return `${pods.length === 1 ? 'the pod' : `${count} pods`} of ${ownerKind} ${namespace}/${ownerName}`;
};

/** Verb in the number of `countOf`. */
export const verb = (some: readonly Pod[], singular: string, plural: string): string =>
  some.length === 1 ? singular : plural;

/** Names of the pods, at most five. */
export const podEvidence = (some: readonly Pod[], { cluster }: PodSubject, what: string): Evidence => {
  const names = some.slice(0, 5).map(pod => pod.name);
  const more = some.length > names.length ? ` and ${some.length - names.length} more` : '';
  return { what, got: `${names.join(', ')}${more}`, readFrom: `pods of cluster ${cluster.name}` };
};

/** Makes the pods of the subject's owner anew. */
export const restartFix = (some: readonly Pod[], { pods, ownerKind, ownerName }: PodSubject, why: string): Fix => {
  const [{ namespace }] = pods;
  const owner = { namespace, kind: ownerKind, name: ownerName };
  return {
    summary: `Make the pods of ${ownerKind} ${namespace}/${ownerName} anew: ${why}.`,
    ...restartPods(
      owner,
      some.map(pod => pod.name),
    ),
  };
};

/** Names of containers over several pods, each once. */
export const containerNames = (containers: readonly PodContainer[]): string =>
  [...new Set(containers.map(({ name, init }) => (init ? `${name} (init)` : name)))].join(', ');

/** Findings on the pods' service account that would be the cause. */
export const byAccount = ({ cluster, pods: [pod] }: PodSubject, ruleIds: readonly string[]): readonly Explained[] => {
  const subject = serviceAccountSubjectId(cluster.arn, pod.namespace, pod.serviceAccount);
  return ruleIds.map(ruleId => ({ ruleId, subject }));
};
