import type { Finding } from '../../model.ts';
import { cut, visible } from '../../text.ts';
import { clusterNames } from '../names.ts';
import { compareCounts, countBySeverity, severityList } from '../summary.ts';

/** Characters of a cluster's name that an alert shows. */
const maxName = 60;
/** Places that are counted by name. */
const maxPlaces = 8;

/** The name of a finding's place in an alert: its cluster, where it has one, else its account. */
export type PlaceOf = (finding: Finding) => string;

/** The places of these findings: a name alone, and where several clusters have it, its region and account too. */
export const placesOf = (findings: readonly Finding[]): PlaceOf => {
  const names = clusterNames({ findings });
  return ({ clusterArn, clusterName, accountId }) =>
    cut(visible(names.get(clusterArn ?? '') ?? clusterName ?? `account ${accountId}`), maxName);
};

/** `CRITICAL  media (eu-central-1, 111122223333)`: the rest of the place beside its name. */
export const whereOf = (finding: Finding, placeOf: PlaceOf): string => {
  const place = placeOf(finding);
  const rest = [finding.region, finding.accountId].filter(part => part !== undefined && !place.includes(part));
  return rest.length === 0 ? place : `${place} (${cut(visible(rest.join(', ')), maxName)})`;
};

/** Findings by place, the worst place first; findings keep their order. */
export const byPlace = (findings: readonly Finding[], placeOf: PlaceOf): ReadonlyMap<string, readonly Finding[]> => {
  const groups = [...Map.groupBy(findings, placeOf)].map(([place, own]) => ({
    place,
    own,
    counts: countBySeverity(own),
  }));
  return new Map(groups.sort((a, b) => compareCounts(a.counts, b.counts)).map(({ place, own }) => [place, own]));
};

/** `store 18 (11 high, 7 medium), shop 6 (6 high) and 3 more places`; empty where there is one place or none. */
export const countsByPlace = (findings: readonly Finding[], placeOf: PlaceOf): string => {
  const groups = [...byPlace(findings, placeOf)];
  if (groups.length < 2) return '';
  const told = groups
    .slice(0, maxPlaces)
    .map(([place, own]) => `${place} ${own.length} (${severityList(countBySeverity(own))})`);
  const more = groups.length - told.length;
  return `${told.join(', ')}${more > 0 ? ` and ${more} more ${more === 1 ? 'place' : 'places'}` : ''}`;
};
