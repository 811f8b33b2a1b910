import {
  type AccountSnapshot,
  type FleetIndex,
  type IndexedCluster,
  ownerIn,
  stripScheme,
  type Unread,
  valueOr,
  wasAsked,
} from '../model.ts';
import { mayTrustWebIdentity, trustPolicyOf } from '../policy.ts';
import { given } from '../text.ts';
import { sectionsOfRegion } from './sections.ts';
import { placed, unreadOfSection } from './unread.ts';

/**
 * Makes the fleet-wide index from the snapshots of all accounts: map, *reduce*, map. `unread` names accounts that were
 * asked for and gave no snapshot at all; `environmentTag` the tag by which the configuration tells environments apart.
 */
export const indexOf = (
  snapshots: Iterable<AccountSnapshot>,
  unread: readonly string[] = [],
  environmentTag?: string,
): FleetIndex => {
  const clusters: IndexedCluster[] = [];
  const providers: FleetIndex['providers'][number][] = [];
  const accounts: FleetIndex['accounts'][number][] = [];
  const roles: FleetIndex['roles'][number][] = [];
  const gaps: Unread[] = unread.map(unreadInFleet);
  for (const snapshot of snapshots) {
    const { accountId } = snapshot;
    accounts.push({
      accountId,
      rolesRead: snapshot.roles.status === 'complete',
      providersRead: snapshot.providers.status === 'complete',
    });
    for (const provider of valueOr(snapshot.providers, [])) providers.push({ arn: provider.arn, accountId });
    for (const role of valueOr(snapshot.roles, []))
      if (mayTrustWebIdentity(trustPolicyOf(role))) roles.push({ arn: role.arn, trustPolicy: role.trustPolicy });
    for (const region of snapshot.regions) {
      // A region that an account has not enabled has no clusters: nothing that is missing.
      const failed = placed({ accountId, region: region.region }, sectionsOfRegion(region)).flatMap(unreadOfSection);
      gaps.push(...failed.filter(wasAsked).map(withoutMessage));
      for (const { cluster } of valueOr(region.clusters, [])) {
        const environment = environmentTag === undefined ? undefined : cluster.tags[environmentTag];
        const owner = ownerIn(cluster.tags);
        clusters.push({
          arn: cluster.arn,
          name: cluster.name,
          region: cluster.region,
          accountId: cluster.accountId,
          ...given({ issuer: cluster.issuer, environment, owner }),
        });
      }
    }
  }
  return { clusters, providers, accounts, roles, gaps };
};

/** The clusters of the fleet that have exactly this issuer (with or without scheme). */
export const clustersWithIssuer = (fleet: FleetIndex, issuer: string): readonly IndexedCluster[] =>
  fleet.clusters.filter(cluster => cluster.issuer !== undefined && stripScheme(cluster.issuer) === stripScheme(issuer));

/** An account of the fleet that was asked for and gave no snapshot. */
export const unreadInFleet = (accountId: string): Unread => ({
  accountId,
  section: 'account',
  reason: { kind: 'not-found', operation: 'read the account', message: '' },
});

/** The index holds the gaps of all accounts, and no rule shows their messages. */
const withoutMessage = (gap: Unread): Unread => ({ ...gap, reason: { ...gap.reason, message: '' } });

/** A gap of the fleet for people: `clusters of account 444455556666 in eu-west-1 (eks:ListClusters denied)`. */
export const fleetGapInWords = ({ accountId, region, reason }: Unread): string =>
  region === undefined
    ? `account ${accountId}`
    : `clusters of account ${accountId} in ${region} (${reason.operation} ${reason.kind})`;
