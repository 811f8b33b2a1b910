import type { ClusterReader, Target } from '../../audit/ports.ts';
import { readFailureFromError } from '../../collect/unread-from-error.ts';
import { type Cluster, type ClusterInside, unreadInside } from '../../model/cluster.ts';
import { type Collected, notAskedFor, type ReadFailure } from '../../model/collected.ts';
import type { KubernetesFacts } from '../../model/kubernetes.ts';
import type { CoverageGap } from '../../rules/evaluate/evaluation.ts';

/**
 * Reads the inside of clusters where nobody asked for it by name: what is refused or out of reach is told to `notReached`,
 * and is then as if it was not asked for. It is no gap, and no finding. `fallback` is tried where the reader gets nothing.
 */
export const unaskedReader = (
  reader: ClusterReader,
  fallback: () => Promise<ClusterReader | undefined>,
  notReached: (gap: CoverageGap) => void,
): ClusterReader => ({
  read: async (target, cluster) => {
    const tell = (what: string, reason: ReadFailure): void =>
      notReached({ accountId: target.accountId, region: cluster.region, clusterName: cluster.name, what, reason });
    const { kubernetes, podIdentity, addons } = await readEither(reader, fallback, target, cluster);
    return {
      kubernetes: withoutFailures(quiet('Kubernetes resources', kubernetes, tell), tell),
      podIdentity: quiet('Pod Identity associations', podIdentity, tell),
      addons: quiet('add-ons', addons, tell),
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

type Tell = (what: string, reason: ReadFailure) => void;

/** The section with what failed in it told, and turned into what was not asked for. */
const quiet = <T>(name: string, section: Collected<T>, tell: Tell): Collected<T> => {
  const unasked = (what: string, reason: ReadFailure): ReadFailure => {
    if (reason.kind !== 'not-asked-for') tell(what, reason);
    return { ...reason, kind: 'not-asked-for' };
  };
  switch (section.status) {
    case 'complete':
      return section;
    case 'unavailable': {
      const { operation, message } = unasked(name, section.reason);
      return notAskedFor(operation, message);
    }
    case 'partial':
      return {
        ...section,
        gaps: section.gaps.map(({ what, reason }) => ({ what, reason: unasked(`${name}: ${what}`, reason) })),
      };
  }
};

const withoutFailures = (inside: Collected<KubernetesFacts>, tell: Tell): Collected<KubernetesFacts> => {
  if (inside.status === 'unavailable') return inside;
  const { version, namespaces, serviceAccounts, pods, webhook, issuer } = inside.value;
  return {
    ...inside,
    value: {
      version: quiet('version', version, tell),
      namespaces: quiet('namespaces', namespaces, tell),
      serviceAccounts: quiet('service accounts', serviceAccounts, tell),
      pods: quiet('pods', pods, tell),
      webhook: quiet('webhook configuration', webhook, tell),
      issuer: quiet('issuer of the API server', issuer, tell),
    },
  };
};
