/** Which context of the kubeconfig leads to the cluster of a step. */
import type { ClusterPlace } from '../../model.ts';

/** A context with the server that it points at. */
export interface KnownContext {
  readonly name: string;
  readonly server: string;
  /** As `authorityHash` makes it; absent where the context names no certificate authority. */
  readonly authority?: string;
}

const hostOf = (server: string | undefined): string | undefined => URL.parse(server ?? '')?.host.toLowerCase();

/** True where a context points at the cluster that was audited: by its certificate authority where both are known (a context
 *  may go through a tunnel), else by its address. */
const pointsAt = ({ server, authority }: KnownContext, cluster: ClusterPlace): boolean =>
  authority !== undefined && cluster.authority !== undefined
    ? authority === cluster.authority
    : hostOf(server) !== undefined && hostOf(server) === hostOf(cluster.server);

/** The context of a cluster: the one that it was read through, else another that points at it. */
export const contextOfCluster = (contexts: readonly KnownContext[], cluster: ClusterPlace): string | undefined => {
  const fitting = contexts.filter(context => pointsAt(context, cluster));
  return (fitting.find(({ name }) => name === cluster.context) ?? fitting[0])?.name;
};
