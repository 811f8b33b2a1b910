import { changeSentences } from '../history/change-event.ts';
import { digestOrder } from '../history/digest.ts';
import { isClosing } from '../history/open-as.ts';
import { coverageSeverity } from '../history/routing.ts';
import type { Digest, FactChange, Transition, TransitionKind } from '../history/transition.ts';
import type { Finding, Severity } from '../model/finding.ts';
import { type CoverageLine, coverageLines } from '../report/digest/coverage-lines.ts';
import { causeOf, headlineOf, kindWords } from '../report/digest/headline.ts';
import { countsByPlace, type PlaceOf, placesOf, whereOf } from '../report/digest/places.ts';
import { affectedBy, findingUrl, listCommand, shortCommand, showCommand } from '../report/digest/pointers.ts';
import { daysOpen, weeklyHeadline, weeklySummary } from '../report/digest/weekly-summary.ts';
import { factDiff, factName, factOrder, factValue } from '../report/fact-diff.ts';
import { shortIds } from '../report/names.ts';
import { severityList } from '../report/summary.ts';
import { counted } from '../text/counted.ts';
import { cut, visible } from '../text/visible-text.ts';

/** One change as every channel shows it; text is visible and bounded. */
export interface DigestLine {
  readonly kind: string;
  /** How bad it is and what happened: `high, new`, `resolved, was high`. */
  readonly heading: string;
  /** Undefined where nothing is bad: a changed fact. */
  readonly severity: Severity | undefined;
  /** The fault, in a few words, by names. */
  readonly cause: string;
  /** Cluster, region and account. */
  readonly place: string;
  readonly message: string;
  /** Who is affected; undefined where nobody is. */
  readonly affected: string | undefined;
  /** The choice before the fix is applied. */
  readonly choice: string | undefined;
  /** Undefined where nothing is left to fix. */
  readonly fix: string | undefined;
  /** Fixes it, where it is short; else shows how. Undefined where there is nothing to show. */
  readonly command: string | undefined;
  /** The argument of `irsa-auditor findings show`: the beginning of the finding's id. */
  readonly id: string | undefined;
  readonly ruleId: string;
  /** The report at this finding, where it can be linked to. */
  readonly url: string | undefined;
}

/** Root causes of one message; the rest is counted. */
export const shownLines = 3;

const maxMessage = 600;
/** Of a watched fact's change, and of why something was resolved. */
const maxValue = 400;

/** Names of one message. */
interface Names {
  readonly placeOf: PlaceOf;
  readonly short: (id: string) => string;
  readonly links: Digest['links'];
}

/** `media (eu-central-1, 111122223333): webhook: not found`. */
export const whereAndCause = ({ place, cause }: DigestLine): string => (place === '' ? cause : `${place}: ${cause}`);

/** The lines of a message on a digest. */
export interface DigestLines {
  /** At most three: what is open first, worst first; what can no longer be read before it. */
  readonly lines: readonly DigestLine[];
  /** Those for which there was no room. */
  readonly left: number;
  /** The counts by cluster; empty where it is of one. */
  readonly counts: string;
}

/** The changes of a digest, at most `limit`. */
export const digestLines = (digest: Digest, limit = shownLines): DigestLines => {
  const known = digest.stillOpen?.findings ?? digest.transitions.map(({ after }) => after);
  const findings = known.map(({ finding }) => finding);
  const ids = shortIds(findings.map(({ id }) => id));
  const names: Names = { placeOf: placesOf(findings), short: ids, links: digest.links };
  if (digest.stillOpen !== undefined) return openLines(digest, limit, names);
  const ordered = digestOrder(digest.transitions);
  const open = ordered.filter(transition => !isClosing(transition));
  const all = [
    ...(digest.coverage === undefined ? [] : coverageLines(digest.coverage).map(coverageLine)),
    ...[...open, ...ordered.filter(isClosing)].map(transition => lineOf(transition, names)),
    ...factOrder(digest.factChanges).map(factLine),
  ];
  return {
    lines: all.slice(0, limit),
    left: Math.max(0, all.length - limit),
    counts: countsByPlace(
      open.map(({ after }) => after.finding),
      names.placeOf,
    ),
  };
};

/** The weekly summary: what to take on next. */
const openLines = (digest: Digest, limit: number, names: Names): DigestLines => {
  const open = digest.stillOpen ?? { findings: [], beyond: 0 };
  const { findings, beyond } = open;
  const { worst } = weeklySummary(open, digest.at);
  const lines = worst
    .slice(0, limit)
    .map(known => findingLine(`open for ${counted(daysOpen(known, digest.at), 'day')}`, known.finding, names));
  const counts = countsByPlace(
    findings.map(({ finding }) => finding),
    names.placeOf,
  );
  return { lines, left: findings.length - lines.length + beyond, counts };
};

