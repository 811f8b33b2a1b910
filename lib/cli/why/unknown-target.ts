/** The refusal of a target that the cluster provably does not have. */
import { type ClusterEndpoint, defaultLimits, kubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { readPodPhase } from '../../collect/kubernetes/parse-pod.ts';
import { type Collected, complete, type KubernetesFacts, valueOr } from '../../model.ts';
import { compareText, listed, nearest, visible } from '../../text.ts';
import { findTarget, firstUnread, type WhyTarget } from '../../why/why-subject.ts';
import { UsageError } from '../shell/io.ts';
import { unknownName } from '../shell/unknown-name.ts';
import { wordOf } from './target.ts';

/** Throws `UsageError` for what the cluster provably does not have, with the nearest name. */
export const refuseUnknown = async (
  target: WhyTarget,
  inside: Collected<KubernetesFacts>,
  endpoint: ClusterEndpoint,
  context: string,
  isCurrent: boolean,
): Promise<void> => {
  if (inside.status === 'unavailable') return;
  const kubernetes = inside.value;
  const where = `${isCurrent ? 'the current ' : ''}context ${context}`;
  const found = findTarget(target, kubernetes);
  if (found.status !== 'absent') return;
  const { kind, namespace, name } = target;
  const spaces = valueOr(kubernetes.namespaces, []).map(one => one.name);
  if (firstUnread(kubernetes.namespaces) === undefined && !spaces.includes(namespace))
    throw unknownName(
      '--namespace',
      'namespace',
      namespace,
      spaces,
      isCurrent ? `${where} (--context names another)` : where,
    );
  if (kind === 'Pod') {
    const api = kubernetesApi(endpoint, defaultLimits);
    const phase = await readPodPhase(api, namespace, name).finally(() => api.close());
    if (phase !== undefined)
      throw new UsageError(
        `pod ${namespace}/${name} is ${phase}: only running and pending pods are looked at; ask for its owner or its service account`,
      );
  }
  const elsewhere = namespacesWith(target, kubernetes);
  const hint = elsewhere.length === 0 ? '' : `; there is one in namespace ${listed(elsewhere, 5)}: -n ${elsewhere[0]}`;
  if (kind === 'Pod' || kind === 'ServiceAccount') {
    if (elsewhere.length > 0)
      throw new UsageError(visible(`why: no ${wordOf(kind)} "${name}" in namespace ${namespace} of ${where}${hint}`));
    throw unknownName('why', wordOf(kind), name, found.known, `namespace ${namespace} of ${where}`);
  }
  const other = ownerNamed(target, kubernetes);
  const { workloads } = kubernetes;
  const isListed = workloads !== undefined && firstUnread(workloads) === undefined;
  const made = valueOr(workloads ?? complete([]), []).filter(one => one.namespace === namespace && one.kind === kind);
  const near = elsewhere.length > 0 ? undefined : nearest(name, [...found.known, ...made.map(one => one.name)]);
  const more =
    other !== undefined
      ? `; there is ${other}`
      : near === undefined
        ? hint || (isListed ? '' : noPodsHint(namespace))
        : `; did you mean ${near}?`;
  const what = isListed ? 'no' : 'no running or pending pod of';
  throw new UsageError(visible(`why: ${what} ${wordOf(kind)}/${name} in namespace ${namespace} of ${where}${more}`));
};

/** The workload of another kind that has the name here: `deployment/cart`. */
const ownerNamed = ({ namespace, name }: WhyTarget, { pods }: KubernetesFacts): string | undefined => {
  const named = valueOr(pods, []).find(pod => pod.namespace === namespace && pod.owner?.name === name);
  return named?.owner === undefined ? undefined : `${wordOf(named.owner.kind)}/${name}`;
};

/** The next place to look where no other name is near: no pod is made for a service account that does not exist. */
const noPodsHint = (namespace: string): string =>
  `; if it makes none, kubectl get events -n ${namespace} says why: its service account may not exist`;

/** Other namespaces in which there is a target of this kind and name. */
const namespacesWith = (target: WhyTarget, kubernetes: KubernetesFacts): readonly string[] => {
  const all = [...valueOr(kubernetes.pods, []), ...valueOr(kubernetes.serviceAccounts, [])];
  return [...new Set(all.map(({ namespace }) => namespace))]
    .filter(namespace => findTarget({ ...target, namespace }, kubernetes).status === 'found')
    .sort(compareText);
};
