/** Workloads that were meant to run as another service account than theirs. */

import { type KubernetesFacts, type Pod, roleArnKey, type ServiceAccount, valueOr } from '../model.ts';
import { bearsOnIrsa, hasOtherCredentials, hasPodIdentity } from './pod-injection.ts';
import { podsOfServiceAccount, serviceAccountNamed } from './pods-of-service-account.ts';

/** A pod of a workload that has the service account's name, or is of its release and named after it, that runs as one without a
 *  role and has none itself. Whose pod it is comes first: a cluster has thousands of pods and of service accounts. */
export const isPodElsewhere = (
  pod: Pod,
  { namespace, name, managedBy }: ServiceAccount,
  kubernetes: KubernetesFacts,
): boolean => {
  const owner = pod.owner?.name ?? '';
  if (pod.namespace !== namespace || pod.isMirror || !isNamedAfter(pod, name)) return false;
  const own = serviceAccountNamed(kubernetes, namespace, pod.serviceAccount);
  // A chart gives a part of its release an account of its own: of another tool the names would be alike by chance.
  const isOfRelease =
    managedBy?.name !== undefined && own?.managedBy?.tool === managedBy.tool && own.managedBy.name === managedBy.name;
  // `<release>-<chart>` is the name that a chart gives to its own account: the annotated one has the chart's name alone.
  const isOfChart = own?.managedBy?.tool === 'Helm' && own.name === `${own.managedBy.name}-${name}`;
  if (owner !== name && !isOfRelease && !isOfChart) return false;
  return own?.annotations[roleArnKey] === undefined && !bearsOnIrsa(pod) && !hasPodIdentity(pod);
};

/** Pods that run without any role and show no other credentials. */
const isWithoutRole = (pod: Pod, kubernetes: KubernetesFacts): boolean =>
  !pod.isMirror &&
  !bearsOnIrsa(pod) &&
  !hasPodIdentity(pod) &&
  !hasOtherCredentials(pod) &&
  serviceAccountNamed(kubernetes, pod.namespace, pod.serviceAccount)?.annotations[roleArnKey] === undefined;

interface PodsOfNamespace {
  readonly all: readonly Pod[];
  /** The accounts of those that no node makes, where all of them run without a role. */
  readonly withoutRole: readonly string[];
}

/** The pods of workloads that have the name or the release of a service account and run as another one (`isPodElsewhere`). */
export const podsElsewhere = (account: ServiceAccount, kubernetes: KubernetesFacts): readonly Pod[] =>
  podsIn(kubernetes, account.namespace).all.filter(pod => isPodElsewhere(pod, account, kubernetes));

/** Pods by namespace, made once for each cluster's facts: thousands of service accounts ask. */
const podsByNamespace = new WeakMap<KubernetesFacts, ReadonlyMap<string, PodsOfNamespace>>();

const podsIn = (kubernetes: KubernetesFacts, namespace: string): PodsOfNamespace => {
  const known = podsByNamespace.get(kubernetes) ?? podsOf(kubernetes);
  podsByNamespace.set(kubernetes, known);
  return known.get(namespace) ?? { all: [], withoutRole: [] };
};

const podsOf = (kubernetes: KubernetesFacts): ReadonlyMap<string, PodsOfNamespace> =>
  new Map(
    [...Map.groupBy(valueOr(kubernetes.pods, []), pod => pod.namespace)].map(([namespace, all]) => {
      const own = all.filter(pod => !pod.isMirror);
      const withoutRole = own.every(pod => isWithoutRole(pod, kubernetes)) ? accountNamesOfPods(own) : [];
      return [namespace, { all, withoutRole }];
    }),
  );

/** Pods that pods of the service account, which have its role, started as another one without a role: executors of Spark, whose
 *  owner is the driver. */
export const startedWithoutRole = (
  { namespace, name }: ServiceAccount,
  kubernetes: KubernetesFacts,
): readonly Pod[] => {
  const here = podsIn(kubernetes, namespace).all;
  const parents = new Set(here.filter(pod => pod.serviceAccount === name && bearsOnIrsa(pod)).map(pod => pod.name));
  return here.filter(
    pod =>
      pod.owner?.kind === 'Pod' &&
      parents.has(pod.owner.name) &&
      pod.serviceAccount !== name &&
      isWithoutRole(pod, kubernetes),
  );
};

/** Pods without a role of the one other service account of the same name: eksctl makes an account in `default` where nobody
 *  names a namespace, and a release that moved leaves its namespace without pods. */
export const namesakePods = ({ namespace, name }: ServiceAccount, kubernetes: KubernetesFacts): readonly Pod[] => {
  if (namespace !== 'default' && podsIn(kubernetes, namespace).all.length > 0) return [];
  const [other, ...more] = valueOr(kubernetes.serviceAccounts, []).filter(
    one => one.name === name && one.namespace !== namespace,
  );
  return other === undefined || more.length > 0
    ? []
    : podsOfServiceAccount(kubernetes, other.namespace, name).filter(pod => isWithoutRole(pod, kubernetes));
};

/** The service accounts that the pods of the namespace run as, where all of them run without a role; none otherwise. */
export const withoutRoleBeside = ({ namespace }: ServiceAccount, kubernetes: KubernetesFacts): readonly string[] =>
  podsIn(kubernetes, namespace).withoutRole;

/** The names of the service accounts of pods, each once. */
export const accountNamesOfPods = (pods: readonly Pod[]): readonly string[] =>
  [...new Set(pods.map(({ serviceAccount }) => serviceAccount))].sort();

/** True where the workload has the name, begins with it, or runs as an account that ends in it. Whether that is by chance is
 *  asked of few pods then. */
const isNamedAfter = ({ owner, serviceAccount }: Pod, name: string): boolean =>
  owner?.name === name || (owner?.name.startsWith(`${name}-`) ?? false) || serviceAccount.endsWith(`-${name}`);

/** The advice for a workload of a chart: another account in its template alone would have none of the rights that it needs. */
export const byItsChart =
  'Where a chart manages it, name the account in the values of the chart, which bind its rights in Kubernetes to that name.';
