/** Steps of kubectl. Each may be run twice: the second time changes nothing that the first did (recorded against a real API
 *  server, docs/facts.md §F.2). */

import { type Cluster, unknownRegion } from '../model/cluster.ts';
import type { PodOwner } from '../model/kubernetes.ts';
import type { Change, Step, StepTarget } from '../model/step.ts';
import { given } from '../text/given.ts';
import { optionWords } from './option-words.ts';

/** A cluster, and a namespace of it where the resource has one. */
export interface KubernetesPlace {
  readonly cluster: Pick<Cluster, 'arn' | 'name' | 'region' | 'accountId' | 'context'>;
  readonly namespace?: string;
}

/** The context that the cluster was read through, else the one that `aws eks update-kubeconfig` makes: it is named as the
 *  cluster's ARN. kubectl refuses a context that is not there, so that no step goes to whichever cluster is current. */
const contextOf = ({ arn, region, context }: KubernetesPlace['cluster']): string | undefined =>
  context ?? (region === unknownRegion ? undefined : arn);

const targetOf = ({ cluster }: KubernetesPlace): StepTarget => {
  const context = contextOf(cluster);
  return {
    clusterName: cluster.name,
    ...(cluster.region === unknownRegion
      ? {}
      : { accountId: cluster.accountId, region: cluster.region, clusterArn: cluster.arn }),
    ...given({ context }),
  };
};

/** The arguments of a kubectl command at a place. */
const at = (place: KubernetesPlace, ...words: readonly string[]): readonly string[] => {
  const context = contextOf(place.cluster);
  return [
    ...(context === undefined ? [] : optionWords('--context', context)),
    ...(place.namespace === undefined ? [] : optionWords('--namespace', place.namespace)),
    ...words,
  ];
};

/** A step of kubectl; without a change it only reads. */
export const kubectlStep = (
  place: KubernetesPlace,
  words: readonly string[],
  change?: Change,
  more?: Partial<Step>,
): Step => ({
  tool: 'kubectl',
  args: at(place, ...words),
  target: targetOf(place),
  ...given({ change }),
  ...more,
});

/** A service account whose annotations are known. */
export interface Annotated {
  readonly namespace: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Sets an annotation of a service account, or removes it where no value is given. */
export const annotate = (
  cluster: KubernetesPlace['cluster'],
  { namespace, name, annotations }: Omit<Annotated, 'labels'>,
  key: string,
  value: string | undefined,
): Step =>
  kubectlStep(
    { cluster, namespace },
    ['annotate', 'serviceaccount', name, ...(value === undefined ? [`${key}-`] : ['--overwrite', `${key}=${value}`])],
    {
      kind: 'annotation',
      namespace,
      serviceAccount: name,
      key,
      ...present('before', annotations[key]),
      ...present('after', value),
    },
  );

/** Removes a label of a service account. */
export const unlabel = (
  cluster: KubernetesPlace['cluster'],
  { namespace, name, labels }: Omit<Annotated, 'annotations'>,
  key: string,
): Step =>
  kubectlStep({ cluster, namespace }, ['label', 'serviceaccount', name, `${key}-`], {
    kind: 'label',
    namespace,
    serviceAccount: name,
    key,
    ...present('before', labels[key]),
  });

const present = <N extends string>(name: N, value: string | undefined): Partial<Record<N, string>> =>
  value === undefined ? {} : ({ [name]: value } as Record<N, string>);

/** Writes documents from standard input. */
const fromInput = ['--filename', '-'];

/** Creates a service account with its annotations in one step, so that no pod is created between the two. */
export const createServiceAccount = (
  { cluster, namespace }: Required<KubernetesPlace>,
  name: string,
  annotations: Readonly<Record<string, string>>,
): Step =>
  kubectlStep(
    { cluster, namespace },
    ['apply', ...fromInput],
    { kind: 'service-account-created', namespace, serviceAccount: name, annotations },
    { input: JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } }) },
  );

