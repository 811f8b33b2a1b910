import { type Facts, unreadOf } from '../facts.ts';
import { type AccountSnapshot, type ReadFailure, readFailuresOf, type Unread, wasAsked } from '../model.ts';
import { counted, given } from '../text.ts';

/**
 * The failed reads of one section of an account, a region or a cluster. Coarser than a gap: one refused provider of four
 * hundred makes the same area as another one, so that a fault that moves about is one fault.
 */
export interface CoverageArea extends Pick<Unread, 'accountId' | 'region' | 'clusterName' | 'section' | 'reason'> {
  /** Nothing of it was read; else a part was. */
  readonly whole: boolean;
  /** How many reads of it failed. */
  readonly failures: number;
}

/** Areas of one account that are told apart. Beyond, those of clusters are told by region. */
export const maxAreas = 200;

/** The account as a whole, where no section of it can be named. */
export const unreadAccount = (accountId: string, reason: ReadFailure): CoverageArea => ({
  accountId,
  section: 'account',
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

/** The items of an account that only a newer version of this program can read: so many of them, or nothing else. */
export const unreadState = (
  accountId: string,
  { count, isWhole }: { readonly count: number; readonly isWhole: boolean },
): CoverageArea => ({
  accountId,
  section: 'known-state',
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
  return (
    main.every(({ status }) => status === 'unavailable') &&
    main.flatMap(readFailuresOf).some(reason => wasAsked({ reason }))
  );
};

/** The areas of an account that were asked for and not read. One refusal of everything is one area. */
export const coverageAreas = (facts: Facts): readonly CoverageArea[] => {
  const { snapshot } = facts;
  const areas = mergedAreas(unreadOf(facts).map(areaOf));
  const [first] = areas;
  const oneCause = areas.every(({ reason }) => reason.operation === first?.reason.operation);
  if (first !== undefined && oneCause && isUnread(snapshot)) return [unreadAccount(snapshot.accountId, first.reason)];
  if (areas.length <= maxAreas) return areas;
  return mergedAreas(
    areas.map(({ clusterName, ...area }) => (clusterName === undefined ? area : { ...area, whole: false })),
  );
};

/** The area of one failed read. The detail of one provider or role is a part of all of them. */
export const areaOf = ({ accountId, region, clusterName, section, part, reason }: Unread): CoverageArea => ({
  accountId,
  ...given({ region, clusterName }),
  section,
  whole: part === undefined && section !== 'provider-detail' && section !== 'role-detail',
  failures: 1,
  reason,
});

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
