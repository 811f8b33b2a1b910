/**
 * What of a finding is worth telling a person again. A certificate that has 12 days left today and 11 tomorrow is the
 * same finding; one that became high is another matter. Without this a quiet account would send mail every run.
 */
import type { Evidence, Finding } from '../model/finding.ts';
import { compareText } from '../text/compare-text.ts';

/** A number in front of a unit of time or of a count of happenings: it moves by itself. */
const volatileCount =
  /\b\d[\d,.]*\s*(?:-\s*)?(milliseconds?|ms|seconds?|minutes?|hours?|days?|weeks?|months?|years?|times?|calls?|events?|failures?|attempts?|requests?|pods?|replicas?)\b/gi;

/** An instant with a time of day. Dates alone, such as a certificate's last day, are material. */
const instant = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?/g;

/** How many pods of an owner: a deployment that scales is no news. */
const podsOfOwner = /\b(?:the pod|all \d+ pods|\d+ of the \d+ pods)( of \S+ [^\s:]+)(?: (?:has|have|runs|run)\b)?/g;

/** How many there are of a kind, none of which is the one that is meant; how many would be concerned. */
const population = /^\d+(?=, none\b)|\bnone of \d+|\b\d+(?= annotated service accounts?\b)/g;

/** Evidence whose value is an instant of observation, a count, or names of pods, which come and go. */
const volatileEvidence = /^(?:last|latest|most recent|first|pods?)\b|\b(?:seen at|last used|count|window|age)\b/i;

/** The text with everything that moves by itself taken out. */
export const stableText = (text: string): string =>
  text
    .replace(podsOfOwner, '<pods>$1')
    .replace(population, '<n>')
    .replace(instant, '<instant>')
    .replace(volatileCount, (_match, unit: string) => `<n> ${unit.toLowerCase().replace(/s$/, '')}`);

const evidenceText = ({ what, got, wanted }: Evidence): string =>
  JSON.stringify([what, volatileEvidence.test(what) ? '' : stableText(got), stableText(wanted ?? '')]);

/** The parts of a finding by which two runs are compared, as text. Equal texts: nothing to tell. Lists are sorted: a
 *  rule that names its evidence in another order has found nothing new. */
const materialParts = (finding: Finding): Readonly<Record<string, string>> => ({
  severity: finding.severity,
  impact: finding.impact,
  message: stableText(finding.message),
  evidence: finding.evidence.map(evidenceText).sort(compareText).join('\n'),
  'error in the pod': stableText(finding.podError ?? ''),
  fix: stableText(JSON.stringify([finding.fix.summary, finding.fix.commands])),
  'what it explains': finding.explains
    .map(({ ruleId, subject }) => JSON.stringify([ruleId, subject]))
    .sort(compareText)
    .join('\n'),
  waiver: JSON.stringify(finding.waiver ?? null),
});

/** Names of the parts in which two findings differ materially; empty if a person need not be told. */
export const textDifferences = (before: Finding, after: Finding): readonly string[] => {
  const old = materialParts(before);
  const now = materialParts(after);
  return Object.entries(old).flatMap(([part, text]) => (now[part] === text ? [] : [part]));
};
