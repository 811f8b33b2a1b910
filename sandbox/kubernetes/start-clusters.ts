import { subjectOf } from '../../lib/policy.ts';
import { given } from '../../lib/text.ts';
import type { Issuers } from '../issuers/start-issuers.ts';
import { runAgent } from '../world/agent-daemon-set.ts';
import { type World, worldClusterArn } from '../world/world.ts';
import { type RunningKubernetes, startKubernetes } from './start-kubernetes.ts';

/** Starts the Kubernetes API of every cluster that the world describes from inside, and tells EKS its endpoint and
 *  authority. Tokens that EKS's own authentication makes are accepted. */
export const startClusters = async (world: World, mintToken: Issuers['mintToken']) => {
  const running = new Map<string, RunningKubernetes>();
  for (const account of world.accounts)
    for (const cluster of account.clusters) {
      const inside = world.kubernetes.get(worldClusterArn(account, cluster));
      if (inside === undefined) continue;
      runAgent(inside, cluster.addons);
      const { issuer } = cluster;
      const api = await startKubernetes(inside, {
        authenticate: token => token.startsWith('k8s-aws-v1.'),
        associations: () => cluster.associations,
        ...given({ now: world.now }),
        ...(issuer === undefined
          ? {}
          : {
              mintToken: ({ namespace, serviceAccount, audiences, expirationSeconds }) =>
                mintToken({
                  issuer,
                  subject: subjectOf(namespace, serviceAccount),
                  audience: audiences[0] ?? issuer,
                  ttl: expirationSeconds,
                }),
            }),
      });
      cluster.endpoint = api.url;
      cluster.certificateAuthority = api.certificateAuthority;
      running.set(cluster.name, api);
    }
  return {
    running: running as ReadonlyMap<string, RunningKubernetes>,
    stop: async (): Promise<void> => {
      await Promise.all([...running.values()].map(api => api.stop()));
    },
  };
};
