import type { Facts } from '../../facts/facts.ts';
import {
  fleetSection,
  isAsked,
  type Section,
  sectionsOfAccount,
  sectionsOfCluster,
  sectionsOfIssuer,
  sectionsOfProvider,
  sectionsOfRegion,
  sectionsOfRole,
} from '../../facts/sections.ts';
import { clustersOf, type SubjectsOfAccount } from '../../facts/subjects-of.ts';
import { type ClusterSnapshot, canBeReadInside } from '../../model/cluster.ts';
import { type Collected, readFailuresOf, valueOr } from '../../model/collected.ts';
import { compareText } from '../../text/compare-text.ts';
import { given } from '../../text/given.ts';
import { hashOf } from '../../text/hash-of.ts';
import type { UnreadSection } from './evaluation.ts';

/**
 * Everything that this run did not read and that a finding might say more with: what was refused, and what was not asked
 * for. Wider than the gaps of coverage, which tell what an operator has to fix.
 */
export const unreadSections = (facts: Facts, subjects: SubjectsOfAccount): readonly UnreadSection[] => {
  const { snapshot, fleet } = facts;
  const all: readonly UnreadSection[] = [
    ...unreadAmong(sectionsOfAccount(snapshot).map(inPlace({}))),
    ...snapshot.regions.flatMap(region =>
      sectionsOfRegion(region)
        .filter(({ section }) => section.status !== 'complete')
        .map(({ id, section }) => ({ section: id, of: region.region, ...partOf(section) })),
    ),
    ...unreadAmong(
      valueOr(snapshot.providers, []).flatMap(provider =>
        sectionsOfProvider(provider).map(inPlace({ of: provider.arn })),
      ),
    ),
    ...unreadAmong(subjects.role.flatMap(({ role }) => sectionsOfRole(role).map(inPlace({ roleArn: role.arn })))),
    ...unreadAmong(
      clustersOf(snapshot)
        .filter(mayBeRead)
        .flatMap(cluster => sectionsOfCluster(cluster).map(inPlace({ clusterArn: cluster.cluster.arn }))),
    ),
    ...unreadIssuers(facts, subjects),
    ...fleet.gaps.map(gap => ({ section: fleetSection, of: JSON.stringify(gap) })),
    ...fleet.accounts
      .filter(account => !account.rolesRead || !account.providersRead)
      .map(({ accountId }) => ({ section: fleetSection, of: accountId })),
  ];
  return [...new Map(all.map(section => [JSON.stringify(section), section])).values()];
};

type Where = Omit<UnreadSection, 'section' | 'missingPart' | 'unasked'>;

/** A section, and what it concerns. */
interface Part extends Section {
  readonly where: Where;
}

const inPlace =
  (where: Where) =>
  (section: Section): Part => ({ ...section, where });

const nameOf = ({ id, where }: Part): string => JSON.stringify([id, where.of]);

/** A cluster whose API cannot answer is not asked, and nothing is missed by that. */
const mayBeRead = ({ cluster, kubernetes }: ClusterSnapshot): boolean =>
  canBeReadInside(cluster) || isAsked(kubernetes);

/** What was asked for nowhere is named once, since there may be thousands. What was asked for elsewhere is named. */
const unreadAmong = (parts: readonly Part[]): readonly UnreadSection[] => {
  const asked = new Set(parts.filter(({ section }) => isAsked(section)).map(nameOf));
  return parts
    .filter(({ section }) => section.status !== 'complete')
    .map(part => {
      const section = part.id;
      if (asked.has(nameOf(part))) return { section, ...part.where, ...partOf(part.section) };
      return { section, ...given({ of: part.where.of }), unasked: true };
    });
};

/** Of a list it counts which part is missing: another part has other entries. What else is read in part, such as the
 *  events of CloudTrail up to a limit, has other entries in every run whatever is missing. */
const partOf = (section: Collected<unknown>): Pick<UnreadSection, 'missingPart'> => {
  if (section.status !== 'partial') return {};
  if (!Array.isArray(section.value)) return { missingPart: 'some' };
  const names = section.gaps.map(({ what }) => what).sort(compareText);
  return { missingPart: hashOf(names, 8) };
};

const unreadIssuers = (facts: Facts, subjects: SubjectsOfAccount): readonly UnreadSection[] => {
  const known = Object.keys(facts.issuers);
  const urls = new Set([...subjects.issuer.map(({ url }) => url), ...known]);
  const hasIssuers = subjects.issuer.length + subjects.provider.length > 0;
  return [
    ...(known.length === 0 && hasIssuers ? [{ section: 'issuer' } as const] : []),
    ...[...urls].filter(url => isIssuerUnread(url, facts)).map(of => ({ section: 'issuer', of }) as const),
  ];
};

/** That an issuer does not answer is a fact. That it was not probed, or answers elsewhere perhaps, is not. */
const isIssuerUnread = (url: string, { issuers }: Facts): boolean => {
  const read = issuers[url];
  if (read === undefined) return true;
  return sectionsOfIssuer(read)
    .flatMap(({ section }) => readFailuresOf(section))
    .some(({ kind }) => read.fromPrivateNetwork || kind === 'throttled');
};
