import type { AwsClients } from '../../collect/clients.ts';
import { setEntry } from '../../collect/eks/cluster-access.ts';
import { eksApi } from '../../collect/kubernetes/eks-cluster-reader.ts';
import type { KubernetesApi } from '../../collect/kubernetes/kubernetes-api.ts';
import { type EntryState, entryAgain } from '../../fixes/access-entry.ts';
import { type AuditorRole, clusterRoleBinding } from '../../fixes/rbac-documents.ts';
import type { Cluster } from '../../model.ts';
import { visible, visibleLines } from '../../text.ts';
import { type Io, UsageError } from '../shell/io.ts';

/** One cluster to set up, by the clients of its account. */
interface Applied {
  readonly clients: AwsClients;
  readonly cluster: Cluster;
  readonly principalArn: string;
  /** As far as it is known. */
  readonly state: EntryState;
  readonly role: AuditorRole;
}

/**
 * Lets the auditor's role into one cluster: entry, ClusterRole and binding. False where something of it could not be done, which is
 * told. Throws `UsageError` for a cluster of which nothing can be made now.
 */
export const applyAccess = async (applied: Applied, io: Io): Promise<boolean> => {
  const { clients, cluster, principalArn, state, role } = applied;
  if (state.kind === 'config-map' || cluster.authenticationMode === 'CONFIG_MAP')
    throw new UsageError(
      `cluster ${cluster.name} takes no access entries (mode CONFIG_MAP): run without --apply for the lines of aws-auth`,
    );
  const { endpoint, certificateAuthority } = cluster;
  if (endpoint === undefined || certificateAuthority === undefined)
    throw new UsageError(
      `cluster ${cluster.name} has no endpoint yet (it is ${cluster.status}): run it again when the cluster is ACTIVE`,
    );
  const place = { cluster, principalArn };
  const set = await setEntry({ eks: clients.eks(cluster.region), iam: clients.iam() }, place, state);
  if ('reason' in set) {
    const { operation, message } = set.reason;
    io.stderr.write(
      visibleLines(
        set.isThere
          ? `irsa-auditor: the access entry for ${principalArn} is there already; whether it admits the role is not known (${operation}: ${message}). If the role was made after the entry, make the entry again:\n${entryAgain(place).join('\n')}\n`
          : `irsa-auditor: the access entry could not be made (${operation}): ${message}\n`,
      ),
    );
    return false;
  }
  io.stdout.write(`${visible(set.done)}\n`);
  const api = eksApi(clients, { ...cluster, endpoint, certificateAuthority }, { now: () => Date.parse(io.now()) });
  try {
    for (const document of [role, clusterRoleBinding]) if (!(await applyDocument(api, document, io))) return false;
  } finally {
    api.close();
  }
  return true;
};

/** Server-side apply: creates what is not there, and leaves what is as it should be. */
const applyDocument = async (
  api: KubernetesApi,
  document: AuditorRole | typeof clusterRoleBinding,
  io: Io,
): Promise<boolean> => {
  const resource = document.kind === 'ClusterRole' ? 'clusterroles' : 'clusterrolebindings';
  const answer = await api.send({
    verb: 'patch',
    resource,
    apiGroup: 'rbac.authorization.k8s.io',
    path: `/apis/rbac.authorization.k8s.io/v1/${resource}/${document.metadata.name}?fieldManager=irsa-auditor&force=true`,
    body: document,
  });
  if (answer.ok) io.stdout.write(`${document.kind} ${document.metadata.name} applied\n`);
  else io.stderr.write(`irsa-auditor: ${document.kind} could not be applied: ${visible(answer.reason.message)}\n`);
  return answer.ok;
};
