/**
 * The step of a known finding that a run found again. Unread data moves nothing: where two readings cannot be compared,
 * the finding stays as it was last told, until a part of it that was read is another.
 */
import { atLeast, type Finding, type Missed, type Severity } from '../model.ts';
import { given } from '../text.ts';
import { explained, hasMoved, isNowElsewhere, isOutdated, knownPlacesOf, materialDifferences } from './material.ts';
import type { SeenFinding } from './seen-finding.ts';
import type { KnownFinding, TransitionKind } from './transition.ts';

/** The step of a known finding; `finding` is kept from now on, and what it was judged without. */
export interface FindingMove {
  readonly kind: TransitionKind;
  readonly summary: string;
  readonly finding: Finding;
  readonly judgedWithout: readonly Missed[] | undefined;
}

/** The step that a known finding takes; undefined where it takes none. */
export const compareFinding = (before: KnownFinding, seen: SeenFinding): FindingMove | undefined => {
  const { finding, reading } = seen;
  const was = before.finding.severity;
  const move = (kind: TransitionKind, summary: string): FindingMove => ({
    kind,
    summary,
    finding,
    judgedWithout: seen.judgedWithout,
  });
  if (before.status === 'resolved') return move(...whenBack(finding));
  if (before.status === 'explained') return move(...whenAlone(finding));
  if (before.status === 'waived' && finding.waiver === undefined)
    return move('reopened', `no longer waived: ${finding.message}`);
  const isWorse = !atLeast(was, finding.severity);
  // Unread data makes it no milder. What is about another thing, and as bad, is known by this reading from now on.
  const isOther = finding.severity === was && isNowElsewhere(before.finding, finding);
  const isPoorer = reading === 'poorer' && !isWorse && !isOther;
  const kept = isPoorer ? asKnown(before.finding, seen) : finding;
  const judgedWithout = isPoorer ? before.judgedWithout : seen.judgedWithout;
  if (before.status === 'open' && kept.waiver !== undefined)
    return { kind: 'waived', summary: waivedWords(kept.waiver), finding: kept, judgedWithout };
  const differences = materialDifferences(before.finding, kept);
  if (isWorse) return move(...whenWorse(was, seen, differences));
  if (reading === 'richer' && isReadingAlone(before.finding, finding, differences))
    return move('reassessed', reassessedWords(was, finding));
  if (differences.length > 0 && isOfTheWorld(before, seen, differences))
    return { kind: 'changed', summary: `changed: ${differences.join(', ')}`, finding: kept, judgedWithout };
  // Also where it says the same: the next change is told, whatever it was judged without before.
  if (reading === 'richer' || (reading === 'comparable' && (differences.length > 0 || seen.isToRemember)))
    return move('confirmed', 'as before, by what is read now');
  if (isOutdated(before.finding, kept))
    return { kind: 'confirmed', summary: 'as before, with the commands of now', finding: kept, judgedWithout };
  return before.unconfirmedSince === undefined
    ? undefined
    : { ...move('confirmed', 'confirmed again'), finding: before.finding, judgedWithout: before.judgedWithout };
};

/** A finding that was resolved. People who know that must not take it for resolved while it is waived. */
const whenBack = ({ message, waiver }: Finding): readonly [TransitionKind, string] =>
  waiver === undefined ? ['reopened', `is back: ${message}`] : ['waived', `is back, ${waivedWords(waiver)}`];

/** An effect that its cause no longer explains. */
const whenAlone = ({ message, waiver }: Finding): readonly [TransitionKind, string] =>
  waiver === undefined ? ['reopened', `no longer explained: ${message}`] : ['waived', waivedWords(waiver)];

/** Where the two readings cannot be compared, it is not known whether the world or the reading is another: with less read,
 *  too, since a denied read is no shield. Nor is it where it is worse by its effects alone, and others of them were read. */
const whenWorse = (
  was: Severity,
  { finding, reading, hasOtherEffects }: SeenFinding,
  differences: readonly string[],
): readonly [TransitionKind, string] => {
  const { severity, message } = finding;
  const isByEffects =
    differences.includes(explained) && differences.every(part => part === explained || part === 'severity');
  return reading === 'comparable' && !(isByEffects && hasOtherEffects)
    ? ['escalated', `${was} → ${severity}: ${message}`]
    : ['reassessed', reassessedWords(was, finding)];
};

/** Of a finding that was rated otherwise by another reading of the world. */
export const reassessedWords = (was: Severity, { severity, message }: Finding): string =>
  `${was} → ${severity}, by what is read now: ${message}`;

/** True of another severity where nothing shows that the world is another, too. */
const isReadingAlone = (before: Finding, now: Finding, differences: readonly string[]): boolean =>
  differences.includes('severity') && !differences.includes('waiver') && !isNowElsewhere(before, now);

const waivedWords = ({ expires, owner, reason }: NonNullable<Finding['waiver']>): string =>
  `waived until ${expires} by ${owner}: ${reason}`;

/**
 * A finding that is read less well than before stays as it is known, with no waiver that covers less. Where its words name
 * another thing now it is that, as bad as it was. Where it has moved in the same words, or a watched fact is another, its
 * commands are those of now: the known ones would undo the change.
 */
const asKnown = (known: Finding, { finding, factChanged }: SeenFinding): Finding => {
  const { waiver: had, ...before } = known;
  const { waiver, ...now } = finding;
  const holds = waiver?.upTo === undefined || atLeast(waiver.upTo, known.severity) ? waiver : had;
  const place = hasMoved(known, finding) ? { ...knownPlacesOf(now), fix: now.fix } : {};
  const kept = isNowElsewhere(known, finding) ? now : { ...before, ...place, ...(factChanged ? { fix: now.fix } : {}) };
  return { ...kept, severity: known.severity, ...given({ waiver: holds }) };
};

/** True if the differences do not merely come from how much was read. A part of a list may hold other effects in every run.
 *  A watched fact that changed says nothing here: it is told by itself, and the difference may come from unread data. */
const isOfTheWorld = (before: KnownFinding, seen: SeenFinding, differences: readonly string[]): boolean =>
  (seen.reading === 'comparable' && differences.some(part => part !== explained || !seen.hasOtherEffects)) ||
  differences.includes('waiver') ||
  differences.includes('severity') ||
  isNowElsewhere(before.finding, seen.finding);
