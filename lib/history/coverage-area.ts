import type { Facts } from '../facts/facts.ts';
import {
  insideIds,
  type Section,
  sectionsOfAccount,
  sectionsOfCluster,
  sectionsOfProvider,
  sectionsOfRegion,
  sectionsOfRole,
} from '../facts/sections.ts';
import { clustersOf } from '../facts/subjects-of.ts';
import type { Collected, ReadFailure } from '../model/collected.ts';
import { readFailuresOf, valueOr } from '../model/collected.ts';
import type { AccountSnapshot } from '../model/snapshot.ts';
import { counted } from '../text/counted.ts';

/**
 * A part of the world that a run was asked to read and did not read wholly. Coarser than a gap: one refused provider of
 * four hundred makes the same area as another one, so that a fault that moves about is one fault.
 */
export interface CoverageArea {
  readonly accountId: string;
  readonly region?: string;
  readonly clusterName?: string;
  /** Id of a section (`lib/facts/sections.ts`), or of what has none: `target`, `account`, `probe`,
   *  `issuer`, `known-state`. */
  readonly section: string;
  /** Its name for people: `roles`. */
  readonly what: string;
  /** Nothing of it was read; else a part was. */
  readonly whole: boolean;
  /** How many reads of it failed. */
  readonly failures: number;
  readonly reason: ReadFailure;
}

/** Areas of one account that are told apart. Beyond, those of clusters are told by region. */
export const maxAreas = 200;

type Where = Pick<CoverageArea, 'accountId' | 'region' | 'clusterName'>;

/** The whole account, for want of anything smaller to name. */
export const unreadAccount = (accountId: string, reason: ReadFailure): CoverageArea => ({
  accountId,
  section: 'account',
  what: 'the whole AWS account',
  whole: true,
  failures: 1,
  reason,
});

/** An account that is no longer among those to audit. */
export const noTarget = (accountId: string): CoverageArea => ({
  ...unreadAccount(accountId, {
    kind: 'not-found',
    operation: 'list-targets',
    message: 'the AWS account is no longer among those to audit',
  }),
  section: 'target',
});

/** What the step that probes issuers left unread in an account. */
export const unprobedIssuers = (accountId: string, reason: ReadFailure): CoverageArea => ({
  accountId,
  section: 'probe',
  what: 'issuers',
  whole: true,
  failures: 1,
  reason,
});

/** What the table knows of an account and only a newer version of this program can read: so many items, or nothing but
 *  them. */
export const unreadState = (
  accountId: string,
  { count, isWhole }: { readonly count: number; readonly isWhole: boolean },
): CoverageArea => ({
  accountId,
  section: 'known-state',
  what: 'what earlier runs have found',
  whole: isWhole,
  failures: count,
  reason: {
    kind: 'invalid',
    operation: 'read the table',
    message: `a newer version of irsa-auditor wrote ${counted(count, 'item')}: kept, and neither opened, changed nor resolved until that version runs again`,
  },
});

/** True where nothing of an account was read: neither providers, nor roles, nor the clusters of any region. */
export const isUnread = ({ providers, roles, regions }: AccountSnapshot): boolean => {
  const main = [providers, roles, ...regions.map(({ clusters }) => clusters)];
  const isAsked = (reason: ReadFailure) => reason.kind !== 'not-asked-for';
  return main.every(({ status }) => status === 'unavailable') && main.flatMap(readFailuresOf).some(isAsked);
};

/** The areas of an account that were asked for and not read. One refusal of everything is one area. */
export const coverageAreas = (facts: Facts): readonly CoverageArea[] => {
  const { snapshot } = facts;
  const areas = mergedAreas([...ownAreas(snapshot), ...clusterAreas(facts)]);
  const [first] = areas;
  const oneCause = areas.every(({ reason }) => reason.operation === first?.reason.operation);
  if (first !== undefined && oneCause && isUnread(snapshot)) return [unreadAccount(snapshot.accountId, first.reason)];
  if (areas.length <= maxAreas) return areas;
  return mergedAreas(
    areas.map(({ clusterName, ...area }) => (clusterName === undefined ? area : { ...area, whole: false })),
  );
};

const ownAreas = (snapshot: AccountSnapshot): readonly CoverageArea[] => {
  const here = { accountId: snapshot.accountId };
  const partly = (section: Section) => areasOf(here, section).map(area => ({ ...area, whole: false }));
  return [
    ...sectionsOfAccount(snapshot).flatMap(section => areasOf(here, section)),
    ...valueOr(snapshot.providers, []).flatMap(sectionsOfProvider).flatMap(partly),
    ...valueOr(snapshot.roles, []).flatMap(sectionsOfRole).flatMap(partly),
    ...snapshot.regions.flatMap(region =>
      sectionsOfRegion(region).flatMap(section => areasOf({ ...here, region: region.region }, section)),
    ),
  ];
};

const clusterAreas = ({ snapshot, issuers }: Facts): readonly CoverageArea[] =>
  clustersOf(snapshot).flatMap(each => {
    const { accountId, region, name, issuer } = each.cluster;
    const where = { accountId, region, clusterName: name };
    const probed = issuer === undefined ? undefined : issuers[issuer];
    const hidden = probed?.fromPrivateNetwork === true ? probed.host : undefined;
    return [
      ...sectionsOfCluster(each).flatMap(section => areasOf(where, section)),
      ...(hidden === undefined ? [] : areasOf(where, { id: 'issuer', name: 'issuer', section: hidden })),
    ];
  });

const areasOf = (
  where: Where,
  { id, name, section }: Omit<Section, 'id'> & { readonly id: string },
): readonly CoverageArea[] =>
  failuresIn(section).map(reason => ({
    ...where,
    section: id,
    what: name,
    whole: section.status === 'unavailable',
    failures: 1,
    reason,
  }));

const failuresIn = (section: Collected<unknown>): readonly ReadFailure[] =>
  readFailuresOf(section).filter(({ kind }) => kind !== 'not-asked-for');

/** One area of each key; the whole of it before a part. */
const mergedAreas = (areas: readonly CoverageArea[]): readonly CoverageArea[] => {
  const merged = new Map<string, CoverageArea>();
  for (const area of areas) {
    const known = merged.get(areaKey(area));
    const worse = known === undefined || (area.whole && !known.whole) ? area : known;
    merged.set(areaKey(area), { ...worse, failures: area.failures + (known?.failures ?? 0) });
  }
  return [...merged.values()];
};

/** Names an area over runs. The missing permission is part of it: when another one goes missing, that is news. */
export const areaKey = ({ accountId, region = '', clusterName = '', section, reason }: CoverageArea): string =>
  JSON.stringify([accountId, region, clusterName, section, reason.permission ?? '']);

type Place = Pick<CoverageArea, 'accountId' | 'region' | 'clusterName' | 'section'>;

/** True where nothing can be said of `area` while `over` is not read: an unread account hides its roles, and roles that
 *  could not be read for another reason are not read either. Both are of one account. */
export const isHiddenBy = (area: Place, over: Place): boolean => {
  if (area.section === over.section) return area.region === over.region && area.clusterName === over.clusterName;
  switch (over.section) {
    case 'target':
      return true;
    case 'account':
      return area.section !== 'target';
    case 'providers':
      return area.section === 'provider-detail';
    case 'roles':
      return area.section === 'role-detail';
    case 'probe':
      return area.section === 'issuer';
    case 'clusters':
      return area.region === over.region && area.region !== undefined;
    case 'inside':
      return area.region === over.region && area.clusterName === over.clusterName && insideIds.has(area.section);
    default:
      return false;
  }
};
