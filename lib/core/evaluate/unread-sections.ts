import { type Collected, unreadOf, valueOr } from '../model/collected.ts';
import type { UnreadSection } from './evaluation.ts';
import type { Facts } from './facts.ts';
import { clustersOf, type SubjectsOfAccount } from './subjects-of.ts';

/**
 * Everything that this run did not read and that a finding might say more with: what was refused, and what was not asked
 * for. Wider than the gaps of coverage, which tell what an operator has to mend.
 */
export const unreadSections = (facts: Facts, subjects: SubjectsOfAccount): readonly UnreadSection[] => {
  const { snapshot, fleet } = facts;
  const sections: readonly UnreadSection[] = [
    ...named({}, { providers: snapshot.providers, roles: snapshot.roles, quotas: snapshot.quotas }),
    ...named({}, { 'CloudTrail events': snapshot.runtime }),
    ...snapshot.regions.flatMap(({ region, clusters }) => named({}, { [`clusters of ${region}`]: clusters })),
    ...valueOr(snapshot.providers, []).flatMap(({ arn, detail }) => named({}, { [arn]: detail })),
    ...subjects.role.flatMap(({ role }) => named({ roleArn: role.arn }, { 'role details': role.detail })),
    ...fleet.gaps.map(what => ({ what })),
    ...fleet.accounts
      .filter(account => !account.rolesRead || !account.providersRead)
      .map(({ accountId }) => ({ what: `roles and providers of ${accountId}` })),
    ...(Object.keys(facts.issuers).length === 0 ? [{ what: 'issuers' }] : []),
    ...[...new Set([...subjects.issuer.map(({ url }) => url), ...Object.keys(facts.issuers)])]
      .filter(url => isIssuerUnread(url, facts))
      .map(url => ({ what: `issuer ${url}` })),
    ...clustersOf(snapshot).flatMap(insideOf),
  ];
  return [...new Map(sections.map(section => [JSON.stringify(section), section])).values()];
};

type Where = Omit<UnreadSection, 'what'>;

/** What the configuration did not ask for it asked for nowhere: named once, since there may be thousands. */
const named = (where: Where, sections: Readonly<Record<string, Collected<unknown>>>): readonly UnreadSection[] =>
  Object.entries(sections).flatMap(([what, section]) => {
    const [reason] = unreadOf(section);
    if (reason === undefined) return [];
    return [reason.kind === 'not-asked-for' ? { what: `${what}, not asked for` } : { ...where, what }];
  });

const insideOf = ({
  cluster,
  kubernetes,
  podIdentity,
}: ReturnType<typeof clustersOf>[number]): readonly UnreadSection[] => {
  const where = { clusterArn: cluster.arn };
  const inside = kubernetes.status === 'unavailable' ? {} : { ...kubernetes.value };
  return named(where, { inside: kubernetes, 'pod identity': podIdentity, ...inside });
};

/** That an issuer does not answer is a fact; that it was not asked, or answers elsewhere perhaps, is none. */
const isIssuerUnread = (url: string, { issuers }: Facts): boolean => {
  const read = issuers[url];
  if (read === undefined) return true;
  const reasons = [read.host, read.discovery, read.keys].flatMap(unreadOf);
  return reasons.some(({ kind }) => read.fromPrivateNetwork || kind === 'throttled');
};
