import { clustersOf, clustersWithIssuer, type Facts, fleetGapInWords } from '../../facts.ts';
import {
  type ClusterSnapshot,
  type FindingLocation,
  providerHostPath,
  type Role,
  stripScheme,
  type Undecided,
  valueOr,
} from '../../model.ts';
import { namesInTrustPolicy } from '../../policy.ts';
import { compareText } from '../../text.ts';
import { undecidedOf } from '../prelude.ts';

/** Roles of the account whose trust policy names exactly this provider, by name; as far as roles were read. */
export const rolesTrusting = (providerArn: string, facts: Facts): readonly Role[] =>
  valueOr(facts.snapshot.roles, [])
    .filter(role => namesInTrustPolicy(role).includes(providerArn))
    .toSorted((a, b) => compareText(a.name, b.name));

/** Whether the account has the provider of an issuer, to the letter; as far as providers were read. */
export const hasProvider = (issuer: string, { snapshot }: Facts): boolean =>
  valueOr(snapshot.providers, []).some(({ arn }) => providerHostPath(arn) === stripScheme(issuer));

/** Whether some account of the fleet has the provider of an issuer: that of the roles needs it, not that of the cluster. A
 *  sentence where an account that may have it was not read. */
export const isProvidedFor = (issuer: string, { fleet }: Facts): boolean | string => {
  if (fleet.providers.some(({ arn }) => providerHostPath(arn) === stripScheme(issuer))) return true;
  const unread = fleet.accounts.find(({ providersRead }) => !providersRead);
  const [unreadClusters] = fleet.gaps;
  const gap = unreadClusters
    ? fleetGapInWords(unreadClusters)
    : unread && `the providers of account ${unread.accountId}`;
  return gap ? `whether another account has a provider for ${issuer}: ${gap}` : false;
};

/** The unread parts of the fleet's clusters, where there are any. */
export const unreadFleet = ({ fleet }: Facts): Undecided | undefined =>
  undecidedOf(
    'unread',
    fleet.gaps.length === 0 ? undefined : `the clusters of the fleet: ${fleet.gaps.map(fleetGapInWords).join('; ')}`,
  );

/** The clusters of the account with this issuer, with what was read of them. */
export const clustersHere = (issuer: string, facts: Facts): readonly ClusterSnapshot[] =>
  clustersOf(facts.snapshot).filter(
    ({ cluster }) => cluster.issuer !== undefined && stripScheme(cluster.issuer) === stripScheme(issuer),
  );

/** The name of an issuer for a message: that of its cluster where one is known, else its URL without scheme. */
export const issuerName = (issuer: string, { fleet }: Facts): string => {
  const [cluster] = clustersWithIssuer(fleet, issuer);
  return cluster === undefined ? stripScheme(issuer) : `cluster ${cluster.name}`;
};

/** The place of the issuer's cluster, where it is one of the account. */
export const placeOfIssuer = (issuer: string, facts: Facts): Partial<FindingLocation> => {
  const [found] = clustersHere(issuer, facts);
  if (found === undefined) return {};
  const { name, arn, region } = found.cluster;
  return { clusterName: name, clusterArn: arn, region };
};
