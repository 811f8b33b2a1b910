/** Every failed read of an account, from the table of sections. */
import {
  type AccountSnapshot,
  type Cluster,
  type Collected,
  readFailuresOf,
  type Scope,
  type Unread,
  valueOr,
  wasAsked,
} from '../model.ts';
import type { Facts } from './facts.ts';
import {
  type Section,
  sectionsOfAccount,
  sectionsOfCluster,
  sectionsOfProvider,
  sectionsOfRegion,
  sectionsOfRole,
} from './sections.ts';
import { clustersOf } from './subjects-of.ts';

/** A section of a snapshot, as far as it was read, and where it lies. */
export interface PlacedSection {
  readonly scope: Scope;
  readonly section: Unread['section'];
  readonly read: Collected<unknown>;
}

/** All sections of a snapshot: those of the account, of each provider, each role, each region, each cluster. */
export const placedSections = (snapshot: AccountSnapshot): readonly PlacedSection[] => {
  const here: Scope = { accountId: snapshot.accountId };
  return [
    ...placed(here, sectionsOfAccount(snapshot)),
    ...valueOr(snapshot.providers, []).flatMap(provider =>
      placed({ ...here, providerArn: provider.arn }, sectionsOfProvider(provider)),
    ),
    ...valueOr(snapshot.roles, []).flatMap(role => placed({ ...here, roleArn: role.arn }, sectionsOfRole(role))),
    ...placedInRegions(snapshot),
  ];
};

/** The lists of a snapshot: the sections of the account and of its clusters, without those of each provider and role. */
export const placedLists = (snapshot: AccountSnapshot): readonly PlacedSection[] => [
  ...placed({ accountId: snapshot.accountId }, sectionsOfAccount(snapshot)),
  ...placedInRegions(snapshot),
];

const placedInRegions = ({ accountId, regions }: AccountSnapshot): readonly PlacedSection[] =>
  regions.flatMap(region => [
    ...placed({ accountId, region: region.region }, sectionsOfRegion(region)),
    ...valueOr(region.clusters, []).flatMap(one => placed(scopeOf(one.cluster), sectionsOfCluster(one))),
  ]);

/** The sections of one place. */
export const placed = (scope: Scope, sections: readonly Section[]): readonly PlacedSection[] =>
  sections.map(({ id, section }) => ({ scope, section: id, read: section }));

const scopeOf = ({ accountId, region, name, arn }: Cluster): Scope => ({
  accountId,
  region,
  clusterName: name,
  clusterArn: arn,
});

/** The failed reads of one section: the whole of it, or each part that is missing. */
export const unreadOfSection = ({ scope, section, read }: PlacedSection): readonly Unread[] => {
  switch (read.status) {
    case 'complete':
      return [];
    case 'unavailable':
      return [{ ...scope, section, reason: read.reason }];
    case 'partial':
      return read.gaps.map(({ what, reason }) => ({ ...scope, section, part: what, reason }));
  }
};

/** Everything that was asked for and not read. An issuer that does not answer is a finding; only one that a private
 *  network hides is unread. */
export const unreadOf = (facts: Facts): readonly Unread[] =>
  [...placedSections(facts.snapshot).flatMap(unreadOfSection), ...hiddenIssuers(facts)].filter(wasAsked);

const hiddenIssuers = ({ snapshot, issuers }: Facts): readonly Unread[] =>
  clustersOf(snapshot).flatMap(({ cluster }) => {
    const probed = cluster.issuer === undefined ? undefined : issuers[cluster.issuer];
    if (!probed?.fromPrivateNetwork) return [];
    const scope = { ...scopeOf(cluster), issuer: probed.url };
    return readFailuresOf(probed.host).map(reason => ({ ...scope, section: 'issuer' as const, reason }));
  });
