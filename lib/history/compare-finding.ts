/**
 * The step of a known finding that a run found again. Unread data moves nothing: where two readings cannot be compared,
 * the finding stays as it was last told, until a part of it that was read is another.
 */
import { atLeast, type Finding } from '../model/finding.ts';
import type { Missed } from '../model/unread.ts';
import { given } from '../text/given.ts';
import { explained, isElsewhere, isOutdated, materialDifferences } from './material.ts';
import { hasSample } from './reading.ts';
import type { SeenFinding } from './seen-finding.ts';
import type { KnownFinding, TransitionKind } from './transition.ts';

/** The step of a known finding; `finding` is kept from now on, and what it was judged without. */
export interface Move {
  readonly kind: TransitionKind;
  readonly summary: string;
  readonly finding: Finding;
  readonly judgedWithout: readonly Missed[] | undefined;
}

/** The step that a known finding takes; undefined where it takes none. */
export const compareFinding = (before: KnownFinding, seen: SeenFinding): Move | undefined => {
  const { finding, reading } = seen;
  const was = before.finding.severity;
  const move = (kind: TransitionKind, summary: string): Move => ({
    kind,
    summary,
    finding,
    judgedWithout: seen.judgedWithout,
  });
  if (before.status === 'resolved') return move('reopened', `is back: ${finding.message}`);
  if (before.status === 'waived' && finding.waiver === undefined)
    return move('reopened', `no longer waived: ${finding.message}`);
  const isWorse = !atLeast(was, finding.severity);
  // Unread data makes it no milder.
  const isPoorer = reading === 'poorer' && !isWorse;
  const kept = isPoorer ? asBadAs(before.finding, finding) : finding;
  const judgedWithout = isPoorer ? before.judgedWithout : seen.judgedWithout;
  if (before.status === 'open' && kept.waiver !== undefined)
    return { kind: 'waived', summary: waivedWords(kept.waiver), finding: kept, judgedWithout };
  if (isWorse) return move('escalated', `${was} → ${finding.severity}: ${finding.message}`);
  const differences = materialDifferences(before.finding, kept);
  if (differences.length > 0 && isOfTheWorld(before, seen, differences))
    return { kind: 'changed', summary: `changed: ${differences.join(', ')}`, finding: kept, judgedWithout };
  // Also where it says the same: the next change is told, whatever it was judged without before.
  if (reading === 'richer' || (reading === 'comparable' && differences.length > 0))
    return move('confirmed', 'as before, by what is read now');
  if (reading === 'comparable' && isOutdated(before.finding, finding))
    return move('confirmed', 'as before, with the commands of now');
  return before.unconfirmedSince === undefined
    ? undefined
    : { ...move('confirmed', 'confirmed again'), finding: before.finding, judgedWithout: before.judgedWithout };
};

const waivedWords = ({ expires, owner, reason }: NonNullable<Finding['waiver']>): string =>
  `waived until ${expires} by ${owner}: ${reason}`;

/** The finding with the severity that it had, and with no waiver that covers less. */
const asBadAs = ({ severity, waiver: had }: Finding, { waiver, ...finding }: Finding): Finding => {
  const holds = waiver?.upTo === undefined || atLeast(waiver.upTo, severity) ? waiver : had;
  return { ...finding, severity, ...given({ waiver: holds }) };
};

/** True if the differences do not merely come from how much was read. A sample has other effects in every run. */
const isOfTheWorld = (before: KnownFinding, seen: SeenFinding, differences: readonly string[]): boolean =>
  (seen.reading === 'comparable' && differences.some(part => part !== explained || !hasSample(seen.judgedWithout))) ||
  seen.factChanged ||
  differences.includes('waiver') ||
  differences.includes('severity') ||
  isElsewhere(before.finding, seen.finding);
