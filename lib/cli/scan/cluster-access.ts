import type { ClusterReader } from '../../audit/ports.ts';
import type { Target } from '../../audit/target.ts';
import type { AwsClients } from '../../collect/clients.ts';
import { readIdentities } from '../../collect/eks/read-addons.ts';
import { eksClusterReader } from '../../collect/kubernetes/eks-cluster-reader.ts';
import {
  type ContextReader,
  kubeconfigClusterReader,
  type NamedEndpoint,
} from '../../collect/kubernetes/kubeconfig-cluster-reader.ts';
import { groupsOfPods } from '../../collect/kubernetes/read-pod-network.ts';
import { clientsOfTarget } from '../../collect/targets/assume-member-role.ts';
import { readFailureFromError } from '../../collect/unread-from-error.ts';
import {
  type Cluster,
  type ClusterInside,
  type Collected,
  type KubernetesFacts,
  notAskedFor,
  type ReadFailure,
  type SectionId,
  type Unread,
  unreadInside,
  wasAsked,
} from '../../model.ts';
import { given, visible } from '../../text.ts';
import { endpointOf } from '../kubeconfig/context-endpoint.ts';
import type { KubeconfigContext } from '../kubeconfig/kubeconfig.ts';
import { type ContextOptions, currentEksContext, kubeconfigContexts } from '../kubeconfig/kubeconfig-files.ts';
import type { Io } from '../shell/io.ts';

/** How to get into clusters. */
export interface InClusterOptions extends ContextOptions {
  /** Read every EKS cluster with the caller's own EKS access; false: read none. Absent: try, and leave out what cannot be
   *  read. */
  readonly inCluster?: boolean;
  /** Read the network around clusters too. */
  readonly network?: boolean;
  /** Read roles, bindings and access entries of clusters too. */
  readonly rbac?: boolean;
  /** Read workloads that have no pod too. */
  readonly workloads?: boolean;
}

/** A cluster that nobody asked for by name must answer within so many milliseconds. */
export const reachWithinMs = 5000;

/** The ports of reading clusters beside the options. */
interface ClusterAccess {
  readonly clients: AwsClients;
  readonly io: Io;
  /** The configuration asks for the inside of clusters. */
  readonly isConfigured: boolean;
  /** The configuration asks for roles and bindings. */
  readonly isRbacConfigured: boolean;
  /** Told of what was tried without being asked for, and not read. */
  readonly notReached: (gap: Unread) => void;
  /** Makes the reader that uses EKS access; a test looks at its options. */
  readonly byEksAccess?: typeof eksClusterReader;
}

/**
 * The reader of clusters' insides: contexts of a kubeconfig, or EKS access to every cluster, where the options ask for it;
 * with no option the same EKS access, without a failure where it does not work, and then the kubeconfig's current context
 * if it points at EKS. Undefined for `--no-in-cluster`.
 */
export const clusterReaderOf = async (
  options: InClusterOptions,
  access: ClusterAccess,
): Promise<ClusterReader | ContextReader | undefined> => {
  const { clients, io, byEksAccess = eksClusterReader } = access;
  const { network, workloads } = options;
  const more = { network, workloads, rbac: options.rbac ?? access.isRbacConfigured };
  const now = () => Date.parse(io.now());
  if (options.inCluster) return byEksAccess({ clients, now, ...more });
  if (options.kubeconfig !== undefined || (options.context?.length ?? 0) > 0)
    return contextReader(
      await Promise.all((await kubeconfigContexts(options, io)).map(context => named(context, io))),
      clients,
      more,
    );
  if (options.inCluster === false) return undefined;
  if (access.isConfigured) return byEksAccess({ clients, now, ...more });
  let current: Promise<readonly NamedEndpoint[]> | undefined;
  const fallback = async (): Promise<ClusterReader | undefined> => {
    current ??= currentEndpoint(io);
    const endpoints = await current;
    return endpoints.length === 0 ? undefined : contextReader(endpoints, clients, more);
  };
  return unaskedReader(byEksAccess({ clients, now, reachWithinMs, ...more }), fallback, {
    tell: access.notReached,
    asked: askedBy(more),
  });
};

const contextReader = (
  contexts: readonly NamedEndpoint[],
  clients: AwsClients,
  {
    network,
    rbac,
    workloads,
  }: Pick<Parameters<typeof kubeconfigClusterReader>[0], 'network' | 'workloads'> & { readonly rbac: boolean },
): ContextReader =>
  kubeconfigClusterReader({
    contexts,
    network,
    rbac,
    workloads,
    identities: async (target, cluster, inside) => {
      const account = await clientsOfTarget(clients, target);
      return account.status === 'unavailable'
        ? unreadInside(account.reason)
        : readIdentities(account.value.eks(cluster.region), cluster, {
            rbac,
            around: network ? { ec2: account.value.ec2(cluster.region), groups: inside.then(groupsOfPods) } : undefined,
          });
    },
  });

/** A failure to read an unasked cluster stops no audit: it is told, and the inside of clusters is then not read. */
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

