import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { ClusterReader } from '../audit/ports.ts';
import type { AwsClients } from '../collect/clients.ts';
import { eksClusterReader } from '../collect/kubernetes/eks-cluster-reader.ts';
import {
  contextOf,
  type Kubeconfig,
  type KubeconfigContext,
  parseKubeconfig,
} from '../collect/kubernetes/kubeconfig.ts';
import { kubeconfigClusterReader, type NamedEndpoint } from '../collect/kubernetes/kubeconfig-cluster-reader.ts';
import { endpointOf } from '../collect/kubernetes/kubeconfig-endpoint.ts';
import { readPodIdentity } from '../collect/pod-identity/read-pod-identity.ts';
import { clientsOfTarget } from '../collect/targets/assume-member-role.ts';
import { unavailable } from '../core/model/collected.ts';
import type { Io } from './io.ts';
import { readText } from './read-text.ts';

/** How to get into clusters. */
export interface InClusterOptions {
  readonly kubeconfig?: string;
  /** Names of contexts; the current one if there is only a kubeconfig. */
  readonly context?: readonly string[];
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
  const contexts = await contextsOf(options, io);
  if (contexts.length === 0) return undefined;
  const endpoints = await Promise.all(contexts.map(context => named(context, io)));
  return kubeconfigClusterReader({
    contexts: endpoints,
    podIdentity: async (target, cluster) => {
      const account = await clientsOfTarget(clients, target);
      return account.status === 'unavailable'
        ? unavailable(account.reason)
        : readPodIdentity(account.value.eks(cluster.region), cluster.name);
    },
  });
};

/** The contexts that the options name. Throws `KubeconfigInvalid` for one that is not there. */
export const contextsOf = async (options: InClusterOptions, io: Io): Promise<readonly KubeconfigContext[]> => {
  const asked = options.kubeconfig !== undefined || (options.context?.length ?? 0) > 0;
  const path = kubeconfigPath(options, io);
  if (path === undefined || (!asked && !existsSync(path))) return [];
  const config = parseKubeconfig(await readText(path, '--kubeconfig'), path, dirname(path));
  if (asked)
    return (options.context?.length ? options.context : [undefined]).map(name => contextOf(config, name, path));
  return currentEksContext(config);
};

const kubeconfigPath = (options: InClusterOptions, io: Io): string | undefined => {
  if (options.kubeconfig !== undefined) return resolve(io.cwd, options.kubeconfig);
  const [first] = (io.env.KUBECONFIG ?? '').split(':');
  if (first) return resolve(io.cwd, first);
  return io.env.HOME === undefined ? undefined : join(io.env.HOME, '.kube', 'config');
};

/** Unasked, nothing but an EKS endpoint is touched: the current context may be anything. */
const currentEksContext = (config: Kubeconfig): readonly KubeconfigContext[] => {
  const current = config.contexts.find(context => context.name === config.currentContext);
  if (current === undefined || !URL.canParse(current.cluster.server)) return [];
  return /\.eks\.(amazonaws\.com|amazonaws\.com\.cn|api\.aws)$/.test(new URL(current.cluster.server).hostname)
    ? [current]
    : [];
};

/** The endpoint of a context, with its name. */
export const named = async (context: KubeconfigContext, io: Io): Promise<NamedEndpoint> => ({
  context: context.name,
  endpoint: await endpointOf(context, { env: io.env, now: () => Date.parse(io.now()) }),
});
