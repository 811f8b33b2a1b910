/** Workloads that were meant to run as another service account than theirs. */

import { valueOr } from '../model/collected.ts';
import { roleArnKey } from '../model/irsa-annotation.ts';
import type { KubernetesFacts, Pod, ServiceAccount } from '../model/kubernetes.ts';
import { bearsOnIrsa, hasPodIdentity } from './pod-injection.ts';

/** A pod of a workload that has the service account's name, or is of its release and named after it, that runs as one without a role and has none itself. Whose
 *  pod it is comes first: a cluster has thousands of pods and of service accounts. */
export const isElsewhere = (
  pod: Pod,
  { namespace, name, managedBy }: ServiceAccount,
  kubernetes: KubernetesFacts,
): boolean => {
  const owner = pod.owner?.name ?? '';
  if (pod.namespace !== namespace || pod.isMirror || !isNamedAfter(pod, name)) return false;
  const own = valueOr(kubernetes.serviceAccounts, []).find(
    one => one.namespace === namespace && one.name === pod.serviceAccount,
  );
  // A chart gives a part of its release an account of its own: of another tool the names would be alike by chance.
  const isOfRelease =
    managedBy?.name !== undefined && own?.managedBy?.tool === managedBy.tool && own.managedBy.name === managedBy.name;
  // `<release>-<chart>` is the name that a chart gives to its own account: the annotated one has the chart's name alone.
  const isOfChart = own?.managedBy?.tool === 'Helm' && own.name === `${own.managedBy.name}-${name}`;
  if (owner !== name && !isOfRelease && !isOfChart) return false;
  return own?.annotations[roleArnKey] === undefined && !bearsOnIrsa(pod) && !hasPodIdentity(pod);
};

/** True where the workload has the name, begins with it, or runs as an account that ends in it. Whether that is by chance is
 *  asked of few pods then. */
const isNamedAfter = ({ owner, serviceAccount }: Pod, name: string): boolean =>
  owner?.name === name || (owner?.name.startsWith(`${name}-`) ?? false) || serviceAccount.endsWith(`-${name}`);

/** The advice for a workload of a chart: another account in its template alone would have none of the rights that it needs. */
export const byItsChart =
  'Where a chart manages it, name the account in the values of the chart, which bind its rights in Kubernetes to that name.';
