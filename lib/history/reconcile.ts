/**
 * Compares what is known of an account with what a run found. Pure: the store writes what comes out of it. The one law:
 * a finding resolves only where its rule was asked and no longer fails, or its subject is provably gone. Whatever could
 * not be read leaves it open, and what a newer version of this program wrote stays as it is.
 */

import { atLeast, compareFindings, type Finding, type Folded, type Severity, worst } from '../model/finding.ts';
import type { Missed } from '../model/unread.ts';
import { type Evaluation, fateOf, outcomeKey } from '../rules/evaluate/evaluation.ts';
import { coveredBy } from '../rules/evaluate/waivers.ts';
import { given } from '../text/given.ts';
import { classifyTransition, type Move, readingOf, type SeenFinding, seenFindings } from './classify-transition.ts';
import type { KnownState } from './known-state.ts';
import { isClosing, knownAs, rememberOpenAs } from './open-as.ts';
import { judgedWithout } from './reading.ts';
import type { KnownFinding, Transition, TransitionKind } from './transition.ts';
import { truncateFinding } from './truncate-finding.ts';
import { reconcileWatched, type WatchedOutcome } from './watched-drift.ts';

/** The run that writes: its id and when it began, ISO 8601. */
export interface RunStamp {
  readonly runId: string;
  readonly at: string;
}

/** What one run changes in an account: everything else stays as it is and is not written. */
export interface Reconciled extends WatchedOutcome {
  /** Worst first. */
  readonly transitions: readonly Transition[];
}

/** What `evaluation` changes in `known`. Doing it twice changes nothing the second time. */
export const reconcile = (known: KnownState, evaluation: Evaluation, run: RunStamp): Reconciled => {
  const watched = reconcileWatched(known, evaluation, run);
  const newer = new Set(known.newer?.findings.map(({ id }) => id));
  const named = withKnownIds(evaluation.findings.map(truncateFinding), known);
  const before = new Map(known.findings.map(item => [item.finding.id, item]));
  const absent = absentFate(evaluation);
  const without = judgedWithout(evaluation);
  const alone = new Set(named.map(keyOfFolded));
  const mayStillBe = (effect: Folded): boolean =>
    !alone.has(keyOfFolded(effect)) && 'unconfirmedBecause' in absent(effect);
  const withUnseen = (finding: Finding): Finding => {
    const item = before.get(finding.id);
    const readsOthers = isOpen(item) && readingOf(item, without(finding)) === 'others';
    return readsOthers ? withEffectsOf(item.finding, finding, mayStillBe) : finding;
  };
  const found = seenFindings(named.filter(({ id }) => !newer.has(id)).map(withUnseen), without, watched);
  const present = new Map(found.map(seen => [seen.finding.id, seen]));
  const gone = known.findings.filter(item => !present.has(item.finding.id));
  const isToldOf = toldByPoorer(known, without);
  const transitions = [
    ...found
      .filter(seen => isOpen(before.get(seen.finding.id)) || !isToldOf(seen))
      .map(seen => whenFound(before.get(seen.finding.id), seen, run)),
    ...gone.map(item => whenAbsent(item, waiverFate(item, gone, known, absent) ?? absent(item.finding), run)),
  ].flatMap(transition => transition ?? []);
  return {
    transitions: transitions.sort((a, b) => compareFindings(a.after.finding, b.after.finding)),
    ...watched,
  };
};

/** In one account a finding is known by its rule, subject and discriminator; the id that it was given first stays. */
const withKnownIds = (findings: readonly Finding[], { findings: own, newer }: KnownState): readonly Finding[] => {
  const known = [...own.map(({ finding }) => finding), ...(newer?.findings ?? [])];
  const ids = new Set(known.map(({ id }) => id));
  const byName = new Map(known.map(named => [keyOfFolded(named), named.id]));
  return findings.map(finding =>
    ids.has(finding.id) ? finding : { ...finding, id: byName.get(keyOfFolded(finding)) ?? finding.id },
  );
};

/** That a waiver has expired stays open for as long as what it covered does, even if that could not be checked. */
const waiverFate = (
  { finding }: KnownFinding,
  gone: readonly KnownFinding[],
  { newer }: KnownState,
  absent: (named: Named) => Absent,
): Absent | undefined => {
  const covers = coveredBy(finding);
  if (covers === undefined) return undefined;
  // Whether a finding that a newer version wrote is still there, is not asked.
  const ofNewer = newer?.findings.some(named => named.ruleId === '' || covers(named)) ?? false;
  const mayStay =
    ofNewer || gone.some(item => isOpen(item) && covers(item.finding) && 'unconfirmedBecause' in absent(item.finding));
  return mayStay ? { unconfirmedBecause: 'what the waiver covered could not be checked' } : undefined;
};

const isOpen = (item: KnownFinding | undefined): item is KnownFinding =>
  item !== undefined && item.status !== 'resolved';

const whenFound = (before: KnownFinding | undefined, seen: SeenFinding, run: RunStamp): Transition | undefined => {
  const move: Move | undefined =
    before === undefined
      ? { kind: 'opened', summary: seen.finding.message, finding: seen.finding, judgedWithout: seen.judgedWithout }
      : classifyTransition(before, seen);
  if (move === undefined) return undefined;
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
  return step(kind, { ...after, ...rememberOpenAs(before, after) }, summary, before);
};

