/** The findings of a run, each beside what is known of it and with how well it could be judged. */

import type { Finding, Missed } from '../model.ts';
import type { Evaluation } from '../rules/evaluate/evaluation.ts';
import { coveredBy } from '../rules/evaluate/waivers.ts';
import { given } from '../text.ts';
import { type Absence, mayRemain, type Named, nameKey } from './absent.ts';
import { knownByCause, withRemainingEffects } from './effects.ts';
import { isOpen, type KnownState } from './known-state.ts';
import {
  bearsOn,
  choiceBetween,
  clusterAround,
  compareReadings,
  hasOtherEntries,
  judgedWithout,
  type Reading,
} from './reading.ts';
import type { FactChange, KnownFinding } from './transition.ts';
import { truncateFinding } from './truncate-finding.ts';

/** A finding of a run. */
export interface SeenFinding {
  readonly finding: Finding;
  /** The finding as it is known; absent where it is new. */
  readonly before?: KnownFinding;
  readonly judgedWithout: readonly Missed[];
  /** How this reading compares with the one by which it is known. */
  readonly reading: Reading;
  /** This run read more that only its effects elsewhere need, or sections that are not asked for came or went with all that
   *  could be asked: the reading is no other one, and is to be remembered. */
  readonly isToRemember: boolean;
  /** It may have other effects by how much was read. */
  readonly hasOtherEffects: boolean;
  /** A watched fact of its subject is another now: the finding differs in truth. */
  readonly factChanged: boolean;
  /** It stands alone only because less was read, and people know it by its cause; or it is on the waiver of such findings. */
  readonly isKnownByCause: boolean;
}

/** The findings of a run, which bear the ids that they are known by, but those that a newer version of this program wrote. */
export const seenFindings = (
  known: KnownState,
  evaluation: Evaluation,
  factChanges: readonly FactChange[],
  absenceOf: (named: Named) => Absence,
): readonly SeenFinding[] => {
  const newer = new Set(known.newer?.findings.map(({ id }) => id));
  const before = new Map(known.findings.map(item => [item.finding.id, item]));
  const found = evaluation.findings.map(truncateFinding);
  const alone = new Map(found.map(finding => [nameKey(finding), finding]));
  const isLeft = (effect: Named): boolean => {
    const absence = absenceOf(effect);
    const whole = alone.get(nameKey(effect));
    if (whole !== undefined) return isByCause(whole);
    return 'explainedBy' in absence
      ? absence.explainedBy.every(({ id }) => found.some(cause => cause.id === id && isByCause(cause)))
      : mayRemain(absence);
  };
  const isOver = ({ finding }: KnownFinding): boolean =>
    !alone.has(nameKey(finding)) && 'resolution' in absenceOf(finding);
  const without = judgedWithout(evaluation);
  const poorer = known.findings.filter(
    item => isOpen(item) && !isOver(item) && compareReadings(item.judgedWithout, without(item.finding)) === 'poorer',
  );
  const isKnown = knownByCause(poorer);
  const isChoice = choiceBetween(known.watched, evaluation.watched);
  const isChanged = changedIn(factChanges);
  const isByCause = (finding: Finding): boolean => isKnown(finding) && !isChanged(finding);
  return found
    .filter(({ id }) => !newer.has(id))
    .map(finding => {
      const item = before.get(finding.id);
      const { effects, ...read } = comparedBy(isChoice, finding, item?.judgedWithout, without(finding));
      const mayLackEffects =
        isOpen(item) &&
        (read.reading === 'poorer' ||
          effects === 'poorer' ||
          (read.reading === 'comparable' && hasOtherEntries(read.judgedWithout)));
      return {
        finding: mayLackEffects ? withRemainingEffects(item.finding, finding, isLeft) : finding,
        ...given({ before: item }),
        ...read,
        factChanged: isChanged(finding),
        isKnownByCause:
          isByCause(finding) || isWaiverOf(finding, found, one => isByCause(one) && !isOpen(before.get(one.id))),
      };
    });
};

/** Says of a finding whether a watched fact of its subject is another now. */
const changedIn = (factChanges: readonly FactChange[]): ((finding: Finding) => boolean) => {
  const changed = new Set(factChanges.map(({ subject }) => subject));
  return finding => subjectsOf(finding).some(subject => changed.has(subject));
};

/** How two readings of a finding compare, and those of its effects elsewhere. Where of these less was read, they stay, and
 *  so does what is remembered. */
const comparedBy = (
  isChoice: (one: Missed) => boolean,
  finding: Finding,
  before: readonly Missed[] | undefined,
  now: readonly Missed[],
) => {
  const bears = bearsOn(clusterAround(finding));
  const reading = compareReadings(before, now, one => isChoice(one) && bears(one));
  const effects = compareReadings(before, now, one => isChoice(one) && !bears(one));
  const areAll = now.every(isChoice) && before?.every(isChoice) !== false;
  const own = now.filter(bears);
  const elsewhere = effects === 'poorer' ? before : now;
  return {
    ...{ reading, effects, judgedWithout: [...own, ...(elsewhere?.filter(one => !bears(one)) ?? [])] },
    isToRemember: effects === 'richer' || (!areAll && compareReadings(before, now, bears) !== reading),
    hasOtherEffects: effects === 'richer' || hasOtherEntries(own),
  };
};

/** True for "a waiver has expired" of nothing but such findings: it is no news where they are none. */
const isWaiverOf = (finding: Finding, found: readonly Finding[], isSuch: (covered: Finding) => boolean): boolean => {
  const covers = coveredBy(finding);
  const covered = covers === undefined ? [] : found.filter(one => one.waiver === undefined && covers(one));
  return covered.length > 0 && covered.every(isSuch);
};

const subjectsOf = ({ subject, roleArn, providerArn, issuer, clusterArn }: Finding): readonly string[] =>
  [subject, roleArn, providerArn, issuer, clusterArn].flatMap(each => each ?? []);

/** In one account a finding is known by its rule, subject and discriminator; the id that it was given first stays. */
export const withKnownIds = (
  findings: readonly Finding[],
  { findings: own, newer }: KnownState,
): readonly Finding[] => {
  const known = [...own.map(({ finding }) => finding), ...(newer?.findings ?? [])];
  const ids = new Set(known.map(({ id }) => id));
  const byName = new Map(known.map(named => [nameKey(named), named.id]));
  return findings.map(finding =>
    ids.has(finding.id) ? finding : { ...finding, id: byName.get(nameKey(finding)) ?? finding.id },
  );
};
