/**
 * Compares what is known of an account with what a run found. Pure: the store writes what comes out of it. The one law:
 * a finding resolves only where its rule was asked and no longer fails, or its subject is provably gone. Whatever could
 * not be read leaves it open.
 */
import { type Evaluation, fateOf } from '../evaluate/evaluation.ts';
import { compareFindings, type Finding, severities } from '../model/finding.ts';
import { boundedFinding } from './bounded.ts';
import type { KnownState } from './known-state.ts';
import { materialDifferences } from './material.ts';
import type { FindingStatus, KnownFinding, Transition, TransitionKind } from './transition.ts';
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
  const found = new Map(evaluation.findings.map(finding => [finding.id, boundedFinding(finding)]));
  const before = new Map(known.findings.map(item => [item.finding.id, item]));
  const absent = absentFate(evaluation);
  const isToldOf = toldByUnconfirmed(known, found, absent);
  const transitions = [
    ...[...found.values()]
      .filter(finding => before.has(finding.id) || !isToldOf(finding))
      .map(finding => whenFound(before.get(finding.id), finding, run)),
    ...known.findings.filter(item => !found.has(item.finding.id)).map(item => whenAbsent(item, absent(item), run)),
  ].flatMap(transition => transition ?? []);
  return {
    transitions: transitions.sort((a, b) => compareFindings(a.after.finding, b.after.finding)),
    ...reconcileWatched(known, evaluation, run),
  };
};

const statusOf = (finding: Finding): FindingStatus => (finding.waiver === undefined ? 'open' : 'waived');

const whenFound = (before: KnownFinding | undefined, finding: Finding, run: RunStamp): Transition | undefined => {
  const after: KnownFinding = {
    finding,
    status: statusOf(finding),
    version: (before?.version ?? 0) + 1,
    firstSeenAt: before?.firstSeenAt ?? run.at,
    changedAt: run.at,
    runId: run.runId,
  };
  if (before === undefined) return step('opened', after, finding.message);
  const [kind, summary] = howItMoved(before, finding) ?? [];
  return kind === undefined || summary === undefined ? undefined : step(kind, after, summary, before);
};

const howItMoved = (before: KnownFinding, finding: Finding): readonly [TransitionKind, string] | undefined => {
  if (before.status === 'resolved') return ['reopened', `is back: ${finding.message}`];
  if (before.status === 'waived' && finding.waiver === undefined)
    return ['reopened', `no longer waived: ${finding.message}`];
  const was = before.finding.severity;
  if (severities.indexOf(finding.severity) < severities.indexOf(was))
    return ['escalated', `${was} → ${finding.severity}: ${finding.message}`];
  const differences = materialDifferences(before.finding, finding);
  if (differences.length > 0) return ['changed', `changed: ${differences.join(', ')}`];
  return before.unconfirmedSince === undefined ? undefined : ['changed', 'confirmed again'];
};

const step = (kind: TransitionKind, after: KnownFinding, summary: string, before?: KnownFinding): Transition => ({
  kind,
  at: after.changedAt,
  runId: after.runId,
  ...(before === undefined ? {} : { before }),
  after,
  summary,
});

/** Why a finding that is not there any more is not: resolved for a reason, or not known. */
type Absent = { readonly resolution: string } | { readonly unconfirmedBecause: string };

/** Says of each known finding that the evaluation does not have, what became of it. */
const absentFate = (evaluation: Evaluation): ((item: KnownFinding) => Absent) => {
  const seen = new Set(evaluation.subjects);
  const key = (ruleId: string, subject: string) => JSON.stringify([ruleId, subject]);
  const undecided = new Map(evaluation.undecided.map(item => [key(item.ruleId, item.subject), item.missing]));
  const explainedBy = new Map(
    evaluation.findings.flatMap(by => by.explains.map(folded => [key(folded.ruleId, folded.subject), by.ruleId])),
  );
  return ({ finding: { ruleId, subject } }) => {
    const missing = undecided.get(key(ruleId, subject));
    if (missing !== undefined) return { unconfirmedBecause: missing };
    const fate = fateOf(evaluation, seen, ruleId, subject);
    switch (fate) {
      case 'unknown':
        return { unconfirmedBecause: 'what the rule needs was not read' };
      case 'not-evaluated':
        return { unconfirmedBecause: 'its subject was not read in this run' };
      case 'explained':
        return { resolution: `explained by ${explainedBy.get(key(ruleId, subject)) ?? 'another finding'}` };
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

/** True for what a finding that is still open explained, and that could not be checked now: the effect stands alone in
 *  this run only because its cause was not read, and people know it by that cause. */
const toldByUnconfirmed = (
  known: KnownState,
  found: ReadonlyMap<string, Finding>,
  absent: (item: KnownFinding) => Absent,
): ((finding: Finding) => boolean) => {
  const key = ({ ruleId, subject }: Pick<Finding, 'ruleId' | 'subject'>) => JSON.stringify([ruleId, subject]);
  const told = new Set(
    known.findings
      .filter(item => item.status !== 'resolved' && !found.has(item.finding.id) && 'unconfirmedBecause' in absent(item))
      .flatMap(({ finding }) => finding.explains.map(key)),
  );
  return finding => told.has(key(finding));
};

const whenAbsent = (before: KnownFinding, absent: Absent, run: RunStamp): Transition | undefined => {
  if (before.status === 'resolved') return undefined;
  const base = {
    finding: before.finding,
    version: before.version + 1,
    firstSeenAt: before.firstSeenAt,
    changedAt: run.at,
    runId: run.runId,
  };
  if ('resolution' in absent) {
    const { resolution } = absent;
    return step('resolved', { ...base, status: 'resolved', resolvedAt: run.at, resolution }, resolution, before);
  }
  if (before.unconfirmedSince !== undefined) return undefined;
  const after = { ...base, status: before.status, unconfirmedSince: run.at, ...absent };
  return step('unconfirmed', after, `could not be checked: ${absent.unconfirmedBecause}`, before);
};

/** True for a transition that a person is told of: nothing waived, nothing that merely could not be checked. */
export const isNotifiable = ({ kind, before, after }: Transition): boolean => {
  if (kind === 'unconfirmed' || after.status === 'waived') return false;
  if (kind === 'resolved') return before?.status !== 'waived';
  return kind !== 'changed' || before === undefined || materialDifferences(before.finding, after.finding).length > 0;
};
