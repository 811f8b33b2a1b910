/** How bad a finding was while it was open, and whose: whoever was told of any of it is told its end. */
import { type Finding, worst } from '../model/finding.ts';
import { compareText } from '../text/compare-text.ts';
import type { KnownFinding, OpenAs, Transition } from './transition.ts';

const asItIs = ({ severity, owner }: Finding): OpenAs => ({ severity, owners: owner === undefined ? [] : [owner] });

/** How the finding was open up to this state; undefined where it never was, because it was waived from the beginning. */
const openAsOf = ({ openAs, status, finding }: KnownFinding): OpenAs | undefined =>
  openAs ?? (status === 'open' ? asItIs(finding) : undefined);

/** The part of a new state that remembers how the finding was open before; absent where the state says it itself. A step
 *  is told to whoever is told of the state before it: an open finding is open as both. */
export const rememberOpenAs = (
  before: KnownFinding | undefined,
  { status, finding }: Pick<KnownFinding, 'status' | 'finding'>,
): Pick<KnownFinding, 'openAs'> => {
  if (before === undefined) return {};
  const was = openAsOf(before);
  if (status !== 'open') return was === undefined ? {} : { openAs: was };
  const now = asItIs(finding);
  const all = [was, asItIs(before.finding), now].flatMap(each => each ?? []);
  const severity = all.map(each => each.severity).reduce(worst);
  const owners = [...new Set(all.flatMap(each => each.owners))].sort(compareText);
  return severity === now.severity && owners.length === now.owners.length ? {} : { openAs: { severity, owners } };
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
