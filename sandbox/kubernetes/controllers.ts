/** The work of a cluster's controllers after a write: pods follow the template of their workload. */
import { type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import { isEqual, listAt, textAt } from './json-value.ts';
import type { Store } from './object-store.ts';
import { type Associated, admitted } from './pod-admission.ts';

/** A store whose pods are admitted by a webhook. */
interface Cluster extends Store {
  readonly associations?: () => readonly Associated[];
}

const rolledOut = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** Carries a write on to the pods. `after` is absent where the object was deleted. */
export const reconcile = (store: Cluster, before: JsonObject | undefined, after: JsonObject | undefined): void => {
  const object = after ?? before;
  if (object === undefined) return;
  const kind = textAt(object, 'kind');
  if (kind === 'Pod' && after === undefined) podAgain(store, object);
  if (kind === 'Job' && before === undefined) store.world.pods.push(newPod(store, object, 0));
  if (!rolledOut.includes(kind) || before === undefined || after === undefined) return;
  if (isEqual(templateOf(before), templateOf(after)) || valueAt(after, 'spec', 'paused') === true) return;
  if (textAt(after, 'spec', 'updateStrategy', 'type') !== 'OnDelete') rollOut(store, after);
};

const templateOf = (workload: JsonObject): unknown => valueAt(workload, 'spec', 'template');

const rollOut = (store: Cluster, workload: JsonObject): void => {
  const { pods } = store.world;
  for (const [index, pod] of pods.entries()) {
    if (!isOwned(pod, workload)) continue;
    // Without its service account no new pod is created, and the old one stays.
    if (hasServiceAccount(store, workload)) pods[index] = newPod(store, workload, index, pod);
  }
};

/** The controller of a pod that was deleted makes another one. */
const podAgain = (store: Cluster, pod: JsonObject): void => {
  const owner = (store.world.others ?? []).find(
    one => rolledOut.concat('Job').includes(textAt(one, 'kind')) && isOwned(pod, objectOf(one)),
  );
  if (owner !== undefined && hasServiceAccount(store, objectOf(owner)))
    store.world.pods.push(newPod(store, objectOf(owner), store.world.pods.length, pod));
};

const isOwned = (pod: unknown, workload: JsonObject): boolean => {
  const name = textAt(workload, 'metadata', 'name');
  if (textAt(pod, 'metadata', 'namespace') !== textAt(workload, 'metadata', 'namespace')) return false;
  return listAt(pod, 'metadata', 'ownerReferences').some(owner => {
    const [kind, of] = [textAt(owner, 'kind'), textAt(owner, 'name')];
    if (textAt(workload, 'kind') !== 'Deployment') return kind === textAt(workload, 'kind') && of === name;
    return kind === 'ReplicaSet' && of === `${name}-${of.split('-').at(-1)}`;
  });
};

const serviceAccountOf = (workload: JsonObject): string =>
  textAt(workload, 'spec', 'template', 'spec', 'serviceAccountName') || 'default';

const hasServiceAccount = ({ world }: Cluster, workload: JsonObject): boolean =>
  serviceAccountOf(workload) === 'default' ||
  world.serviceAccounts.some(
    one =>
      textAt(one, 'metadata', 'name') === serviceAccountOf(workload) &&
      textAt(one, 'metadata', 'namespace') === textAt(workload, 'metadata', 'namespace'),
  );

const newPod = (store: Cluster, workload: JsonObject, index: number, old?: unknown): unknown => {
  const [kind, name] = [textAt(workload, 'kind'), textAt(workload, 'metadata', 'name')];
  const namespace = textAt(workload, 'metadata', 'namespace');
  const uid = store.newUid();
  const hash = uid.slice(0, 8);
  const template = objectOf(templateOf(workload));
  const owner = kind === 'Deployment' ? { kind: 'ReplicaSet', name: `${name}-${hash}` } : { kind, name };
  const oldName = textAt(old, 'metadata', 'name');
  const pod: JsonObject = {
    metadata: {
      namespace,
      name: kind === 'StatefulSet' && oldName !== '' ? oldName : `${name}-${hash}-${index}`,
      uid,
      creationTimestamp: store.now(),
      labels: {
        ...objectOf(valueAt(template, 'metadata', 'labels')),
        ...(kind === 'Deployment' ? { 'pod-template-hash': hash } : {}),
      },
      annotations: objectOf(valueAt(template, 'metadata', 'annotations')),
      ownerReferences: [{ ...owner, controller: true }],
    },
    spec: { ...objectOf(template.spec), serviceAccountName: serviceAccountOf(workload) },
    status: { phase: 'Running' },
  };
  return admitted(pod, store.world, store.caPem, store.associations?.() ?? []);
};
