import { clustersOf, type Facts, placedLists, type SubjectKind, unreadOfSection } from '../../facts.ts';
import { type AccountSnapshot, canBeReadInside, type SectionId, type Unread, wasAsked } from '../../model.ts';
import type { AnyRule } from '../define-rule.ts';

/** The lists that have the subjects of a kind. An association, a cluster or an issuer is known from elsewhere. */
const listsOf: Partial<Readonly<Record<SubjectKind, readonly SectionId[]>>> = {
  role: ['roles'],
  statement: ['roles'],
  provider: ['providers'],
  'service-account': ['inside', 'service-accounts'],
  pod: ['inside', 'service-accounts', 'pods'],
  webhook: ['inside'],
};

/** True where a section that decides which subjects a rule has was not read completely. */
export const isPartlyListed = ({ listedBy = [] }: Pick<AnyRule, 'listedBy'>, snapshot: AccountSnapshot): boolean =>
  placedLists(snapshot).some(({ section, read }) => listedBy.some(id => id === section) && read.status !== 'complete');

/** Lists of the subjects of a kind that were asked for and could not be read at all, one for each account or cluster: a
 *  rule is undecided there, and not passed. A cluster whose API cannot answer has no such list. */
export const unlistedFor = (kind: SubjectKind, { snapshot }: Facts): readonly Unread[] => {
  const lists = listsOf[kind] ?? [];
  const readable = new Set(
    clustersOf(snapshot).flatMap(({ cluster }) => (canBeReadInside(cluster) ? [cluster.arn] : [])),
  );
  const unread = placedLists(snapshot)
    .filter(({ section, read }) => lists.includes(section) && read.status === 'unavailable')
    .flatMap(unreadOfSection)
    .filter(each => wasAsked(each) && (each.clusterArn === undefined || readable.has(each.clusterArn)));
  return [...Map.groupBy(unread, ({ clusterArn }) => clusterArn).values()].flatMap(([first]) => first ?? []);
};
