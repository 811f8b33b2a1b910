/** Signs of the world that was read, which make a cause of a message likely though no rule fails for it. */
import type { Sign } from '../../explain/causes/cause.ts';
import { clustersOf, type Facts, injectedParts, reachesRegionalNameAlone, stsReachOf } from '../../facts.ts';
import { answersPods, type ClusterSnapshot, firstWithReadableToken, minorOf, valueOr } from '../../model.ts';
import { counted, given } from '../../text.ts';

/** The signs that were read in the cluster of a name, or in every one, each with what was read, for people. */
export const signsIn = (facts: readonly Facts[], name?: string): Readonly<Partial<Record<Sign, string>>> => {
  const clusters = facts
    .flatMap(({ snapshot }) => clustersOf(snapshot))
    .filter(({ cluster }) => name === undefined || cluster.name === name);
  return given({
    'metadata-closed': closedMetadata(clusters),
    'sts-by-endpoint-alone': networksOf(clusters).some(reachesRegionalNameAlone)
      ? 'a VPC endpoint of STS was read, which serves the regional name, and nothing leads from the nodes out of their VPC'
      : undefined,
    'sts-by-other-way': networksOf(clusters).some(hasNoWay)
      ? 'nothing that was read leads from the nodes to STS: a proxy would be a way that is not seen'
      : undefined,
    'token-of-root': tokenOfRoot(clusters),
    'dns-pending': pendingDns(clusters),
  });
};

const networksOf = (clusters: readonly ClusterSnapshot[]) =>
  clusters.flatMap(({ network }) => (network?.status === 'complete' ? [network.value] : []));

const hasNoWay = (network: Parameters<typeof stsReachOf>[0]): boolean => {
  const reached = stsReachOf(network);
  return reached.length > 0 && reached.every(({ reach }) => reach === 'no-way');
};

/** The options of all nodes were read, and none answers pods. */
const closedMetadata = (clusters: readonly ClusterSnapshot[]): string | undefined => {
  const nodes = clusters.flatMap(({ nodes: read }) => (read?.status === 'complete' ? read.value : []));
  const count = nodes.reduce((sum, one) => sum + one.nodes, 0);
  return nodes.length > 0 && !nodes.some(answersPods)
    ? `${counted(count, 'node')} read, and none answers metadata requests of pods`
    : undefined;
};

/** All pods of CoreDNS wait: names are not resolved. */
const pendingDns = (clusters: readonly ClusterSnapshot[]): string | undefined => {
  const pods = clusters.flatMap(({ kubernetes }) =>
    kubernetes.status === 'unavailable' ? [] : valueOr(kubernetes.value.pods, []),
  );
  const found = pods.filter(one => one.namespace === 'kube-system' && one.owner?.name === 'coredns');
  const isWaiting = found.length > 0 && found.every(({ phase }) => phase === 'Pending');
  return isWaiting ? `${counted(found.length, 'pod')} of CoreDNS, and none runs` : undefined;
};

/** An old kubelet, and a pod with a token and without fsGroup: the user that its image sets is not read. */
const tokenOfRoot = (clusters: readonly ClusterSnapshot[]): string | undefined => {
  const found = clusters.flatMap(({ kubernetes }) => {
    if (kubernetes.status === 'unavailable') return [];
    const { version, pods } = kubernetes.value;
    const minor = version.status === 'complete' ? minorOf(version.value) : undefined;
    if (minor === undefined || minor >= firstWithReadableToken) return [];
    const without = valueOr(pods, []).filter(
      pod => pod.fsGroup === undefined && pod.containers.some(one => injectedParts(one) === 'complete'),
    );
    return without.length === 0 ? [] : [{ minor, count: without.length }];
  });
  const [first] = found;
  return (
    first &&
    `Kubernetes 1.${first.minor} gives the token to root alone where the pod has no fsGroup, and ${counted(first.count, 'pod')} with a token ${first.count === 1 ? 'has' : 'have'} none`
  );
};
