import { hasPodIdentity } from '../../../facts/pod-injection.ts';
import { podsOfServiceAccount } from '../../../facts/pods-of-service-account.ts';
import type { AssociationSubject } from '../../../facts/subjects.ts';
import { valueOr } from '../../../model/collected.ts';
import { roleArnKey, skipWebhookLabel } from '../../../model/irsa-annotation.ts';
import type { KubernetesFacts, Pod, PodOwner } from '../../../model/kubernetes.ts';

/** Pods of one owner that do not have the role of their association, and why. */
export interface PodsWithout {
  readonly why: 'older' | 'fargate' | 'windows';
  readonly owner: PodOwner;
  readonly pods: readonly Pod[];
}

/** The pods of an association that cannot have its role. `undated`: some may be older, which is not known. */
export const podsWithout = (
  { association }: AssociationSubject,
  kubernetes: KubernetesFacts,
): { readonly groups: readonly PodsWithout[]; readonly undated: boolean } => {
  const { namespace, serviceAccount, createdAt } = association;
  const judged = podsOfServiceAccount(kubernetes, namespace, serviceAccount)
    .filter(pod => !pod.isMirror && pod.labels[skipWebhookLabel] === undefined && !hasOtherCredentials(pod))
    .map(pod => ({ pod, why: whyWithout(pod, createdAt, isAnnotated(association, kubernetes)) }));
  const failed = judged.flatMap(({ pod, why }) => (why === undefined || why === 'undated' ? [] : [{ pod, why }]));
  const groups = Map.groupBy(failed, ({ pod, why }) => JSON.stringify([ownerOf(pod), why]));
  const byOwner = new Map<string, PodsWithout>();
  for (const group of groups.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const owner = ownerOf(first.pod);
    const key = JSON.stringify(owner);
    if (!byOwner.has(key)) byOwner.set(key, { why: first.why, owner, pods: group.map(({ pod }) => pod) });
  }
  return { groups: [...byOwner.values()], undated: judged.some(({ why }) => why === 'undated') };
};

const whyWithout = (
  pod: Pod,
  associatedAt: string | undefined,
  annotated: boolean,
): PodsWithout['why'] | 'undated' | undefined => {
  if (pod.onFargate) return 'fargate';
  if (pod.isWindows) return 'windows';
  // What an annotated service account's pods lack is told by the rules on pods.
  if (hasPodIdentity(pod) || annotated) return undefined;
  if (associatedAt === undefined || pod.createdAt === undefined) return 'undated';
  return Date.parse(pod.createdAt) < Date.parse(associatedAt) ? 'older' : undefined;
};

/** Credentials that SDKs take before those of the association: a role by web identity, or keys. */
const hasOtherCredentials = ({ containers }: Pod): boolean =>
  containers.some(
    ({ awsVariables }) => awsVariables.includes('AWS_ROLE_ARN') || awsVariables.includes('AWS_ACCESS_KEY_ID'),
  );

const isAnnotated = (
  { namespace, serviceAccount }: AssociationSubject['association'],
  { serviceAccounts }: KubernetesFacts,
): boolean =>
  valueOr(serviceAccounts, []).some(
    one => one.namespace === namespace && one.name === serviceAccount && Boolean(one.annotations[roleArnKey]),
  );

const ownerOf = ({ owner, name }: Pod): PodOwner => owner ?? { kind: 'Pod', name };
