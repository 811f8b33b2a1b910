import { type KubernetesFacts, ownerOrPod, type Pod, type ServiceAccount, valueOr } from '../model.ts';
import { optsOut } from './label-selector.ts';
import { hasPodIdentity } from './pod-injection.ts';
import { podSubjectId } from './subject-ids.ts';

/** Pods by `namespace/account`, made once for each cluster's facts: thousands of accounts ask. */
const podsByAccount = new WeakMap<KubernetesFacts, ReadonlyMap<string, readonly Pod[]>>();

/** The running and pending pods of a service account, as far as pods were read. */
export const podsOfServiceAccount = (facts: KubernetesFacts, namespace: string, name: string): readonly Pod[] => {
  const known =
    podsByAccount.get(facts) ?? Map.groupBy(valueOr(facts.pods, []), pod => `${pod.namespace}/${pod.serviceAccount}`);
  podsByAccount.set(facts, known);
  return known.get(`${namespace}/${name}`) ?? [];
};

/** Service accounts by `namespace/name`, made once for each cluster's facts: thousands of pods ask. */
const accountsByName = new WeakMap<KubernetesFacts, ReadonlyMap<string, ServiceAccount>>();

/** A service account of the cluster by its name; undefined where none was read. */
export const serviceAccountNamed = (
  facts: KubernetesFacts,
  namespace: string,
  name: string,
): ServiceAccount | undefined => {
  const known =
    accountsByName.get(facts) ??
    new Map(valueOr(facts.serviceAccounts, []).map(one => [`${one.namespace}/${one.name}`, one]));
  accountsByName.set(facts, known);
  return known.get(`${namespace}/${name}`);
};

/** Pods that get another role when they are created again: not those of a node, with Pod Identity, or that the webhook
 *  leaves alone. */
export const podsThatFollow = (pods: readonly Pod[], facts: KubernetesFacts): readonly Pod[] =>
  pods.filter(pod => !pod.isMirror && !hasPodIdentity(pod) && !optsOut(pod, facts));

/** The subjects that the evaluator makes of some pods: one for each owner. */
export const podSubjectIds = (clusterArn: string, pods: readonly Pod[]): readonly string[] => [
  ...new Set(
    pods.map(pod => {
      const { kind: ownerKind, name: ownerName } = ownerOrPod(pod);
      return podSubjectId(clusterArn, { ...pod, ownerKind, ownerName });
    }),
  ),
];
