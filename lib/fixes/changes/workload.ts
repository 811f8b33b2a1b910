/** Changes of workloads. Recorded against a real API server: docs/facts.md §F.2. */
import * as z from 'zod';
import { mapSection } from '../../model/collected.ts';
import type { AccountSnapshot } from '../../model/snapshot.ts';
import type { ChangeOf, ClusterPlace } from '../../model/step.ts';
import { valueAt } from '../../text/json-value.ts';
import { type Command, kubectl, kubectlArgs } from '../command.ts';
import {
  clusterPlace,
  type FieldsOf,
  fromJournal,
  isValue,
  type KindOfChange,
  namespace,
  objectName,
  targetOfCluster,
  text,
} from './kind.ts';
import { onInside } from './on-cluster.ts';

/** Kinds of workloads as kubectl names them. */
const kinds = [
  ...['deployment', 'statefulset', 'daemonset', 'rollout', 'replicaset', 'replicationcontroller', 'cronjob'],
] as const;

const workload = text.refine(value => {
  const [kind = '', name = '', ...more] = value.split('/');
  return more.length === 0 && (kinds as readonly string[]).includes(kind) && objectName.safeParse(name).success;
}, 'a workload as kind/name');

const target = ({ cluster }: { readonly cluster: ClusterPlace }) => targetOfCluster(cluster);

/** The account without the pods of a workload: of those that take their place nothing is known yet. */
const withoutPods = (
  snapshot: AccountSnapshot,
  { cluster, namespace: space, workload: named }: ChangeOf<'pods-restarted' | 'workload-service-account'>,
): AccountSnapshot => {
  const [kind = '', name] = named.split('/');
  return onInside(snapshot, cluster, inside => ({
    ...inside,
    pods: mapSection(inside.pods, list =>
      list.filter(
        ({ namespace: of, owner }) => !(of === space && owner?.kind.toLowerCase() === kind && owner.name === name),
      ),
    ),
  }));
};

export const workloadServiceAccount: KindOfChange<'workload-service-account'> = {
  shape: z.object({
    kind: z.literal('workload-service-account'),
    cluster: clusterPlace,
    namespace,
    workload,
    before: objectName,
    after: objectName,
  } satisfies FieldsOf<'workload-service-account'>),
  target,
  commands: ({ cluster, namespace: space, workload: named, after }) => [
    kubectl(cluster, { namespace: space, verb: ['set', 'serviceaccount'], on: [named, after] }),
  ],
  read: ({ cluster, namespace: space, workload: named }) =>
    kubectl(cluster, { namespace: space, verb: ['get', '--ignore-not-found', '--output', 'json'], on: [named] }),
  guard: ({ cluster, namespace: space, workload: named, before, after }) => {
    const printed = (name: string): readonly string[] => (name === 'default' ? ['.', 'default.'] : [`${name}.`]);
    return {
      command: kubectl(cluster, {
        namespace: space,
        verb: ['get', '--output', 'jsonpath={.spec.template.spec.serviceAccountName}.'],
        on: [named],
      }),
      audited: printed(before),
      written: printed(after),
    };
  },
  partOf: (_, answer) => valueAt(answer, 'spec', 'template', 'spec', 'serviceAccountName') ?? 'default',
  isAsAudited: ({ before }, state) => isValue(state, before),
  isAsWritten: ({ after }, state) => isValue(state, after),
  slot: ({ cluster, namespace: space, workload: named }) => [cluster.arn ?? cluster.name, space, named],
  undo: change => [{ ...change, before: change.after, after: change.before }],
  undoInWords: fromJournal,
  phase: () => 5,
  after: withoutPods,
  isForeseen: false,
};

type Restarted = ChangeOf<'pods-restarted'>;

const deletion = ({ namespace: space, pods }: Restarted) => ({
  namespace: space,
  verb: ['delete', '--ignore-not-found'],
  on: pods.map(pod => `pod/${pod}`),
});

/** With the strategy OnDelete kubectl says "restarted" and no pod is replaced: there the pods are deleted. */
const rollOut = (change: Restarted): readonly Command[] => {
  const { cluster, namespace: space, workload: named } = change;
  const restart = kubectl(cluster, { namespace: space, verb: ['rollout', 'restart'], on: [named] });
  if (named.startsWith('deployment/')) return [restart];
  const strategy = kubectlArgs({
    namespace: space,
    verb: ['get', '--output', 'jsonpath={.spec.updateStrategy.type}'],
    on: [named],
  });
  return [restart, kubectl(cluster, deletion(change), { onlyIf: { args: strategy, prints: 'OnDelete' } })];
};

/** Argo replaces the pods that were created before `restartAt`, one after the other (Argo Rollouts, "Restarting Rollout
 *  Pods"). */
const restartRollout = ({ cluster, namespace: space, workload: named, restartAt }: Restarted): Command =>
  kubectl(cluster, {
    namespace: space,
    verb: ['patch', '--type', 'merge', '--patch', JSON.stringify({ spec: { restartAt } })],
    on: [`rollouts.argoproj.io/${named.replace(/^rollout\//, '')}`],
  });

export const podsRestarted: KindOfChange<'pods-restarted'> = {
  shape: z.object({
    kind: z.literal('pods-restarted'),
    cluster: clusterPlace,
    namespace,
    workload,
    pods: z.array(objectName).max(100_000),
    restartAt: z.exactOptional(z.iso.datetime()),
  } satisfies FieldsOf<'pods-restarted'>),
  target,
  commands: change => {
    const [kind] = change.workload.split('/');
    if (kind === 'rollout') return [restartRollout(change)];
    if (kind === 'deployment' || kind === 'statefulset' || kind === 'daemonset') return rollOut(change);
    return change.pods.length === 0 ? [] : [kubectl(change.cluster, deletion(change))];
  },
  partOf: (_, answer) => answer,
  isAsAudited: () => true,
  isAsWritten: () => false,
  undo: () => undefined,
  undoInWords: 'cannot be undone: the pods that ran are gone',
  phase: () => 6,
  after: withoutPods,
  isForeseen: false,
};
