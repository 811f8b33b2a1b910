import {
  clustersOf,
  type Facts,
  isAsked,
  leftOutProbe,
  type Need,
  type Section,
  type Subjects,
  sectionsOfAccount,
  sectionsOfCluster,
  sectionsOfProvider,
  sectionsOfRegion,
  sectionsOfRole,
} from '../../facts.ts';
import { isSectionBelow, type ReadFailure } from '../../model.ts';

type AnySubject = Subjects[keyof Subjects];

/** The first section that a rule needs and that is unavailable for this subject. A partial one is the rule's business. */
export const unmetNeed = (needs: readonly Need[], subject: AnySubject, facts: Facts): ReadFailure | undefined => {
  for (const need of needs)
    for (const { section } of sectionsFor(need, subject, facts))
      if (section.status === 'unavailable') return section.reason;
  return undefined;
};

/** The sections of one kind that bear on a subject: its own where it has one, else those of its account. */
const sectionsFor = (need: Need, subject: AnySubject, facts: Facts): readonly Section[] => {
  if (need === 'issuer') return issuerAbout(subject, facts);
  if (need === 'clusters') return clustersAsked(facts);
  const found = sectionsAbout(subject, facts).filter(({ id }) => id === need);
  if (found.length > 0 || !isSectionBelow(need, 'inside')) return found;
  // Of a cluster whose inside was not read at all there is nothing below it. A role is about no one cluster.
  return 'snapshot' in subject
    ? sectionsOfCluster(subject.snapshot).filter(({ id }) => id === 'inside')
    : 'statement' in subject
      ? insideOfAnyCluster(facts)
      : [];
};

/** A rule on a provider judges without the issuer's answer, unless nobody was to ask for it. */
const issuerAbout = (subject: AnySubject, { issuers }: Facts): readonly Section[] => {
  if ('facts' in subject) return [{ id: 'issuer-host', section: subject.facts }];
  const probed = 'provider' in subject ? issuers[subject.issuer] : undefined;
  const section = probed && leftOutProbe(probed);
  return section === undefined ? [] : [{ id: 'issuer-host', section }];
};

/** Every rule asks for them again. */
const known = new WeakMap<AnySubject, { readonly facts: Facts; readonly sections: readonly Section[] }>();

const sectionsAbout = (subject: AnySubject, facts: Facts): readonly Section[] => {
  const earlier = known.get(subject);
  if (earlier?.facts === facts) return earlier.sections;
  const sections = [
    ...('provider' in subject ? sectionsOfProvider(subject.provider) : []),
    ...('role' in subject ? sectionsOfRole(subject.role) : []),
    ...('snapshot' in subject ? sectionsOfCluster(subject.snapshot) : []),
    ...sectionsOfAccount(facts.snapshot),
  ];
  known.set(subject, { facts, sections });
  return sections;
};

/** A region that the account has not enabled has no clusters, and is not missing, unless no region was asked at all. */
const clustersAsked = ({ snapshot }: Facts): readonly Section[] => {
  const all = snapshot.regions.flatMap(sectionsOfRegion);
  const asked = all.filter(({ section }) => isAsked(section));
  return asked.length > 0 ? asked : all;
};

/** The need of a rule about roles for the inside of clusters is only unmet here if that was asked of none. */
const insideOfAnyCluster = ({ snapshot }: Facts): readonly Section[] => {
  const inside = clustersOf(snapshot)
    .flatMap(sectionsOfCluster)
    .filter(({ id }) => id === 'inside');
  return inside.some(({ section }) => isAsked(section)) ? [] : inside.slice(0, 1);
};
