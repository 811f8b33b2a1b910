/**
 * The part of a finding that is worth telling a person again. Only data is compared, never text: wording may improve
 * without a word to anybody, and what changes by itself (a count of pods, the days that a certificate has left) is
 * marked by the rule as volatile. Without this a quiet account would send mail every run.
 */

import type { Evidence, Finding, FindingLocation } from '../model.ts';
import { canonicalJson, compareText } from '../text.ts';

/** The part that other findings make. */
export const explained = 'what it explains';

/** The parts of a finding by which two runs are compared, as text. Equal texts: nothing to tell. Lists are sorted: a
 *  rule that names its evidence in another order has found nothing new. */
const materialParts = (finding: Finding): Readonly<Record<string, string>> => ({
  severity: finding.severity,
  impact: finding.impact,
  message: JSON.stringify([finding.messageId, sortedEntries(withoutVolatile(finding))]),
  evidence: finding.evidence.flatMap(valuesOf).sort(compareText).join('\n'),
  [explained]: finding.explains
    .map(({ ruleId, subject }) => JSON.stringify([ruleId, subject]))
    .sort(compareText)
    .join('\n'),
  waiver: JSON.stringify(finding.waiver ?? null),
});

const withoutVolatile = ({ data, volatile = [] }: Finding) =>
  Object.fromEntries(Object.entries(data).filter(([name]) => !volatile.includes(name)));

const valuesOf = ({ got, wanted, data, volatile }: Evidence): readonly string[] =>
  volatile ? [] : [JSON.stringify(sortedEntries(data ?? (wanted === undefined ? { got } : { got, wanted })))];

const sortedEntries = (data: Readonly<Record<string, unknown>>) =>
  Object.entries(data).sort(([a], [b]) => compareText(a, b));

/** Names of the parts in which two findings differ materially; empty if a person need not be told. The fix is not among
 *  them: it follows from what is compared. See `isOutdated`. */
export const materialDifferences = (before: Finding, after: Finding): readonly string[] => {
  const old = materialParts(before);
  const now = materialParts(after);
  return Object.entries(old).flatMap(([part, text]) => (now[part] === text ? [] : [part]));
};

/** The part of a finding's place that says which thing it concerns. */
const places: readonly (keyof FindingLocation)[] = ['roleArn', 'providerArn', 'issuer', 'namespace', 'serviceAccount'];

/** True if it is known to concern another role, provider or account than before. */
export const hasMoved = (before: Finding, now: Finding): boolean =>
  places.some(key => before[key] !== undefined && now[key] !== undefined && before[key] !== now[key]);

/** True if it has moved and its words may name the thing of before. Where every value in them is said of the new thing too,
 *  they hold for it: what it says beside may come from how much was read. */
export const isNowElsewhere = (before: Finding, now: Finding): boolean => {
  if (!hasMoved(before, now)) return false;
  const said = new Set(valuesIn(now));
  return valuesIn(before).some(value => !said.has(value));
};

/** All values in the words of a finding. Which of the rule's messages it is does not count. */
const valuesIn = (finding: Finding): readonly string[] => [
  ...sortedEntries(withoutVolatile(finding)).map(entry => JSON.stringify(entry)),
  ...finding.evidence.flatMap(valuesOf),
];

/** The places of a finding that are known. */
export const knownPlacesOf = (finding: Finding): Partial<FindingLocation> =>
  Object.fromEntries(places.flatMap(key => (finding[key] === undefined ? [] : [[key, finding[key]]])));

/** True if what is kept of the finding must be written again though nobody is told: its commands would undo a change of
 *  the world since (they carry a whole trust policy), its place is another one or known only now, another one
 *  answers for it, or it explains another failure of what it explained: that one is not told alone when the cause is not
 *  read. */
export const isOutdated = (before: Finding, after: Finding): boolean =>
  doneBy(before) !== doneBy(after) ||
  before.owner !== after.owner ||
  effectsOf(before) !== effectsOf(after) ||
  places.some(name => after[name] !== undefined && before[name] !== after[name]);

const effectsOf = ({ explains }: Finding): string =>
  explains
    .map(({ ruleId, subject, discriminator = '' }) => JSON.stringify([ruleId, subject, discriminator]))
    .sort(compareText)
    .join('\n');

/** The work of the fix, whatever the order of keys in which it was kept. */
const doneBy = ({ fix: { commands, steps = [] } }: Finding): string =>
  canonicalJson([commands, steps.map(({ change, look }) => change ?? look)]);
