/** A world with its servers: issuers, AWS, and the insides of its clusters. */
import { startAws } from './aws/start-aws.ts';
import { startIssuers } from './issuers/start-issuers.ts';
import { startClusters } from './kubernetes/start-clusters.ts';
import type { ThumbprintsOf } from './world/scenarios/first-audit.ts';
import type { World, WorldIssuer } from './world/world.ts';

/** A world to audit: its issuers are started first, since the rest may name their thumbprints. */
export interface Scenario {
  readonly issuers: readonly WorldIssuer[];
  readonly world: (thumbprints: ThumbprintsOf, now: string) => World | Promise<World>;
  readonly regions: readonly string[];
}

/** Starts the servers of a scenario. */
export const startWorld = async (scenario: Scenario, options: { readonly port?: number } = {}) => {
  const issuers = await startIssuers(scenario.issuers);
  const served = new Set(scenario.issuers.map(issuer => issuer.url));
  const world: World = {
    ...(await scenario.world(issuers.thumbprints, new Date().toISOString())),
    fetchThumbprint: issuer => (served.has(issuer) ? issuers.thumbprints(issuer).root : undefined),
  };
  const [home = 'eu-west-1'] = scenario.regions;
  const [aws, clusters] = await Promise.all([startAws(world, options), startClusters(world, issuers.mintToken)]);
  return {
    ...{ issuers, world, aws, clusters, home, regions: scenario.regions },
    stop: async (): Promise<void> => {
      await Promise.all([aws.stop(), issuers.stop(), clusters.stop()]);
    },
  };
};
export type StartedWorld = Awaited<ReturnType<typeof startWorld>>;

/** The configuration that reads everything that a world has. */
export const configurationOf = ({ world, regions }: Pick<StartedWorld, 'world' | 'regions'>) => {
  const asksReach = world.awsPolicies !== undefined;
  return {
    accounts: { from: 'list', accountIds: world.accounts.map(account => account.accountId) },
    regions,
    roleDetails: true,
    rolePermissions: asksReach,
    inCluster: { enabled: world.kubernetes.size > 0 },
    rbac: asksReach && world.kubernetes.size > 0,
    unusedPermissions: world.accounts.some(({ roles }) => roles.some(({ calledServices }) => calledServices)),
    resourceControlPolicies: (world.organization?.controlPolicies ?? []).length > 0,
    cloudTrail: { enabled: world.accounts.some(account => account.events.length > 0) },
  };
};
