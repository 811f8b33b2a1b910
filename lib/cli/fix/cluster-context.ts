/** Which context of the kubeconfig leads to the cluster of a step. */
import { authorityHash } from '../../fixes/authority-hash.ts';
import type { ClusterPlace } from '../../model/step.ts';
import { endpointOf } from '../kubeconfig/context-endpoint.ts';
import { KubeconfigInvalid } from '../kubeconfig/kubeconfig.ts';
import { allContexts, type ContextOptions, contextsOf } from '../kubeconfig/kubeconfig-files.ts';
import type { Io } from '../shell/io.ts';

/** A context with the server that it points at. */
export interface KnownContext {
  readonly name: string;
  readonly server: string;
  /** As `authorityHash` makes it; absent where the context names no certificate authority. */
  readonly authority?: string;
}

/** The contexts that a person named, else all of the kubeconfig; those that are unsafe are left out, and without a kubeconfig
 *  there is none. */
export const knownContexts = async (options: ContextOptions, io: Io): Promise<readonly KnownContext[]> => {
  const isNamed = (options.context?.length ?? 0) > 0;
  const contexts = await (isNamed ? contextsOf(options, io) : allContexts(io, options.kubeconfig));
  const host = { env: io.env, now: () => Date.parse(io.now()) };
  const known = await Promise.all(
    contexts.map(async (context): Promise<readonly KnownContext[]> => {
      try {
        const { url, caPem } = await endpointOf(context, host);
        const authority =
          caPem === undefined ? {} : { authority: authorityHash(Buffer.from(caPem).toString('base64')) };
        return [{ name: context.name, server: url, ...authority }];
      } catch (error) {
        if (error instanceof KubeconfigInvalid && !isNamed) return [];
        throw error;
      }
    }),
  );
  return known.flat();
};

const hostOf = (server: string | undefined): string | undefined => URL.parse(server ?? '')?.host.toLowerCase();

/** True where a context points at the cluster that was audited: by its certificate authority where both are known (a context
 *  may go through a tunnel), else by its address. */
export const pointsAt = ({ server, authority }: KnownContext, cluster: ClusterPlace): boolean =>
  authority !== undefined && cluster.authority !== undefined
    ? authority === cluster.authority
    : hostOf(server) !== undefined && hostOf(server) === hostOf(cluster.server);

/** The context of a cluster: the one that it was read through, else another that points at it. */
export const contextOfCluster = (contexts: readonly KnownContext[], cluster: ClusterPlace): string | undefined => {
  const fitting = contexts.filter(context => pointsAt(context, cluster));
  return (fitting.find(({ name }) => name === cluster.context) ?? fitting[0])?.name;
};
