/** How bad a finding was while it was open, and whose: whoever was told of any of it is told its end. */
import { type Finding, type Severity, worst } from '../model.ts';
import { compareText, given } from '../text.ts';
import type { KnownFinding, OpenAs, OpenIn, Transition } from './transition.ts';

/** Other places that a finding keeps: an item of the table holds 400 KB. */
const maxElsewhere = 50;

const placeOf = ({ clusterName, namespace }: OpenIn): OpenIn => given({ clusterName, namespace });
const openIn = ({ owner, ...place }: OpenIn): OpenIn => ({ ...placeOf(place), ...given({ owner }) });
const keyOf = (one: OpenIn): string => JSON.stringify([one.clusterName, one.namespace, one.owner]);

/** As it was open, for the place that it is in now. */
const seenFrom = (now: OpenIn, severity: Severity, all: readonly OpenIn[]): OpenAs => {
  const isHere = (one: OpenIn): boolean => keyOf(placeOf(one)) === keyOf(placeOf(now));
  const owners = [...new Set(all.filter(isHere).flatMap(({ owner }) => owner ?? []))].sort(compareText);
  const others = new Map(all.filter(one => !isHere(one)).map(one => [keyOf(one), one]));
  return { severity, owners, ...(others.size === 0 ? {} : { elsewhere: [...others.values()].slice(-maxElsewhere) }) };
};

const asItIs = (finding: Finding): OpenAs => seenFrom(finding, finding.severity, [openIn(finding)]);

/** How the finding was open up to this state; undefined where it never was, because it was waived from the beginning. */
const openAsOf = ({ openAs, status, finding }: KnownFinding): OpenAs | undefined =>
  openAs ?? (status === 'open' ? asItIs(finding) : undefined);

/** Every place and owner of a finding that is in some place now. */
const allOf = (now: OpenIn, { owners, elsewhere = [] }: OpenAs): readonly OpenIn[] => {
  const place = placeOf(now);
  return [...elsewhere, ...(owners.length === 0 ? [place] : owners.map(owner => ({ ...place, owner })))];
};

/** The part of a new state that remembers how the finding was open before; absent where the state says it itself. A step
 *  is told to whoever is told of the state before it: an open finding is open as both. */
export const rememberOpenAs = (
  before: KnownFinding | undefined,
  { status, finding }: Pick<KnownFinding, 'status' | 'finding'>,
): Pick<KnownFinding, 'openAs'> => {
  if (before === undefined) return {};
  const was = openAsOf(before);
  const known = was === undefined ? [] : allOf(before.finding, was);
  if (status !== 'open') return was === undefined ? {} : { openAs: seenFrom(finding, was.severity, known) };
  const now = asItIs(finding);
  const severities = [...(was === undefined ? [] : [was.severity]), before.finding.severity, now.severity];
  const openAs = seenFrom(finding, severities.reduce(worst), [...known, openIn(before.finding), openIn(finding)]);
  const isSaid = openAs.severity === now.severity && openAs.owners.length === now.owners.length;
  return isSaid && openAs.elsewhere === undefined ? {} : { openAs };
};

/** The kinds of transitions after which a finding is no longer open by itself. */
const closingKinds: readonly Transition['kind'][] = ['explained', 'resolved', 'waived'];

/** True for a step that ends what people were told was open. */
export const isClosing = ({ kind }: Pick<Transition, 'kind'>): boolean => closingKinds.includes(kind);

/** How people may know a finding that a step closes, opens again, or makes worse or milder: it concerns them, too. Undefined
 *  for any other step, and where the finding was never open. */
export const knownAs = ({ kind, before, after }: Transition): OpenAs | undefined => {
  const isAsBad = before?.finding.severity === after.finding.severity;
  return isAsBad && !isClosing({ kind }) && kind !== 'reopened'
    ? undefined
    : (after.openAs ?? (before && openAsOf(before)));
};
