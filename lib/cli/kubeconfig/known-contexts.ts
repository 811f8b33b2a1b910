import { authorityHash } from '../../fixes/authority-hash.ts';
import type { Io } from '../shell/io.ts';
import type { KnownContext } from './cluster-context.ts';
import { endpointOf } from './context-endpoint.ts';
import { KubeconfigInvalid } from './kubeconfig.ts';
import { allContexts, type ContextOptions, kubeconfigContexts } from './kubeconfig-files.ts';

/** The contexts that a person named, else all of the kubeconfig; those that are unsafe are left out, and those whose name cannot
 *  be printed in a command. Without a kubeconfig there is none. */
export const knownContexts = async (options: ContextOptions, io: Io): Promise<readonly KnownContext[]> => {
  const isNamed = (options.context?.length ?? 0) > 0;
  const contexts = await (isNamed ? kubeconfigContexts(options, io) : allContexts(io, options.kubeconfig));
  const host = { env: io.env, now: () => Date.parse(io.now()) };
  const known = await Promise.all(
    contexts.map(async (context): Promise<readonly KnownContext[]> => {
      if (/\p{Cc}/u.test(context.name)) return [];
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
