import type { Facts } from '../facts/facts.ts';
import type { Subjects } from '../facts/subjects.ts';
import type { ClusterSnapshot } from '../model/cluster.ts';
import { type Collected, type ReadFailure, valueOr } from '../model/collected.ts';
import type { Need } from '../rules/define-rule.ts';

type AnySubject = Subjects[keyof Subjects];

/** The first section that a rule needs and that is unavailable for this subject. A partial one is the rule's business. */
export const unmetNeed = (needs: readonly Need[], subject: AnySubject, facts: Facts): ReadFailure | undefined => {
  for (const need of needs) {
    const reason = sectionFor(need, subject, facts)
      .map(section => (section.status === 'unavailable' ? section.reason : undefined))
      .find(found => found !== undefined);
    if (reason) return reason;
  }
  return undefined;
};

const sectionFor = (need: Need, subject: AnySubject, facts: Facts): readonly Collected<unknown>[] => {
  const { snapshot } = facts;
  switch (need) {
    case 'providers':
      return [snapshot.providers];
    case 'roles':
      return [snapshot.roles];
    case 'clusters':
      return clustersAsked(facts);
    case 'runtime':
      return [snapshot.runtime];
    case 'provider-detail':
      return 'detail' in subject ? [subject.detail] : [];
    case 'role-detail':
      return 'role' in subject ? [subject.role.detail] : [];
    case 'issuer':
      return 'facts' in subject ? [subject.facts] : [];
    default:
      if ('statement' in subject) return insideOfAnyCluster(facts);
      return 'snapshot' in subject
        ? clusterSection(need, subject.snapshot)
        : 'kubernetes' in subject
          ? [subject.kubernetes[insideOf(need)]]
          : [];
  }
};

const isAsked = (section: Collected<unknown>): boolean =>
  section.status !== 'unavailable' || section.reason.kind !== 'not-asked-for';

/** A region that the account has not enabled has no clusters, and is not missing, unless no region was asked at all. */
const clustersAsked = ({ snapshot }: Facts): readonly Collected<unknown>[] => {
  const sections = snapshot.regions.map((region): Collected<unknown> => region.clusters);
  const asked = sections.filter(isAsked);
  return asked.length > 0 ? asked : sections;
};

/** A statement is about no one cluster: what it needs of their inside is only unmet here if that was asked of none. */
const insideOfAnyCluster = ({ snapshot }: Facts): readonly Collected<unknown>[] => {
  const inside = snapshot.regions
    .flatMap(region => valueOr(region.clusters, []))
    .map(({ kubernetes }): Collected<unknown> => kubernetes);
  return inside.some(isAsked) ? [] : inside.slice(0, 1);
};

type InsideNeed = 'service-accounts' | 'pods' | 'namespaces' | 'webhook' | 'pod-identity';

const insideOf = (need: InsideNeed): 'serviceAccounts' | 'pods' | 'namespaces' | 'webhook' =>
  need === 'service-accounts' || need === 'pod-identity' ? 'serviceAccounts' : need;

const clusterSection = (need: InsideNeed, cluster: ClusterSnapshot): readonly Collected<unknown>[] => {
  if (need === 'pod-identity') return [cluster.podIdentity];
  if (cluster.kubernetes.status === 'unavailable') return [cluster.kubernetes];
  return [cluster.kubernetes.value[insideOf(need)]];
};