const lineOf = (transition: Transition, names: Names): DigestLine =>
  withEvents(
    isClosing(transition)
      ? closedLine(transition, names)
      : findingLine(kindWords[transition.kind], transition.after.finding, names),
    transition.changedBy,
  );

/** The message ends with who changed it, where that is known. */
const withEvents = (line: DigestLine, changedBy: Transition['changedBy']): DigestLine => {
  const events = changeSentences(changedBy);
  return events === undefined ? line : { ...line, message: `${line.message} Event: ${cut(events, maxMessage)}.` };
};

const closedWords: Partial<Record<TransitionKind, string>> = {
  explained: 'Still so, and told with its cause',
  waived: 'Waived',
};

/** The message says first that it is closed: shown as it stood, it would be read as if it still were open. */
const closedLine = ({ kind, summary, after: { finding } }: Transition, names: Names): DigestLine => ({
  ...findingLine(kindWords[kind], finding, names),
  heading:
    kind === 'explained'
      ? `${kindWords[kind]}, still ${finding.severity}`
      : `${kindWords[kind]}, was ${finding.severity}`,
  severity: undefined,
  message: visible(
    `${closedWords[kind] ?? 'No longer so'} (${cut(summary, maxValue)}): ${cut(finding.message, maxMessage)}`,
  ),
  affected: undefined,
  choice: undefined,
  fix: undefined,
  command: undefined,
});

const findingLine = (kind: string, finding: Finding, { placeOf, short, links }: Names): DigestLine => ({
  kind,
  heading: `${finding.severity}, ${kind}`,
  severity: finding.severity,
  cause: causeOf(finding),
  place: whereOf(finding, placeOf),
  message: visible(cut(finding.message, maxMessage)),
  affected: affectedBy(finding),
  choice: finding.fix.choice === undefined ? undefined : visible(cut(finding.fix.choice, maxMessage)),
  fix: visible(cut(finding.fix.summary, maxMessage)),
  command: shortCommand(finding) ?? showCommand(short(finding.id), links),
  id: short(finding.id),
  ruleId: finding.ruleId,
  url: findingUrl(links.report, finding.id),
});

const factLine = (change: FactChange): DigestLine =>
  withEvents(
    {
      ...nothing,
      kind: 'drift',
      heading: 'changed',
      severity: undefined,
      cause: factName(change),
      place: `account ${change.accountId}`,
      message: cut(factValue(change) ?? factDiff(change).join('; '), maxValue),
      fix: 'Make sure that the change was meant.',
      ruleId: change.kind,
    },
    change.changedBy,
  );

const nothing = { affected: undefined, choice: undefined, command: undefined, id: undefined, url: undefined } as const;

const coverageLine = ({ kind, message, fix }: CoverageLine): DigestLine => ({
  ...nothing,
  kind: kind === 'fell' ? 'blind' : 'resolved',
  heading: kind === 'fell' ? 'not read' : 'read again',
  severity: kind === 'fell' ? coverageSeverity : undefined,
  cause: 'coverage',
  place: '',
  message,
  fix,
  ruleId: 'coverage',
});

const maxTitle = 150;

/** The digest's title: `IRSA audit: critical: media: webhook: not found (2 new, 1 resolved)`. */
export const digestTitle = (digest: Digest): string => {
  if (digest.stillOpen !== undefined) return weeklyHeadline(weeklySummary(digest.stillOpen, digest.at));
  const title = 'IRSA audit: ';
  const { worst, text } = headlineOf(digest, maxTitle - title.length - 'critical: '.length);
  return `${title}${worst === undefined ? '' : `${worst}: `}${text}`;
};

/** The lines under a digest: how much is open and what was not read. */
export const digestFooter = (digest: Digest): string => {
  const open = severityList(digest.openBySeverity);
  const gaps = digest.gaps === 0 ? '' : ` ${digest.gaps} could not be read.`;
  const week = digest.stillOpen === undefined ? [] : weeklySummary(digest.stillOpen, digest.at).lines;
  const notes = [...week, ...(digest.notes ?? [])].map(note => ` ${cut(visible(note), maxMessage)}`).join('');
  return `${open === '' ? 'Nothing is open.' : `Open now: ${open}.`}${gaps}${notes} Run ${visible(digest.runId)}`;
};

/** The command that shows what did not fit. */
export const showAll = ({ links }: Digest): string => listCommand('--status open', links);

/** Links of a digest that are https and may be shown. */
export const digestLinks = ({ links }: Digest): readonly { readonly text: string; readonly url: string }[] =>
  [
    { text: 'Open the report', url: links.report },
    { text: 'Open the execution', url: links.console },
  ].flatMap(({ text, url }) => (url?.startsWith('https://') ? [{ text, url }] : []));
