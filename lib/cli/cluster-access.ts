import type { ClusterReader } from '../audit/ports.ts';
import type { AwsClients } from '../collect/clients.ts';
import { readIdentities } from '../collect/eks/read-identities.ts';
import { eksClusterReader } from '../collect/kubernetes/eks-cluster-reader.ts';
import { kubeconfigClusterReader, type NamedEndpoint } from '../collect/kubernetes/kubeconfig-cluster-reader.ts';
import { clientsOfTarget } from '../collect/targets/assume-member-role.ts';
import { unreadInside } from '../core/model/cluster.ts';
import { visible } from '../core/text/visible-text.ts';
import type { Io } from './io.ts';
import { endpointOf } from './kubeconfig/context-endpoint.ts';
import type { KubeconfigContext } from './kubeconfig/kubeconfig.ts';
import { type ContextOptions, contextsOf, currentEksContext } from './kubeconfig/kubeconfig-files.ts';

/** How to get into clusters. */
export interface InClusterOptions extends ContextOptions {
  /** Read every EKS cluster with the caller's own EKS access. */
  readonly inCluster?: boolean;
}

/**
 * The reader of clusters' insides that the options ask for: contexts of a kubeconfig, or EKS access to every cluster.
 * With no option, the kubeconfig's current context if it points at EKS; undefined where there is nothing to read with.
 */
export const clusterReaderOf = async (
  options: InClusterOptions,
  clients: AwsClients,
  io: Io,
): Promise<ClusterReader | undefined> => {
  if (options.inCluster) return eksClusterReader({ clients, now: () => Date.parse(io.now()) });
  const asked = options.kubeconfig !== undefined || (options.context?.length ?? 0) > 0;
  const endpoints = asked
    ? await Promise.all((await contextsOf(options, io)).map(context => named(context, io)))
    : await currentEndpoint(io);
  if (endpoints.length === 0) return undefined;
  return kubeconfigClusterReader({
    contexts: endpoints,
    identities: async (target, cluster) => {
      const account = await clientsOfTarget(clients, target);
      return account.status === 'unavailable'
        ? unreadInside(account.reason)
        : readIdentities(account.value.eks(cluster.region), cluster.name);
    },
  });
};

/** What nobody asked for stops no audit: it is told, and the inside of clusters is then not read. */
const currentEndpoint = async (io: Io): Promise<readonly NamedEndpoint[]> => {
  try {
    const current = await currentEksContext(io);
    return current === undefined ? [] : [await named(current, io)];
  } catch (error) {
    const why = visible(error instanceof Error ? error.message : String(error));
    io.stderr.write(`irsa-auditor: the current context is not used: ${why}\n`);
    return [];
  }
};

/** The endpoint of a context, with its name. */
export const named = async (context: KubeconfigContext, io: Io): Promise<NamedEndpoint> => ({
  context: context.name,
  endpoint: await endpointOf(context, { env: io.env, now: () => Date.parse(io.now()) }),
});
