/**
 * How much of the world a finding was judged by. A run that reads less says less: that is no change of the finding, and
 * no message.
 */

import { type Finding, fleetPart, isPlaceBelow, isSectionBelow, type Missed } from '../model.ts';
import type { Evaluation, WatchedFact } from '../rules/evaluate/evaluation.ts';
import { compareText } from '../text.ts';

/** Sections remembered for one finding: the first ones in the order of their keys. An item of the table holds 400 KB, and
 *  a section takes at most 3 KB. */
const maxRemembered = 60;

/** Says what each finding was judged without, that which bears on itself first, in the order of keys; empty where everything was read. The
 *  sections that findings have in common are sorted once: an account has thousands of findings. */
export const judgedWithout = ({
  missed,
  watched,
}: Pick<Evaluation, 'missed' | 'watched'>): ((finding: Finding) => readonly Missed[]) => {
  const common = missed.filter(({ roleArn }) => roleArn === undefined);
  const ofRoles = Map.groupBy(missed, ({ roleArn }) => roleArn);
  const shared = new Map<string | undefined, readonly Missed[]>();
  const sharedBy = (clusterArn: string | undefined): readonly Missed[] => {
    const known = shared.get(clusterArn) ?? bounded(common, clusterArn);
    shared.set(clusterArn, known);
    return known;
  };
  // Not by `subjects`: those of CloudTrail bear the ARNs of roles that were not listed.
  const listed = new Set(watched.filter(({ kind }) => kind === 'role-trust-policy').map(({ subject }) => subject));
  const isListPart = missed.some(
    ({ section, part }) => section === 'roles' && part !== undefined && part !== fleetPart,
  );
  const ownOf = ({ roleArn, accountId }: Finding): readonly Missed[] => {
    if (roleArn === undefined) return [];
    const known = ofRoles.get(roleArn);
    if (known !== undefined) return known;
    return isListPart && !listed.has(roleArn) ? [{ accountId, section: 'roles', roleArn }] : [];
  };
  return finding => {
    const clusterArn = clusterAround(finding);
    const own = ownOf(finding);
    return own.length === 0 ? sharedBy(clusterArn) : bounded([...sharedBy(clusterArn), ...own], clusterArn);
  };
};

/** A section of a cluster bears on all findings but those inside another cluster: a role's evidence counts its users, and a
 *  cluster's explains what fails elsewhere. On a finding inside a cluster the others bear by its effects elsewhere alone. */
export const bearsOn =
  (inside: string | undefined) =>
  ({ clusterArn }: Missed): boolean =>
    clusterArn === undefined || inside === undefined || clusterArn === inside;

/** The cluster that a finding is inside of. */
export const clusterAround = ({ subject, clusterArn }: Finding): string | undefined =>
  clusterArn !== undefined && subject.startsWith(`${clusterArn}/`) ? clusterArn : undefined;

/** Equal keys: the same section of the same place, with the same part missing. */
const keyOf = (one: Missed): string =>
  JSON.stringify([
    ...[one.unasked ?? false, one.section, one.accountId, one.region, one.clusterArn, one.roleArn, one.providerArn],
    ...[one.issuer, one.part],
  ]);

const bounded = (sections: readonly Missed[], inside: string | undefined): readonly Missed[] =>
  [...new Map(sections.map(one => [keyOf(one), one]))]
    .sort(([a, one], [b, other]) => +bearsOn(inside)(other) - +bearsOn(inside)(one) || compareText(a, b))
    .slice(0, maxRemembered)
    .map(([, one]) => one);

/**
 * Whether a reading can be compared with an earlier one: `comparable` where neither missed what the other had. `poorer`:
 * a section, or a part of one, is missing now that was read. `richer`: no such section, and one was read that had been
 * missing, or is asked for no longer: that choice holds from now on.
 */
export type Reading = 'comparable' | 'poorer' | 'richer';

/** Compares what two runs did not read, of the sections that count. Nothing is concluded of what lies beyond a full list, nor
 *  where the earlier reading does not say. */
export const compareReadings = (
  before: readonly Missed[] | undefined,
  now: readonly Missed[],
  counts: (one: Missed) => boolean = () => true,
): Reading => {
  if (before === undefined) return 'comparable';
  const end = before.length < maxRemembered ? undefined : before.at(-1);
  const last = end !== undefined && counts(end) ? keyOf(end) : undefined;
  const was = before.filter(counts).map(keyOf);
  const come = now.filter(one => {
    const key = keyOf(one);
    return counts(one) && !was.includes(key) && (last === undefined || compareText(key, last) <= 0);
  });
  if (come.some(one => one.unasked !== true && !isCovered(one, before))) return 'poorer';
  const is = new Set(now.map(keyOf));
  return come.length > 0 || was.some(key => !is.has(key)) ? 'richer' : 'comparable';
};

/**
 * Says of the sections that are not asked for whether their absence from one of two readings is a choice. It is none where
 * there is nothing to ask for: they come with the first cluster or role of an account and go with the last one.
 */
export const choiceBetween = (
  before: readonly WatchedFact[],
  now: readonly WatchedFact[],
): ((one: Missed) => boolean) => {
  const areIn = (kind: WatchedFact['kind']): boolean =>
    [before, now].every(facts => facts.some(fact => fact.kind === kind));
  const [areClusters, areRoles] = [areIn('cluster-issuer'), areIn('role-trust-policy')];
  return ({ section, unasked }) =>
    unasked !== true ||
    ((areClusters || !isSectionBelow(section, 'clusters')) && (areRoles || section !== 'role-detail'));
};

/** True where a section may have other entries, though the same part of it is missing: a sample has in every run, and of a
 *  list whatever comes before the missing page moves. Whether a list of roles or providers elsewhere in the fleet was read in
 *  part, or not at all, is not known. */
export const hasOtherEntries = (missed: readonly Missed[]): boolean =>
  missed.some(({ part, section }) => part !== undefined && (part !== fleetPart || section === 'clusters'));

/** True where the whole of a section, or of one above it, was unread before: that one page of a list cannot be read is no
 *  loss where none could. */
const isCovered = (one: Missed, before: readonly Missed[]): boolean =>
  before.some(whole => whole.part === undefined && isPlaceBelow(one, whole));
