/**
 * Compares what is known of an account with what a run found. Pure: the store writes the result. The law is that less
 * reading changes nothing:
 *
 * 1. A finding that is not known opens; one that people know by its cause stands alone only because less was read, and
 *    stays with its cause (`effects.ts`).
 * 2. A finding that is known is compared with what is known. Where one of the two readings missed a section that the other
 *    had, they cannot be compared: the better one stands, without a message (`compare-finding.ts`, `reading.ts`).
 * 3. A known finding that the run does not have resolves only where its rule was asked and no longer fails, or its subject
 *    is provably gone. One that fails as a part of its cause is explained. Else it stays open, unconfirmed (`absent.ts`,
 *    `when-absent.ts`).
 *
 * Items that a newer version of this program wrote stay as they are.
 */

import { compareFindings, type Finding } from '../model.ts';
import type { Evaluation } from '../rules/evaluate/evaluation.ts';
import { given } from '../text.ts';
import { type Absence, absenceIn, absenceOfWaiver } from './absent.ts';
import { compareFinding, type FindingMove } from './compare-finding.ts';
import { isOpen, type KnownState } from './known-state.ts';
import { isClosing, knownAs } from './open-as.ts';
import { type SeenFinding, seenFindings, withKnownIds } from './seen-finding.ts';
import { type RunStamp, stepTo } from './step-to.ts';
import type { KnownFinding, Transition } from './transition.ts';
import { reconcileWatched, type WatchedOutcome } from './watched-drift.ts';
import { whenAbsent } from './when-absent.ts';

/** The changes of one run in an account: everything else stays as it is and is not written. */
export interface Reconciled extends WatchedOutcome {
  /** Worst first. */
  readonly transitions: readonly Transition[];
}

/** The changes that `evaluation` makes to `known`. Doing it twice changes nothing the second time. */
export const reconcile = (known: KnownState, evaluation: Evaluation, run: RunStamp): Reconciled => {
  const watched = reconcileWatched(known, evaluation, run);
  const judged = { ...evaluation, findings: withKnownIds(evaluation.findings, known) };
  const absenceOf = absenceIn(judged);
  const found = seenFindings(known, judged, watched.factChanges, absenceOf);
  const present = new Set(found.map(({ finding }) => finding.id));
  const gone = known.findings.filter(({ finding }) => !present.has(finding.id));
  const remaining = new Set([
    ...present,
    ...gone.filter(item => isThere(item, absenceOf)).map(({ finding }) => finding.id),
  ]);
  const transitions = [
    ...found.map(seen => whenFound(seen, run)),
    ...gone.map(item =>
      whenAbsent(item, absenceOfWaiver(item, gone, known, absenceOf) ?? absenceOf(item.finding), run, id =>
        remaining.has(id),
      ),
    ),
  ].flatMap(transition => transition ?? []);
  return { transitions: transitions.sort((a, b) => compareFindings(a.after.finding, b.after.finding)), ...watched };
};

/** True where a known finding that the run does not have is there all the same, or may be. */
const isThere = (item: KnownFinding, absenceOf: (named: Finding) => Absence): boolean =>
  item.status !== 'resolved' && !('resolution' in absenceOf(item.finding));

const whenFound = (seen: SeenFinding, run: RunStamp): Transition | undefined => {
  const { before, finding, judgedWithout } = seen;
  if (!isOpen(before) && seen.isKnownByCause) return undefined;
  if (before !== undefined) {
    const move = compareFinding(before, seen);
    return move && foundStep(move, before, run);
  }
  return foundStep({ kind: 'opened', summary: finding.message, finding, judgedWithout }, before, run);
};

const foundStep = (move: FindingMove, before: KnownFinding | undefined, run: RunStamp): Transition => {
  const { kind, summary, finding, judgedWithout } = move;
  const after: KnownFinding = {
    finding,
    status: finding.waiver === undefined ? 'open' : 'waived',
    version: (before?.version ?? 0) + 1,
    firstSeenAt: before?.firstSeenAt ?? run.at,
    changedAt: run.at,
    ...given({ judgedWithout }),
    runId: run.runId,
  };
  return stepTo(kind, after, summary, before);
};

/** Closes all that is open in an account that is no longer audited. */
export const closeAll = ({ findings }: KnownState, run: RunStamp): readonly Transition[] =>
  findings.flatMap(item => whenAbsent(item, { resolution: 'no longer audited' }, run) ?? []);

/** True for an exposure that is new and waived from its first day: people are told of it once, in one line. */
export const isWaivedNews = ({ kind, after: { status, finding } }: Transition): boolean =>
  kind === 'opened' && status === 'waived' && finding.impact === 'exposes';

/** True for a transition that is kept until it was sent. */
export const isToSend = (transition: Transition): boolean => isNotifiable(transition) || isWaivedNews(transition);

/** True for a transition that a person is told of: no step that only says how well it was read, and of a finding that is
 *  waived only the end of what was open before. */
export const isNotifiable = (transition: Transition): boolean => {
  const { kind, before, after } = transition;
  if (kind === 'unconfirmed' || kind === 'confirmed') return false;
  // People know that it is waived: its cause speaks for itself.
  if (kind === 'explained' && before?.status === 'waived') return false;
  if (isClosing(transition)) return knownAs(transition) !== undefined || before === undefined;
  return after.status !== 'waived';
};