/** The sections that options ask for by name: those of the cluster itself can be read with its inside alone. */
const askedBy = ({ network, rbac, workloads }: Partial<Readonly<Record<string, boolean>>>): readonly SectionId[] => [
  ...(network ? (['nodes', 'network', 'inside', 'pod-network'] as const) : []),
  ...(rbac ? (['access-entries', 'inside', 'rbac', 'aws-auth'] as const) : []),
  ...(workloads ? (['inside', 'workloads'] as const) : []),
];

/**
 * Reads the inside of clusters where nobody asked for it by name: what is refused or out of reach is told to `tell`, and
 * is then as if it was not asked for. It is no gap, and no finding. A section that is `asked` for stays as it was read.
 * `fallback` is tried where the reader gets nothing.
 */
export const unaskedReader = (
  reader: ClusterReader,
  fallback: () => Promise<ClusterReader | undefined>,
  { tell: notReached, asked }: { readonly tell: (gap: Unread) => void; readonly asked: readonly SectionId[] },
): ClusterReader => ({
  read: async (target, cluster) => {
    const quiet = quietly(asked, (section, reason, part) =>
      notReached({
        ...{ accountId: target.accountId, region: cluster.region, clusterName: cluster.name, section, reason },
        ...given({ part }),
      }),
    );
    const { kubernetes, podIdentity, addons, authorities, nodes, network, accessEntries } = await readEither(
      reader,
      fallback,
      target,
      cluster,
    );
    return {
      kubernetes: withoutFailures(quiet('inside', kubernetes), quiet),
      podIdentity: quiet('pod-identity', podIdentity),
      addons: quiet('addons', addons),
      ...(authorities && { authorities: quiet('authorities', authorities) }),
      ...(nodes && { nodes: quiet('nodes', nodes) }),
      ...(network && { network: quiet('network', network) }),
      ...(accessEntries && { accessEntries: quiet('access-entries', accessEntries) }),
    };
  },
});

const readEither = async (
  reader: ClusterReader,
  fallback: () => Promise<ClusterReader | undefined>,
  target: Target,
  cluster: Cluster,
): Promise<ClusterInside> => {
  const first = await readSafely(reader, target, cluster);
  if (first.kubernetes.status !== 'unavailable') return first;
  const other = await fallback();
  const second = other === undefined ? first : await readSafely(other, target, cluster);
  return second.kubernetes.status === 'unavailable' ? first : { ...first, kubernetes: second.kubernetes };
};

const readSafely = async (reader: ClusterReader, target: Target, cluster: Cluster): Promise<ClusterInside> => {
  try {
    return await reader.read(target, cluster);
  } catch (error) {
    return unreadInside(readFailureFromError(error, 'read the cluster'));
  }
};

type Tell = (section: SectionId, reason: ReadFailure, part?: string) => void;

type Quiet = <T>(id: SectionId, section: Collected<T>) => Collected<T>;

/** A section with what failed in it told, and turned into what was not asked for; as it is where it was. */
const quietly =
  (asked: readonly SectionId[], tell: Tell): Quiet =>
  (id, section) => {
    if (asked.includes(id)) return section;
    const unasked = (reason: ReadFailure, part?: string): ReadFailure => {
      if (wasAsked({ reason })) tell(id, reason, part);
      return { ...reason, kind: 'not-asked-for' };
    };
    switch (section.status) {
      case 'complete':
        return section;
      case 'unavailable': {
        const { operation, message } = unasked(section.reason);
        return notAskedFor(operation, message);
      }
      case 'partial':
        return { ...section, gaps: section.gaps.map(({ what, reason }) => ({ what, reason: unasked(reason, what) })) };
    }
  };

const withoutFailures = (inside: Collected<KubernetesFacts>, quiet: Quiet): Collected<KubernetesFacts> => {
  if (inside.status === 'unavailable') return inside;
  const { version, namespaces, serviceAccounts, pods, webhook, issuer, ...optional } = inside.value;
  const { nothingInjects, configuredRoles, controllerRoles, podIdentityAgent, ...asked } = optional;
  const { podNetwork, rbac, awsAuth, workloads } = asked;
  return {
    ...inside,
    value: {
      version: quiet('version', version),
      namespaces: quiet('namespaces', namespaces),
      serviceAccounts: quiet('service-accounts', serviceAccounts),
      pods: quiet('pods', pods),
      webhook: quiet('webhook', webhook),
      ...(nothingInjects && { nothingInjects }),
      ...(configuredRoles && { configuredRoles: quiet('configured-roles', configuredRoles) }),
      ...(controllerRoles && { controllerRoles: quiet('issuer-roles', controllerRoles) }),
      ...(podIdentityAgent && { podIdentityAgent: quiet('pod-identity-agent', podIdentityAgent) }),
      ...(podNetwork && { podNetwork: quiet('pod-network', podNetwork) }),
      ...(rbac && { rbac: quiet('rbac', rbac) }),
      ...(awsAuth && { awsAuth: quiet('aws-auth', awsAuth) }),
      ...(workloads && { workloads: quiet('workloads', workloads) }),
      issuer: quiet('api-server-issuer', issuer),
    },
  };
};
