import type { Facts } from '../facts/facts.ts';
import { clustersOf, type SubjectsOfAccount } from '../facts/subjects-of.ts';
import { type Collected, readFailuresOf, valueOr } from '../model/collected.ts';
import { type UnreadSection, unaskedEnding } from './evaluation.ts';

/**
 * Everything that this run did not read and that a finding might say more with: what was refused, and what was not asked
 * for. Wider than the gaps of coverage, which tell what an operator has to mend.
 */
export const unreadSections = (facts: Facts, subjects: SubjectsOfAccount): readonly UnreadSection[] => {
  const { snapshot, fleet } = facts;
  const sections: readonly UnreadSection[] = [
    ...unreadAmong(parts({}, { providers: snapshot.providers, roles: snapshot.roles, quotas: snapshot.quotas })),
    ...unreadAmong(parts({}, { 'CloudTrail events': snapshot.runtime })),
    ...snapshot.regions
      .filter(({ clusters }) => clusters.status !== 'complete')
      .map(({ region }) => ({ what: `clusters of ${region}` })),
    ...unreadAmong(valueOr(snapshot.providers, []).flatMap(({ arn, detail }) => parts({}, { [arn]: detail }))),
    ...unreadAmong(subjects.role.flatMap(({ role }) => parts({ roleArn: role.arn }, { 'role details': role.detail }))),
    ...fleet.gaps.map(what => ({ what })),
    ...fleet.accounts
      .filter(account => !account.rolesRead || !account.providersRead)
      .map(({ accountId }) => ({ what: `roles and providers of ${accountId}` })),
    ...(Object.keys(facts.issuers).length === 0 ? [{ what: 'issuers' }] : []),
    ...[...new Set([...subjects.issuer.map(({ url }) => url), ...Object.keys(facts.issuers)])]
      .filter(url => isIssuerUnread(url, facts))
      .map(url => ({ what: `issuer ${url}` })),
    ...unreadAmong(clustersOf(snapshot).flatMap(insideOf)),
  ];
  return [...new Map(sections.map(section => [JSON.stringify(section), section])).values()];
};

type Where = Omit<UnreadSection, 'what'>;

/** A section, and what it concerns. */
interface Part {
  readonly where: Where;
  readonly what: string;
  readonly section: Collected<unknown>;
}

const parts = (where: Where, sections: Readonly<Record<string, Collected<unknown>>>): readonly Part[] =>
  Object.entries(sections).map(([what, section]) => ({ where, what, section }));

/** What was asked for nowhere is named once, since there may be thousands. A cluster that is being made is not asked
 *  while the others are: it is named. */
const unreadAmong = (all: readonly Part[]): readonly UnreadSection[] => {
  const asked = new Set(all.filter(({ section }) => !isUnasked(section)).map(({ what }) => what));
  return all
    .filter(({ section }) => section.status !== 'complete')
    .map(({ where, what }) => (asked.has(what) ? { ...where, what } : { what: `${what}${unaskedEnding}` }));
};

const isUnasked = (section: Collected<unknown>): boolean =>
  section.status === 'unavailable' && section.reason.kind === 'not-asked-for';

const insideOf = ({ cluster, kubernetes, podIdentity }: ReturnType<typeof clustersOf>[number]): readonly Part[] => {
  const where = { clusterArn: cluster.arn };
  const inside = kubernetes.status === 'unavailable' ? {} : { ...kubernetes.value };
  return parts(where, { inside: kubernetes, 'pod identity': podIdentity, ...inside });
};

/** That an issuer does not answer is a fact; that it was not asked, or answers elsewhere perhaps, is none. */
const isIssuerUnread = (url: string, { issuers }: Facts): boolean => {
  const read = issuers[url];
  if (read === undefined) return true;
  const reasons = [read.host, read.discovery, read.keys].flatMap(readFailuresOf);
  return reasons.some(({ kind }) => read.fromPrivateNetwork || kind === 'throttled');
};