/** A document of the API without namespace. */
export interface KubernetesDocument {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Writes whole documents. `replace` needs one that exists, and takes it as it is; `apply` merges lists. */
export const writeDocuments = (
  cluster: KubernetesPlace['cluster'],
  verb: 'apply' | 'replace',
  documents: readonly KubernetesDocument[],
): Step =>
  kubectlStep(
    { cluster },
    [verb, ...fromInput],
    { kind: 'objects', names: documents.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`) },
    {
      input: JSON.stringify(
        documents.length === 1 ? documents[0] : { apiVersion: 'v1', kind: 'List', items: documents },
      ),
    },
  );

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
): Step | undefined => {
  const known = rolledOut[kind];
  if (known === undefined) return undefined;
  const workload = `${known}/${name}`;
  return kubectlStep({ cluster, namespace }, ['set', 'serviceaccount', workload, after], {
    kind: 'workload-service-account',
    namespace,
    workload,
    before,
    after,
  });
};

/** A workload with the pods that are to be replaced. */
export interface Restarted extends PodOwner {
  readonly pods: readonly { readonly name: string; readonly createdAt?: string }[];
}

/** The steps that restart pods, and what a person must decide or do. */
interface Restart {
  readonly steps: readonly Step[];
  readonly choice?: string;
}

/** How the pods of one owner are restarted: a running pod's environment cannot change. Where nothing restarts them by
 *  itself, the choice says what a person must do. */
export const restartPods = (place: Required<KubernetesPlace>, owner: Restarted): Restart => {
  const { kind, name } = owner;
  const known = rolledOut[kind];
  if (known !== undefined) return { steps: rollOut(place, `${known}/${name}`, owner) };
  if (kind === 'Rollout') return restartRollout(place, owner);
  if (kind === 'ReplicaSet' || kind === 'ReplicationController') return { steps: [deletePods(place, owner)] };
  if (kind === 'CronJob')
    return {
      steps: [deletePods(place, owner)],
      choice:
        'Whether the running job may be interrupted. Otherwise wait: the next run gets the role, with concurrencyPolicy Forbid once this one has ended.',
    };
  const what = kind === 'Pod' ? `pod ${name}` : `${kind} ${name}`;
  return {
    steps: [],
    choice: `Nothing restarts ${what}: delete it and apply its manifest again, if it may run again. A manifest exported from the running pod keeps the old variables.`,
  };
};

const restarted = ({ namespace }: Required<KubernetesPlace>, { kind, name }: PodOwner): Change => ({
  kind: 'pods-restarted',
  namespace,
  workload: `${kind.toLowerCase()}/${name}`,
});

const deletion = ({ pods }: Restarted): readonly string[] => [
  'delete',
  'pod',
  '--ignore-not-found',
  ...pods.map(pod => pod.name),
];

const deletePods = (place: Required<KubernetesPlace>, owner: Restarted): Step =>
  kubectlStep(place, deletion(owner), restarted(place, owner));

/** Of a paused deployment kubectl refuses the roll-out, and its ReplicaSet replaces the pods that are deleted. With the
 *  strategy OnDelete kubectl says "restarted" and no pod is replaced (recorded, docs/facts.md §F.2). */
const rollOut = (place: Required<KubernetesPlace>, workload: string, owner: Restarted): readonly Step[] => {
  const words = ['rollout', 'restart', workload];
  const change = restarted(place, owner);
  if (owner.kind === 'Deployment')
    return [kubectlStep(place, words, change, { otherwise: at(place, ...deletion(owner)) })];
  const strategy = at(place, 'get', workload, '--output', 'jsonpath={.spec.updateStrategy.type}');
  return [
    kubectlStep(place, words, change),
    kubectlStep(place, deletion(owner), change, { onlyIf: { args: strategy, prints: 'OnDelete' } }),
  ];
};

/** Argo replaces the pods that were created before `restartAt`, one after the other: a second after the youngest of them
 *  (Argo Rollouts, "Restarting Rollout Pods"). */
const restartRollout = (place: Required<KubernetesPlace>, owner: Restarted): Restart => {
  const youngest = Math.max(...owner.pods.map(({ createdAt }) => Date.parse(createdAt ?? '')));
  if (!Number.isFinite(youngest))
    return { steps: [], choice: `Restart the Rollout ${owner.name}, for example with kubectl argo rollouts restart.` };
  const restartAt = new Date(youngest + 1000).toISOString().replace(/\.\d+Z$/, 'Z');
  const patch = JSON.stringify({ spec: { restartAt } });
  const words = ['patch', 'rollouts.argoproj.io', owner.name, '--type', 'merge', '--patch', patch];
  return { steps: [kubectlStep(place, words, restarted(place, owner))] };
};
