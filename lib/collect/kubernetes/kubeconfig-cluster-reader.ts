import type { ClusterReader } from '../../audit/ports.ts';
import type { Target } from '../../audit/target.ts';
import {
  type Cluster,
  type ClusterInside,
  type Collected,
  insideNotAsked,
  type KubernetesFacts,
  notAskedFor,
  type ReadFailure,
} from '../../model.ts';
import { type ApiLimits, type ClusterEndpoint, defaultLimits, kubernetesApi } from './kubernetes-api.ts';
import { type ReadOptions, readKubernetesFacts } from './read-kubernetes-facts.ts';

/** A context of a kubeconfig, ready to be read. */
export interface NamedEndpoint {
  readonly context: string;
  readonly endpoint: ClusterEndpoint;
}

/** The parts of the reader over kubeconfig contexts. */
interface KubeconfigClusterReaderOptions {
  readonly contexts: readonly NamedEndpoint[];
  /** Pod Identity and add-ons lie in EKS, not in the cluster: read as elsewhere, or not asked for. */
  readonly identities?: (
    target: Target,
    cluster: Cluster,
    inside: Promise<Collected<KubernetesFacts>>,
  ) => Promise<Omit<ClusterInside, 'kubernetes'>>;
  /** Read the policies that close pods' ways out too. */
  readonly network?: boolean | undefined;
  /** Read roles and bindings too. */
  readonly rbac?: boolean | undefined;
  /** Read workloads that have no pod too. */
  readonly workloads?: boolean | undefined;
  readonly limits?: ApiLimits;
}

/** A reader over contexts, and which of them no audited cluster was read through. */
export interface ContextReader extends ClusterReader {
  /** Each context that is for no cluster that was asked for, with the reason: it was read and failed, or it is of another
   *  cluster. Reads each of them once where that was not done. */
  readonly unused: () => Promise<readonly { readonly context: string; readonly reason: ReadFailure }[]>;
}

/**
 * Reads clusters through contexts of a kubeconfig. A cluster of EKS is joined to a context by its endpoint, else by its
 * issuer as the API server announces it (a context may go through a tunnel). A cluster that no context is for is not
 * asked for.
 */
export const kubeconfigClusterReader = (options: KubeconfigClusterReaderOptions): ContextReader => {
  const used = new Set<string>();
  const reads = new Map<NamedEndpoint, Promise<Collected<KubernetesFacts>>>();
  const readContext: ReadContext = (context, issuerKnown) => {
    const known = reads.get(context) ?? readEndpoint(context.endpoint, { issuerKnown, ...options });
    reads.set(context, known);
    return known;
  };
  return {
    read: async (target, cluster) => {
      const reading = readCluster(options.contexts, readContext, cluster);
      const inside = reading.then(({ kubernetes }) => kubernetes);
      const [through, identities] = await Promise.all([reading, options.identities?.(target, cluster, inside)]);
      if (through.context !== undefined) used.add(through.context);
      return { ...insideNotAsked(), ...identities, ...through };
    },
    unused: () =>
      Promise.all(
        options.contexts
          .filter(({ context }) => !used.has(context))
          .map(async one => ({ context: one.context, reason: await whyUnused(one, readContext) })),
      ),
  };
};

const whyUnused = async (context: NamedEndpoint, readContext: ReadContext): Promise<ReadFailure> => {
  const read = await readContext(context, false);
  if (read.status === 'unavailable') return read.reason;
  const message = `context ${context.context} leads to ${hostOf(context.endpoint.url) ?? 'another host'}, which is no audited cluster: add its region and account`;
  return { kind: 'not-found', operation, message };
};

/** `issuerKnown` as in `readKubernetesFacts`. */
type ReadContext = (context: NamedEndpoint, issuerKnown: boolean) => Promise<Collected<KubernetesFacts>>;

/** Reads the cluster behind one endpoint. */
export const readEndpoint = async (
  endpoint: ClusterEndpoint,
  { limits, ...options }: ReadOptions & { readonly limits?: ApiLimits | undefined },
): Promise<Collected<KubernetesFacts>> => {
  const api = kubernetesApi(endpoint, limits ?? defaultLimits);
  try {
    return await readKubernetesFacts(api, options);
  } finally {
    api.close();
  }
};

/** The reading, and the context that it was read through. */
interface ReadThrough {
  readonly kubernetes: Collected<KubernetesFacts>;
  readonly context?: string;
}

const readCluster = async (
  contexts: readonly NamedEndpoint[],
  readContext: ReadContext,
  cluster: Cluster,
): Promise<ReadThrough> => {
  const byEndpoint = contexts.find(({ endpoint }) => hostOf(endpoint.url) === hostOf(cluster.endpoint ?? ''));
  if (byEndpoint)
    return { kubernetes: await readContext(byEndpoint, cluster.issuer !== undefined), context: byEndpoint.context };
  if (cluster.issuer !== undefined)
    for (const context of contexts) {
      const facts = await readContext(context, false);
      if (facts.status === 'unavailable' || facts.value.issuer.status === 'unavailable') continue;
      if (facts.value.issuer.value === cluster.issuer) return { kubernetes: facts, context: context.context };
    }
  const names = contexts.map(one => one.context).join(', ');
  const why = contexts.length === 0 ? 'no context was given' : `the contexts given (${names}) lead to other clusters`;
  return { kubernetes: notAskedFor(operation, why) };
};

const operation = 'read the cluster';

const hostOf = (url: string): string | undefined => (URL.canParse(url) ? new URL(url).host : undefined);
