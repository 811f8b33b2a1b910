/** Steps of kubectl. Each may be run twice: the second time changes nothing that the first did (recorded against a real API
 *  server, docs/facts.md §F.2). */
import {
  type Act,
  type ChangeOf,
  type Cluster,
  type ClusterPlace,
  ownerOrPod,
  type Pod,
  type PodOwner,
  unknownRegion,
} from '../model.ts';
import { given } from '../text.ts';
import { authorityHash } from './authority-hash.ts';
import { act } from './step.ts';

/** The facts of a cluster that its steps need. */
export type ClusterOfSteps = Pick<
  Cluster,
  'arn' | 'name' | 'region' | 'accountId' | 'context' | 'endpoint' | 'certificateAuthority'
>;

/** A cluster, and a namespace of it where the resource has one. */
export interface KubernetesPlace {
  readonly cluster: ClusterOfSteps;
  readonly namespace?: string;
}

/** The cluster as changes name it. */
export const clusterPlaceOf = ({
  arn,
  name,
  region,
  context,
  endpoint,
  certificateAuthority,
}: ClusterOfSteps): ClusterPlace => ({
  name,
  ...given({
    arn: region === unknownRegion ? undefined : arn,
    server: endpoint,
    authority: certificateAuthority === undefined ? undefined : authorityHash(certificateAuthority),
    context,
  }),
});

/** A service account whose annotations are known. */
interface Annotated {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Sets an annotation of a service account, or removes it where no value is given. */
export const annotate = (
  cluster: ClusterOfSteps,
  { namespace, name, annotations }: Omit<Annotated, 'labels'>,
  key: string,
  value: string | undefined,
): Act =>
  act({
    kind: 'annotation',
    cluster: clusterPlaceOf(cluster),
    namespace,
    serviceAccount: name,
    key,
    ...given({ before: annotations[key], after: value }),
  });

/** Removes a label of a service account. */
export const unlabel = (
  cluster: ClusterOfSteps,
  { namespace, name, labels }: Omit<Annotated, 'annotations'>,
  key: string,
): Act =>
  act({
    kind: 'label',
    cluster: clusterPlaceOf(cluster),
    namespace,
    serviceAccount: name,
    key,
    ...given({ before: labels[key] }),
  });

/** Creates a service account with its annotations. */
export const createServiceAccount = (
  { cluster, namespace }: Required<KubernetesPlace>,
  name: string,
  annotations: Readonly<Record<string, string>>,
): Act =>
  act({
    kind: 'service-account-created',
    cluster: clusterPlaceOf(cluster),
    namespace,
    serviceAccount: name,
    annotations,
  });

/** Restores the webhook of managed EKS; `version` is the resourceVersion of the configuration that was read. */
export const restoreWebhook = (
  cluster: ClusterOfSteps,
  caBundle: string,
  { isThere, version }: { readonly isThere: boolean; readonly version: string | undefined },
): Act => act({ kind: 'webhook-restored', cluster: clusterPlaceOf(cluster), caBundle, isThere, ...given({ version }) });

/** Gives the auditor's group its read permissions. */
export const grantAuditorAccess = (cluster: ClusterOfSteps): Act =>
  act({ kind: 'auditor-access-granted', cluster: clusterPlaceOf(cluster) });

/** Kinds whose template has a roll-out, as kubectl names them. */
const rolledOut: Readonly<Record<string, string>> = {
  Deployment: 'deployment',
  StatefulSet: 'statefulset',
  DaemonSet: 'daemonset',
};

/** Names another service account in a workload's template; undefined for a kind whose template cannot be changed so. */
export const setServiceAccount = (
  { cluster, namespace }: Required<KubernetesPlace>,
  { kind, name }: PodOwner,
  before: string,
  after: string,
): Act | undefined => {
  const known = rolledOut[kind];
  return known === undefined
    ? undefined
    : act({
        kind: 'workload-service-account',
        cluster: clusterPlaceOf(cluster),
        namespace,
        workload: `${known}/${name}`,
        before,
        after,
      });
};

/** A workload with the pods that are to be replaced. */
interface Restarted extends PodOwner {
  readonly pods: readonly { readonly name: string; readonly createdAt?: string }[];
}

/** The steps that restart pods, and what a person must decide or do. */
interface Restart {
  readonly steps: readonly Act[];
  readonly choice?: string;
}

/** The restarts of pods of one namespace, owner by owner. */
export const restartsOf = (
  place: Required<KubernetesPlace>,
  pods: readonly Pod[],
): readonly (Restart & { readonly owner: PodOwner })[] =>
  [...Map.groupBy(pods, pod => JSON.stringify(ownerOrPod(pod))).values()].flatMap(group =>
    group.slice(0, 1).map(first => {
      const owner = ownerOrPod(first);
      return { owner, ...restartPods(place, { ...owner, pods: group }) };
    }),
  );

/** How the pods of one owner are restarted: a running pod's environment cannot change. Where nothing restarts them by
 *  itself, the choice says what a person must do. */
export const restartPods = (place: Required<KubernetesPlace>, owner: Restarted): Restart => {
  const { kind, name } = owner;
  if (kind in rolledOut || kind === 'ReplicaSet' || kind === 'ReplicationController')
    return { steps: [restart(place, owner)] };
  if (kind === 'Rollout') return restartRollout(place, owner);
  if (kind === 'CronJob')
    return {
      steps: [restart(place, owner)],
      choice:
        'Whether the running job may be interrupted. Otherwise wait: the next run gets the role, with concurrencyPolicy Forbid once this one has ended.',
    };
  const what = kind === 'Pod' ? `pod ${name}` : `${kind} ${name}`;
  return {
    steps: [],
    choice: `Nothing restarts ${what}: delete it and apply its manifest again, if it may run again. A manifest exported from the running pod keeps the old variables.`,
  };
};

const restart = (
  { cluster, namespace }: Required<KubernetesPlace>,
  { kind, name, pods }: Restarted,
): Act & { readonly change: ChangeOf<'pods-restarted'> } =>
  act({
    kind: 'pods-restarted',
    cluster: clusterPlaceOf(cluster),
    namespace,
    workload: `${kind.toLowerCase()}/${name}`,
    pods: pods.map(pod => ({ name: pod.name, ...given({ createdAt: pod.createdAt }) })),
    ...given({ restartAt: restartTime(pods) }),
  });

/** A second after the youngest of the pods: Argo replaces all that are older. */
const restartTime = (pods: Restarted['pods']): string | undefined => {
  const youngest = pods.reduce((last, { createdAt }) => Math.max(last, Date.parse(createdAt ?? '')), -Infinity);
  return Number.isFinite(youngest) ? new Date(youngest + 1000).toISOString().replace(/\.\d+Z$/, 'Z') : undefined;
};

const restartRollout = (place: Required<KubernetesPlace>, owner: Restarted): Restart => {
  const step = restart(place, owner);
  return step.change.restartAt === undefined
    ? { steps: [], choice: `Restart the Rollout ${owner.name}, for example with kubectl argo rollouts restart.` }
    : { steps: [step] };
};
