/**
 * How a finding that is there again has moved. What merely was not read moves nothing: the finding stays as it was last
 * told, with the severity that can no longer be decided, until something about it is read to be another.
 */

import { atLeast, type Finding } from '../model/finding.ts';
import type { Missed } from '../model/unread.ts';
import { given } from '../text/given.ts';
import { explained, isElsewhere, isOutdated, materialDifferences } from './material.ts';
import { compareReadings, type Reading } from './reading.ts';
import type { KnownFinding, TransitionKind } from './transition.ts';
import type { WatchedOutcome } from './watched-drift.ts';

/** A finding of a run, and how well it could be judged. */
export interface SeenFinding {
  readonly finding: Finding;
  readonly judgedWithout: readonly Missed[];
  /** A watched fact of its subject is another now: what differs does so in truth. */
  readonly factChanged: boolean;
}

/** What becomes of a known finding; `finding` is what is kept from now on. */
export interface Move {
  readonly kind: TransitionKind;
  readonly summary: string;
  readonly finding: Finding;
  readonly judgedWithout: readonly Missed[] | undefined;
}

/** The findings of a run, each with what it was judged `without`. */
export const seenFindings = (
  findings: readonly Finding[],
  without: (finding: Finding) => readonly Missed[],
  { factChanges }: Pick<WatchedOutcome, 'factChanges'>,
): readonly SeenFinding[] => {
  const changed = new Set(factChanges.map(({ subject }) => subject));
  return findings.map(finding => {
    const about = [finding.subject, finding.roleArn, finding.providerArn, finding.issuer, finding.clusterArn];
    return {
      finding,
      judgedWithout: without(finding),
      factChanged: about.some(subject => subject !== undefined && changed.has(subject)),
    };
  });
};

/** How much was read now, against when the known finding was written. `without`: what was not, see `judgedWithout`. */
export const readingOf = (before: KnownFinding, without: readonly Missed[]): Reading =>
  before.judgedWithout === undefined ? 'same' : compareReadings(before.judgedWithout, without);

/** The step that a known finding takes; undefined if none. */
export const classifyTransition = (before: KnownFinding, seen: SeenFinding): Move | undefined => {
  const { finding } = seen;
  const was = before.finding.severity;
  const move = (kind: TransitionKind, summary: string, kept: Finding = finding): Move => ({
    kind,
    summary,
    finding: kept,
    judgedWithout: seen.judgedWithout,
  });
  if (before.status === 'resolved') return move('reopened', `is back: ${finding.message}`);
  if (before.status === 'waived' && finding.waiver === undefined)
    return move('reopened', `no longer waived: ${finding.message}`);
  const reading = readingOf(before, seen.judgedWithout);
  const isWorse = !atLeast(was, finding.severity);
  // What is not read cannot make it milder.
  const kept = reading === 'less' && !isWorse ? asBadAs(before.finding, finding) : finding;
  const judged = reading === 'less' && !isWorse ? before.judgedWithout : seen.judgedWithout;
  if (before.status === 'open' && kept.waiver !== undefined)
    return { ...move('waived', waivedWords(kept.waiver), kept), judgedWithout: judged };
  if (isWorse) return move('escalated', `${was} → ${finding.severity}: ${finding.message}`);
  const differences = materialDifferences(before.finding, kept);
  if (differences.length > 0 && isOfTheWorld(before, seen, reading, differences)) {
    return { ...move('changed', `changed: ${differences.join(', ')}`, kept), judgedWithout: judged };
  }
  // Also where it says the same: what it was judged without is no reason any more to be silent of the next change.
  if (reading === 'more' || (reading === 'others' && differences.length > 0))
    return move('confirmed', 'as before, by what is read now');
  if (differences.length === 0 && reading !== 'less' && isOutdated(before.finding, finding))
    return move('confirmed', 'as before, with the commands of now');
  return before.unconfirmedSince === undefined
    ? undefined
    : { ...move('confirmed', 'confirmed again', before.finding), judgedWithout: before.judgedWithout };
};

const waivedWords = ({ expires, owner, reason }: NonNullable<Finding['waiver']>): string =>
  `waived until ${expires} by ${owner}: ${reason}`;

/** The finding with the severity that it had, and with no waiver that covers less than that. */
const asBadAs = ({ severity, waiver: had }: Finding, { waiver, ...finding }: Finding): Finding => {
  const holds = waiver?.upTo === undefined || atLeast(waiver.upTo, severity) ? waiver : had;
  return { ...finding, severity, ...given({ waiver: holds }) };
};

/** True if the differences do not merely come from how much was read. */
const isOfTheWorld = (
  before: KnownFinding,
  seen: SeenFinding,
  reading: Reading,
  differences: readonly string[],
): boolean =>
  reading === 'same' ||
  (reading === 'others' && differences.some(part => part !== explained)) ||
  seen.factChanged ||
  differences.includes('waiver') ||
  differences.includes('severity') ||
  isElsewhere(before.finding, seen.finding);
