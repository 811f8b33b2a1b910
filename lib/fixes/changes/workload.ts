/** Changes of workloads. Recorded against a real API server: docs/facts.md §F.2. */
import * as z from 'zod';
import { type AccountSnapshot, type ChangeOf, type ClusterPlace, mapSection } from '../../model.ts';
import { hashOf, valueAt } from '../../text.ts';
import { type Command, kubectl, kubectlArgs } from '../command.ts';
import {
  type Condition,
  clusterPlace,
  type FieldsOf,
  fromJournal,
  isValue,
  type KindOfChange,
  namespace,
  nobody,
  objectNameField,
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
  return more.length === 0 && (kinds as readonly string[]).includes(kind) && objectNameField.safeParse(name).success;
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
    before: objectNameField,
    after: objectNameField,
  } satisfies FieldsOf<'workload-service-account'>),
  target,
  commands: ({ cluster, namespace: space, workload: named, after }) => [
    kubectl(cluster, { namespace: space, verb: ['set', 'serviceaccount'], on: [named, after] }),
  ],
  read: ({ cluster, namespace: space, workload: named }) =>
    kubectl(cluster, {
      namespace: space,
      verb: ['get', '--ignore-not-found', '--show-managed-fields', '--output', 'json'],
      on: [named],
    }),
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
  managed: ({ cluster, namespace: space, workload: name }) => ({ kind: 'workload', cluster, namespace: space, name }),
  undo: change => [{ ...change, before: change.after, after: change.before }],
  undoInWords: fromJournal,
  phase: () => 5,
  gains: ({ cluster, namespace: space, workload: named, after }) => [
    `pods of ${named} in namespace ${space} of cluster ${cluster.name} run as service account ${after}, with its roles and its rights`,
  ],
  after: withoutPods,
  isForeseen: false,
};

type Restarted = ChangeOf<'pods-restarted'>;

const kindOf = ({ workload: named }: Restarted): string => named.split('/')[0] ?? '';
const isRolledOut = (change: Restarted): boolean => ['deployment', 'statefulset', 'daemonset'].includes(kindOf(change));
const isOfArgo = (change: Restarted): boolean => kindOf(change) === 'rollout';

/** As kubectl is told of it. */
const objectOf = ({ workload: named }: Restarted): string => named.replace(/^rollout\//, 'rollouts.argoproj.io/');

/** Written by `kubectl rollout restart` with the time of now. With the same text for the same pods a second run changes nothing. */
const restartedAtKey = 'kubectl.kubernetes.io/restartedAt';
const markOf = ({ restartAt, pods }: Restarted): string => restartAt ?? hashOf(pods.map(({ name }) => name).sort(), 16);

const onWorkload = (change: Restarted, ...verb: readonly string[]): Command =>
  kubectl(change.cluster, { namespace: change.namespace, verb, on: [objectOf(change)] });

/** An eviction keeps the budget of disruptions: the API server refuses one too many. A pod that took the place of the one that
 *  was audited has another time of creation. */
const evictions = (change: Restarted, ...more: NonNullable<Command['onlyIf']>): readonly Command[] =>
  change.pods.map(({ name, createdAt }) => {
    const space = change.namespace;
    const [path, prints] =
      createdAt === undefined ? ['{.metadata.name}', name] : ['{.metadata.creationTimestamp}', createdAt];
    const there = kubectlArgs({
      namespace: space,
      verb: ['get', '--ignore-not-found', '--output', `jsonpath=${path}`],
      on: [`pod/${name}`],
    });
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: space } };
    return kubectl(
      change.cluster,
      { verb: ['create', '--raw', `/api/v1/namespaces/${space}/pods/${name}/eviction`, '--filename', '-'] },
      { input: JSON.stringify(eviction), onlyIf: [...more, { args: there, prints }] },
    );
  });

/** With the strategy OnDelete a new template replaces no pod: there the pods are evicted. */
const rollOut = (change: Restarted): readonly Command[] => {
  const template = { metadata: { annotations: { [restartedAtKey]: markOf(change) } } };
  const patch = JSON.stringify({ spec: { template } });
  const restart = onWorkload(change, 'patch', '--type', 'merge', '--patch', patch);
  if (kindOf(change) === 'deployment') return [restart];
  const strategy = kubectlArgs({
    namespace: change.namespace,
    verb: ['get', '--output', 'jsonpath={.spec.updateStrategy.type}'],
    on: [objectOf(change)],
  });
  return [restart, ...evictions(change, { args: strategy, prints: 'OnDelete' })];
};