const step = (kind: TransitionKind, after: KnownFinding, summary: string, before?: KnownFinding): Transition => ({
  kind,
  at: after.changedAt,
  runId: after.runId,
  ...given({ before }),
  after,
  summary,
});

/** Why a finding that is not there any more is not: resolved for a reason, or not known. */
type Absent = { readonly resolution: string } | { readonly unconfirmedBecause: string };

/** What names a finding in its account, be it of its own or part of another one. */
type Named = Pick<Folded, 'ruleId' | 'subject' | 'discriminator'>;

/** Names what a finding explains, and a finding that may be explained. */
const keyOfFolded = ({ ruleId, subject, discriminator = '' }: Named): string =>
  JSON.stringify([ruleId, subject, discriminator]);

/** The finding, with what it explained before that may still be there: that other events were read does not end it. */
const withEffectsOf = (before: Finding, finding: Finding, mayStillBe: (effect: Folded) => boolean): Finding => {
  const now = new Set(finding.explains.map(keyOfFolded));
  const kept = before.explains.filter(effect => !now.has(keyOfFolded(effect)) && mayStillBe(effect));
  if (kept.length === 0) return finding;
  // A cause is never milder than what it explains.
  const severity = worst(before.severity, finding.severity);
  return truncateFinding({ ...finding, severity, explains: [...finding.explains, ...kept] });
};

/** Says of each known finding or effect that the evaluation does not have, what became of it. */
const absentFate = (evaluation: Evaluation): ((named: Named) => Absent) => {
  const seen = new Set(evaluation.subjects);
  const undecided = new Map(
    evaluation.undecided.map(({ ruleId, subject, missing }) => [outcomeKey(ruleId, subject), missing]),
  );
  const explainedBy = new Map(
    evaluation.findings.flatMap(by => by.explains.map(folded => [keyOfFolded(folded), by.ruleId])),
  );
  return named => {
    const { ruleId, subject } = named;
    const cause = explainedBy.get(keyOfFolded(named));
    if (cause !== undefined) return { resolution: `explained by ${cause}` };
    const missing = undecided.get(outcomeKey(ruleId, subject));
    if (missing !== undefined) return { unconfirmedBecause: missing };
    const fate = fateOf(evaluation, seen, ruleId, subject);
    switch (fate) {
      case 'unknown':
        return { unconfirmedBecause: 'what the rule needs was not read' };
      case 'not-evaluated':
        return { unconfirmedBecause: 'its subject was not read in this run' };
      case 'off':
        return { resolution: 'rule off' };
      case 'n/a':
        return { resolution: 'no longer applies' };
      case 'gone':
        return { resolution: 'gone' };
      default:
        return { resolution: 'passed' };
    }
  };
};

/** True for what a finding that is still open explained, and about which less was read now: the effect stands alone in
 *  this run only because of that, and people know it by its cause. What is worse than that, or has moved by itself, they
 *  do not know. That a cause cannot be decided is no reason: it may be so in the best of readings. */
const toldByPoorer = (
  known: KnownState,
  without: (finding: Finding) => readonly Missed[],
): ((seen: SeenFinding) => boolean) => {
  const told = new Map<string, Severity>();
  for (const { finding } of known.findings.filter(
    item => isOpen(item) && readingOf(item, without(item.finding)) === 'less',
  ))
    for (const effect of finding.explains) {
      const severity = told.get(keyOfFolded(effect));
      told.set(keyOfFolded(effect), severity === undefined ? finding.severity : worst(severity, finding.severity));
    }
  return ({ finding, factChanged }) => {
    const severity = told.get(keyOfFolded(finding));
    return severity !== undefined && atLeast(severity, finding.severity) && !factChanged;
  };
};

const whenAbsent = (before: KnownFinding, absent: Absent, run: RunStamp): Transition | undefined => {
  if (before.status === 'resolved') return undefined;
  const base = {
    finding: before.finding,
    version: before.version + 1,
    firstSeenAt: before.firstSeenAt,
    changedAt: run.at,
    ...given({ judgedWithout: before.judgedWithout }),
    runId: run.runId,
  };
  if ('resolution' in absent) {
    const { resolution } = absent;
    const after = { ...base, status: 'resolved' as const, resolvedAt: run.at, resolution };
    return step('resolved', { ...after, ...rememberOpenAs(before, after) }, resolution, before);
  }
  if (before.unconfirmedSince !== undefined) return undefined;
  const after = { ...base, status: before.status, unconfirmedSince: run.at, ...absent };
  return step(
    'unconfirmed',
    { ...after, ...rememberOpenAs(before, after) },
    `could not be checked: ${absent.unconfirmedBecause}`,
    before,
  );
};

/** Closes all that is open in an account that is no longer audited. */
export const closeAll = ({ findings }: KnownState, run: RunStamp): readonly Transition[] =>
  findings.flatMap(item => whenAbsent(item, { resolution: 'no longer audited' }, run) ?? []);

/** True for a transition that a person is told of: no step that only says how well it was read, and of a finding that is
 *  waived only the end of what was open before. */
export const isNotifiable = (transition: Transition): boolean => {
  const { kind, before, after } = transition;
  if (kind === 'unconfirmed' || kind === 'confirmed') return false;
  if (isClosing(transition)) return knownAs(transition) !== undefined || before === undefined;
  return after.status !== 'waived';
};
