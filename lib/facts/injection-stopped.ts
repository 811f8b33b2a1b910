/** Whether the webhook still gives new pods their role, as the pods of a cluster show it. */
import type { ClusterSnapshot } from '../model/cluster.ts';
import { valueOr } from '../model/collected.ts';
import { roleArnKey } from '../model/irsa-annotation.ts';
import type { KubernetesFacts, Pod, PodOwner } from '../model/kubernetes.ts';
import { audienceAsked } from './audience-asked.ts';
import { optsOut } from './label-selector.ts';
import { hasPodIdentity, hasWebIdentity } from './pod-injection.ts';
import { podsOfServiceAccount } from './pods-of-service-account.ts';

/** The webhook hears of an annotation or an association some time after it is written (docs/facts.md §D.7): a pod that is
 *  younger by less than this may have come too early. */
export const heardWithinMs = 10 * 60_000;

/** Pods that should have a role and came after every pod that got one. */
export interface MissedPods {
  /** When the first of them was created, ISO 8601. */
  readonly since: string;
  /** In the order in which they were created. */
  readonly pods: readonly [Pod, ...Pod[]];
  /** Their owners, each once. */
  readonly owners: readonly PodOwner[];
}

interface Missed {
  readonly pod: Pod;
  readonly at: number;
  /** The role was named long before: only the webhook can be the cause. Else when it was named is not known. */
  readonly isProven: boolean;
}

const bySnapshot = new WeakMap<ClusterSnapshot, { readonly proven?: MissedPods; readonly likely?: MissedPods }>();

/** Pods of several workloads that are proven to have been missed since some instant, while no other pod got a role after it:
 *  that is the webhook's doing, and not the pods'. Undefined where that is not so, or not all pods were read. */
export const injectionStopped = (snapshot: ClusterSnapshot): MissedPods | undefined => {
  const { proven } = missedIn(snapshot);
  return proven !== undefined && proven.owners.length > 1 ? proven : undefined;
};

/** Pods that were missed last, of one workload or more, whether or not it is known when their role was named: enough to say
 *  that a doubtful configuration does not work. */
export const missedLast = (snapshot: ClusterSnapshot): MissedPods | undefined => missedIn(snapshot).likely;

const missedIn = (snapshot: ClusterSnapshot) => {
  const known = bySnapshot.get(snapshot) ?? find(snapshot);
  bySnapshot.set(snapshot, known);
  return known;
};

const find = (snapshot: ClusterSnapshot): { readonly proven?: MissedPods; readonly likely?: MissedPods } => {
  const { kubernetes } = snapshot;
  if (kubernetes.status === 'unavailable') return {};
  const { pods, serviceAccounts } = kubernetes.value;
  if (pods.status !== 'complete' || serviceAccounts.status !== 'complete') return {};
  const lastInjected = Math.max(...pods.value.filter(isInjected).map(timeOf));
  const missed = pods.value
    .flatMap(pod => missedOf(pod, snapshot, kubernetes.value) ?? [])
    .filter(({ at }) => at > lastInjected)
    .toSorted((a, b) => a.at - b.at);
  const proven = summaryOf(missed.filter(({ isProven }) => isProven));
  const likely = summaryOf(missed);
  return { ...(proven && { proven }), ...(likely && { likely }) };
};

/** An instant that is not known is before all others. */
const timeOf = ({ createdAt }: Pod): number => {
  const at = Date.parse(createdAt ?? '');
  return Number.isNaN(at) ? Number.NEGATIVE_INFINITY : at;
};

/** True for what the webhook of either kind adds. */
const isInjected = (pod: Pod): boolean =>
  hasPodIdentity(pod) || pod.volumes.some(({ name }) => name === 'aws-iam-token');

const summaryOf = (missed: readonly Missed[]): MissedPods | undefined => {
  const [first, ...rest] = missed.map(({ pod }) => pod);
  if (first?.createdAt === undefined) return undefined;
  const owners = [first, ...rest].map(({ owner, name, namespace }) => ({
    key: JSON.stringify([namespace, owner ?? name]),
    owner: owner ?? { kind: 'Pod', name },
  }));
  return {
    since: first.createdAt,
    pods: [first, ...rest],
    owners: [...new Map(owners.map(({ key, owner }) => [key, owner])).values()],
  };
};

/** A pod that should have a role and has none; undefined for any other. */
const missedOf = (pod: Pod, snapshot: ClusterSnapshot, kubernetes: KubernetesFacts): Missed | undefined => {
  const at = timeOf(pod);
  if (!Number.isFinite(at) || pod.isMirror || hasPodIdentity(pod) || optsOut(pod, kubernetes)) return undefined;
  const named = namedAt(pod, snapshot, kubernetes);
  if (named === undefined || named > at) return undefined;
  return { pod, at, isProven: at - named > heardWithinMs };
};

/** When the role of a pod was named, at the latest: by the annotation of its service account, or by an association. As old as
 *  the pod where it is not known; undefined where no role is named, or the pod has it. */
const namedAt = (pod: Pod, snapshot: ClusterSnapshot, kubernetes: KubernetesFacts): number | undefined => {
  const account = accountsOf(kubernetes).get(`${pod.namespace}/${pod.serviceAccount}`);
  if (account?.annotations[roleArnKey]) {
    if (hasWebIdentity(pod, audienceAsked(account.annotations))) return undefined;
    const created = Date.parse(account.createdAt ?? '');
    const annotated = Date.parse(account.annotatedAt ?? '');
    if (!Number.isNaN(annotated)) return Math.max(annotated, Number.isNaN(created) ? annotated : created);
    const first = firstInjected(pod, kubernetes);
    if (first < timeOf(pod)) return first;
    return Math.max(timeOf(pod), Number.isNaN(created) ? Number.NEGATIVE_INFINITY : created);
  }
  const association = valueOr(snapshot.podIdentity, []).find(
    one => one.namespace === pod.namespace && one.serviceAccount === pod.serviceAccount,
  );
  const isAble = !pod.onFargate && !pod.isWindows && !hasOtherCredentials(pod);
  const associated = Date.parse(association?.createdAt ?? '');
  return isAble && !Number.isNaN(associated) ? associated : undefined;
};

/** When the first of the running pods of the same service account was injected: its role was named then. */
const firstInjected = ({ namespace, serviceAccount }: Pod, kubernetes: KubernetesFacts): number =>
  Math.min(
    ...podsOfServiceAccount(kubernetes, namespace, serviceAccount)
      .filter(isInjected)
      .map(timeOf)
      .filter(Number.isFinite),
  );

/** Credentials that SDKs take before those of an association. */
const hasOtherCredentials = ({ containers }: Pod): boolean =>
  containers.some(
    ({ awsVariables }) => awsVariables.includes('AWS_ROLE_ARN') || awsVariables.includes('AWS_ACCESS_KEY_ID'),
  );

const accountsByFacts = new WeakMap<KubernetesFacts, ReadonlyMap<string, Account>>();
type Account = ReturnType<typeof listOf>[number];
const listOf = ({ serviceAccounts }: KubernetesFacts) => valueOr(serviceAccounts, []);

const accountsOf = (facts: KubernetesFacts): ReadonlyMap<string, Account> => {
  const known = accountsByFacts.get(facts) ?? new Map(listOf(facts).map(one => [`${one.namespace}/${one.name}`, one]));
  accountsByFacts.set(facts, known);
  return known;
};
