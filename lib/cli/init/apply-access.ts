import { setEntry } from '../../collect/eks/cluster-access.ts';
import { eksApi } from '../../collect/kubernetes/eks-cluster-reader.ts';
import type { KubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { entryAgain } from '../../fixes/access-entry.ts';
import { type AuditorRole, clusterRoleBinding } from '../../fixes/rbac-documents.ts';
import { visibleLines } from '../../text.ts';
import type { Io } from '../shell/io.ts';
import type { FleetCluster } from './fleet.ts';

/** Lets the auditor's role into one cluster: entry, ClusterRole and binding. False where something of it could not be done, which is
 *  told. Nothing is made in a cluster that cannot get all. */
export const applyAccess = async (
  { clients, cluster, principalArn, state, role }: FleetCluster & { readonly role: AuditorRole },
  io: Io,
): Promise<boolean> => {
  const place = `account ${cluster.accountId}, ${cluster.region}, cluster ${cluster.name}`;
  const told = (text: string): void => void io.stdout.write(visibleLines(`${place}: ${text}\n`));
  const failed = (text: string): boolean => {
    io.stderr.write(visibleLines(`irsa-auditor: ${place}: ${text}\n`));
    return false;
  };
  if (state.kind === 'config-map')
    return failed('it takes no access entries (mode CONFIG_MAP): run without --apply for the lines of aws-auth');
  const { endpoint, certificateAuthority } = cluster;
  if (endpoint === undefined || certificateAuthority === undefined)
    return failed(`it has no endpoint yet (it is ${cluster.status}): run it again when the cluster is ACTIVE`);
  const set = await setEntry(clients.eks(cluster.region), { cluster, principalArn }, state);
  if ('reason' in set) {
    const { operation, message } = set.reason;
    return failed(
      set.isThere
        ? `the access entry for ${principalArn} is there already; whether it admits the role is not known (${operation}: ${message}). If the role was made after the entry, make the entry again:\n${entryAgain({ cluster, principalArn }).join('\n')}`
        : `the access entry could not be made (${operation}): ${message}`,
    );
  }
  told(set.done);
  const api = eksApi(clients, { ...cluster, endpoint, certificateAuthority }, { now: () => Date.parse(io.now()) });
  try {
    for (const document of [role, clusterRoleBinding]) {
      const answer = await applyDocument(api, document);
      if (!answer.ok) return failed(`${document.kind} could not be applied: ${answer.reason.message}`);
      told(`${document.kind} ${document.metadata.name} applied`);
    }
  } finally {
    api.close();
  }
  return true;
};

/** Server-side apply: creates what is not there, and leaves what is as it should be. */
const applyDocument = (
  api: KubernetesApi,
  document: AuditorRole | typeof clusterRoleBinding,
): ReturnType<KubernetesApi['send']> => {
  const resource = document.kind === 'ClusterRole' ? 'clusterroles' : 'clusterrolebindings';
  return api.send({
    verb: 'patch',
    resource,
    apiGroup: 'rbac.authorization.k8s.io',
    path: `/apis/rbac.authorization.k8s.io/v1/${resource}/${document.metadata.name}?fieldManager=irsa-auditor&force=true`,
    body: document,
  });
};
