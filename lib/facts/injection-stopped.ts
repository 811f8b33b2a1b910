/** Whether the webhook still gives new pods their role, as the pods of a cluster show it. */
import {
  type ClusterSnapshot,
  type KubernetesFacts,
  type Pod,
  roleArnKey,
  type ServiceAccount,
  valueOr,
} from '../model.ts';
import { audienceAsked } from './audience-asked.ts';
import { optsOut } from './label-selector.ts';
import { hasOtherCredentials, hasPodIdentity, hasWebIdentity } from './pod-injection.ts';

/** The webhook hears of an annotation or an association some time after it is written (docs/facts.md §D.7): a pod that is
 *  younger by less than this may have come too early. */
export const heardWithinMs = 10 * 60_000;

/** Pods that should have a role and came after every pod that got one. */
export interface MissedPods {
  /** When the first of them was created, ISO 8601. */
  readonly since: string;
  /** In the order in which they were created. */
  readonly pods: readonly [Pod, ...Pod[]];
  /** Their owners, each once: `Deployment checkout/cart`. */
  readonly owners: readonly string[];
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

/** Pods of one workload or more that are proven to have been missed last. */
export const missedForCertain = (snapshot: ClusterSnapshot): MissedPods | undefined => missedIn(snapshot).proven;

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
  const injected = pods.value.filter(isInjected).map(pod => ({ account: accountOf(pod), at: timeOf(pod) }));
  const lastInjected = injected.reduce((last, { at }) => Math.max(last, at), Number.NEGATIVE_INFINITY);
  const firstInjected = new Map<string, number>();
  for (const { account, at } of injected)
    if (Number.isFinite(at)) firstInjected.set(account, Math.min(firstInjected.get(account) ?? at, at));
  const accounts = new Map(serviceAccounts.value.map(one => [`${one.namespace}/${one.name}`, one]));
  const cluster = { snapshot, kubernetes: kubernetes.value, accounts, firstInjected };
  const missed = pods.value
    .flatMap(pod => missedOf(pod, cluster) ?? [])
    .filter(({ at }) => at > lastInjected)
    .toSorted((a, b) => a.at - b.at);
  const proven = summaryOf(missed.filter(({ isProven }) => isProven));
  const likely = summaryOf(missed);
  return { ...(proven && { proven }), ...(likely && { likely }) };
};

/** The facts of a cluster that each of its pods is compared with, made once. */
interface Cluster {
  readonly snapshot: ClusterSnapshot;
  readonly kubernetes: KubernetesFacts;
  /** Service accounts by `namespace/name`. */
  readonly accounts: ReadonlyMap<string, ServiceAccount>;
  /** When the first of the running pods of a service account was injected: its role was named then. */
  readonly firstInjected: ReadonlyMap<string, number>;
}

const accountOf = ({ namespace, serviceAccount }: Pod): string => `${namespace}/${serviceAccount}`;

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
  const owners = [first, ...rest].map(
    ({ owner, name, namespace }) => `${owner?.kind ?? 'Pod'} ${namespace}/${owner?.name ?? name}`,
  );
  return { since: first.createdAt, pods: [first, ...rest], owners: [...new Set(owners)] };
};

/** A pod that should have a role and has none; undefined for any other. */
const missedOf = (pod: Pod, cluster: Cluster): Missed | undefined => {
  const at = timeOf(pod);
  if (!Number.isFinite(at) || pod.isMirror || hasPodIdentity(pod) || optsOut(pod, cluster.kubernetes)) return undefined;
  const named = namedAt(pod, cluster);
  if (named === undefined || named > at) return undefined;
  return { pod, at, isProven: at - named > heardWithinMs };
};

/** When the role of a pod was named, at the latest: by the annotation of its service account, or by an association. As old as
 *  the pod where it is not known; undefined where no role is named, or the pod has it. */
const namedAt = (pod: Pod, { snapshot, accounts, firstInjected }: Cluster): number | undefined => {
  const account = accounts.get(accountOf(pod));
  if (account?.annotations[roleArnKey]) {
    if (hasWebIdentity(pod, audienceAsked(account.annotations))) return undefined;
    const created = Date.parse(account.createdAt ?? '');
    const annotated = Date.parse(account.annotatedAt ?? '');
    if (!Number.isNaN(annotated)) return Math.max(annotated, Number.isNaN(created) ? annotated : created);
    const first = firstInjected.get(accountOf(pod));
    if (first !== undefined && first < timeOf(pod)) return first;
    return Math.max(timeOf(pod), Number.isNaN(created) ? Number.NEGATIVE_INFINITY : created);
  }
  const association = valueOr(snapshot.podIdentity, []).find(
    one => one.namespace === pod.namespace && one.serviceAccount === pod.serviceAccount,
  );
  const isAble = !pod.onFargate && !pod.isWindows && !hasOtherCredentials(pod);
  const associated = Date.parse(association?.createdAt ?? '');
  return isAble && !Number.isNaN(associated) ? associated : undefined;
};