/** Argo replaces the pods that were created before `restartAt`, one after the other (Argo Rollouts, "Restarting Rollout
 *  Pods"). */
const restartRollout = (change: Restarted): Command =>
  onWorkload(change, 'patch', '--type', 'merge', '--patch', JSON.stringify({ spec: { restartAt: change.restartAt } }));

const mayDo = (change: Restarted, verb: string, ...words: readonly string[]): Condition => ({
  command: kubectl(change.cluster, {
    namespace: change.namespace,
    verb: ['auth', 'can-i', verb, ...words],
    on: words.length === 0 ? [objectOf(change)] : ['pods'],
  }),
  prints: ['yes'],
  why: `${words.length === 0 ? `${verb} of ${change.workload}` : 'eviction of pods'} is not allowed in namespace ${change.namespace}`,
});

const isNotPaused = (change: Restarted): Condition => ({
  command: onWorkload(change, 'get', '--output', 'jsonpath={.spec.paused}.'),
  prints: ['.', 'false.'],
  why: `${change.workload} is paused: no pod is replaced until it is resumed${resuming(change)}`,
});

const resuming = (change: Restarted): string => {
  const name = change.workload.split('/')[1];
  const verb = { deployment: `rollout resume deployment/${name}`, rollout: `argo rollouts resume ${name}` }[
    kindOf(change)
  ];
  return verb === undefined ? '' : ` (kubectl ${verb} --namespace ${change.namespace})`;
};

export const podsRestarted: KindOfChange<'pods-restarted'> = {
  shape: z.object({
    kind: z.literal('pods-restarted'),
    cluster: clusterPlace,
    namespace,
    workload,
    pods: z
      .array(
        z.object({ name: objectNameField, createdAt: z.exactOptional(text.regex(/^[\dTZ:.+-]{10,40}$/, 'a time')) }),
      )
      .max(100_000),
    restartAt: z.exactOptional(z.iso.datetime()),
  } satisfies FieldsOf<'pods-restarted'>),
  target,
  commands: change => {
    if (isOfArgo(change)) return [restartRollout(change)];
    return isRolledOut(change) ? rollOut(change) : evictions(change);
  },
  conditions: change =>
    isOfArgo(change) || isRolledOut(change)
      ? [mayDo(change, 'patch'), isNotPaused(change)]
      : [mayDo(change, 'create', '--subresource=eviction')],
  read: change =>
    isRolledOut(change) ? onWorkload(change, 'get', '--ignore-not-found', '--output', 'json') : undefined,
  guard: change =>
    isRolledOut(change)
      ? {
          command: onWorkload(
            change,
            ...[
              'get',
              '--output',
              `jsonpath={.spec.template.metadata.annotations.${restartedAtKey.replaceAll('.', String.raw`\.`)}}.`,
            ],
          ),
          written: [`${markOf(change)}.`],
        }
      : undefined,
  partOf: (_, answer) => valueAt(answer, 'spec', 'template', 'metadata', 'annotations', restartedAtKey) ?? null,
  isAsAudited: (change, state) => state.kind === 'there' && !isValue(state, markOf(change)),
  isAsWritten: (change, state) => isValue(state, markOf(change)),
  undo: () => undefined,
  undoInWords: 'cannot be undone: the pods that ran are gone',
  phase: () => 6,
  gains: nobody,
  after: withoutPods,
  isForeseen: false,
};

/** Lists those of the pods that are there still, one a line. */
export const oldPodsCommand = (change: Restarted): Command =>
  kubectl(change.cluster, {
    namespace: change.namespace,
    verb: [
      ...['get', '--ignore-not-found', '--no-headers', '--output'],
      'custom-columns=A:.metadata.name,B:.metadata.creationTimestamp,C:.metadata.deletionTimestamp',
    ],
    on: change.pods.map(({ name }) => `pod/${name}`),
  });

/** How many pods of the answer are those that were audited, and not about to end. */
export const oldPodsIn = ({ pods }: Restarted, answer: string): number => {
  const known = new Map(pods.map(({ name, createdAt }) => [name, createdAt]));
  return answer.split('\n').filter(line => {
    const [name = '', createdAt, deletedAt] = line.trim().split(/\s+/);
    return known.has(name) && [undefined, createdAt].includes(known.get(name)) && deletedAt === '<none>';
  }).length;
};
