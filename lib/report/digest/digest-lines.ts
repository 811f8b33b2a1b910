import { changeSentences } from '../../history/change-event.ts';
import { digestOrder } from '../../history/digest.ts';
import { isClosing } from '../../history/open-as.ts';
import { coverageSeverity } from '../../history/routing.ts';
import type { Digest, FactChange, Transition } from '../../history/transition.ts';
import type { Finding, Severity } from '../../model.ts';
import { cut, visible } from '../../text.ts';
import { factDiff, factName, factOrder, factValue } from '../fact-diff.ts';
import { shortIds } from '../names.ts';
import { severityList } from '../summary.ts';
import { type CoverageLine, coverageNewsLines } from './coverage-lines.ts';
import { alertHeadlineOf, causeTextOf, kindWords } from './headline.ts';
import { countsByPlace, type PlaceOf, placesOf, whereOf } from './places.ts';
import { affectedBy, findingUrl, listCommand, shortCommand, showCommand } from './pointers.ts';
import { openFor, weeklyHeadline, weeklySummary } from './weekly-summary.ts';

/** One change as every message shows it; text is visible and bounded. */
export interface DigestLine {
  readonly kind: string;
  /** The state from before beside the new one: `new`, `worse, was medium`, `explained, still high`. */
  readonly happened: string;
  /** Undefined where nothing is bad: a changed fact. */
  readonly severity: Severity | undefined;
  /** The fault, in a few words, by names. */
  readonly cause: string;
  /** Cluster, region and account. */
  readonly place: string;
  readonly message: string;
  /** Why it is no longer open; undefined where it is. */
  readonly closedBecause: string | undefined;
  /** Who changed it, where that is known. */
  readonly events: string | undefined;
  /** Failures of the same cause, beside this one. */
  readonly folded: number;
  /** Who is affected; undefined where nobody is. */
  readonly affected: string | undefined;
  /** The choice before the fix is applied. */
  readonly choice: string | undefined;
  /** Undefined where nothing is left to fix. */
  readonly fix: string | undefined;
  /** Fixes it, where it is one short command. */
  readonly command: string | undefined;
  /** Shows it with its evidence and its fix. Undefined where there is nothing to show. */
  readonly showCommand: string | undefined;
  /** The argument of `irsa-auditor findings show`: the beginning of the finding's id. */
  readonly id: string | undefined;
  readonly ruleId: string;
  /** The report at this finding, where it can be linked to. */
  readonly url: string | undefined;
}

/** Root causes of one message; the rest is counted. */
export const shownLines = 3;

/** Characters of a message, which names of the world may make long: every channel has room for it. */
const maxMessage = 600;
/** Of a watched fact's change, and of why something was resolved. */
const maxValue = 400;

/** The names of one message, and where its reader finds more. */
export interface MessageNames {
  readonly placeOf: PlaceOf;
  readonly short: (id: string) => string;
  readonly links: Digest['links'];
}

/** The names by which a message on a digest tells its findings apart. */
export const messageNamesOf = ({ transitions, stillOpen, links }: Digest): MessageNames => {
  const findings = (stillOpen?.findings ?? transitions.map(({ after }) => after)).map(({ finding }) => finding);
  return { placeOf: placesOf(findings), short: shortIds(findings.map(({ id }) => id)), links };
};

/** `media (eu-central-1, 111122223333): webhook: not found`. */
export const whereAndCause = ({ place, cause }: Pick<DigestLine, 'place' | 'cause'>): string =>
  place === '' ? cause : `${place}: ${cause}`;

/** The lines of a message on a digest. */
interface DigestLines {
  /** At most three: what is open first, worst first; what can no longer be read before it. */
  readonly lines: readonly DigestLine[];
  /** Those for which there was no room. */
  readonly left: number;
  /** The counts by cluster; empty where it is of one. */
  readonly counts: string;
}

/** The changes of a digest, at most `limit`. */
export const digestLines = (digest: Digest, limit = shownLines): DigestLines => {
  const names = messageNamesOf(digest);
  if (digest.stillOpen !== undefined) return openLines(digest, limit, names);
  const ordered = digestOrder(digest.transitions);
  const open = ordered.filter(transition => !isClosing(transition));
  const all = [
    ...(digest.coverage === undefined ? [] : coverageNewsLines(digest.coverage).map(coverageLine)),
    ...[...open, ...ordered.filter(isClosing)].map(transition => digestLine(transition, names)),
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
const openLines = (digest: Digest, limit: number, names: MessageNames): DigestLines => {
  const open = digest.stillOpen ?? { findings: [], beyond: 0 };
  const { findings, beyond } = open;
  const { worst } = weeklySummary(open, digest.at);
  const lines = worst.slice(0, limit).map(known => findingLine(openFor(known, digest.at), known.finding, names));
  const counts = countsByPlace(
    findings.map(({ finding }) => finding),
    names.placeOf,
  );
  return { lines, left: findings.length - lines.length + beyond, counts };
};

/** One transition as every message shows it. */
export const digestLine = (transition: Transition, names: MessageNames): DigestLine => {
  const { kind, after, changedBy } = transition;
  const line = { ...findingLine(happenedIn(transition), after.finding, names), kind, ...changeEventsOf(changedBy) };
  if (!isClosing(transition)) return line;
  return {
    ...line,
    severity: undefined,
    closedBecause: cut(visible(transition.summary), maxValue),
    affected: undefined,
    choice: undefined,
    fix: undefined,
    command: undefined,
    showCommand: undefined,
  };
};

const happenedIn = (transition: Transition): string => {
  const { kind, before, after } = transition;
  if (kind === 'explained') return `${kindWords[kind]}, still ${after.finding.severity}`;
  if (isClosing(transition)) return `${kindWords[kind]}, was ${after.finding.severity}`;
  return (kind === 'escalated' || kind === 'reassessed') && before !== undefined
    ? `${kindWords[kind]}, was ${before.finding.severity}`
    : kindWords[kind];
};

/** Who changed it, as part of a line. */
export const changeEventsOf = (changedBy: Transition['changedBy']): Pick<DigestLine, 'events'> => {
  const events = changeSentences(changedBy);
  return { events: events && cut(events, maxMessage) };
};

const findingLine = (happened: string, finding: Finding, { placeOf, short, links }: MessageNames): DigestLine => ({
  kind: 'open',
  happened,
  severity: finding.severity,
  cause: causeTextOf(finding),
  place: whereOf(finding, placeOf),
  message: cut(visible(finding.message), maxMessage),
  closedBecause: undefined,
  events: undefined,
  folded: finding.explains.length,
  affected: affectedBy(finding),
  choice: finding.fix.choice === undefined ? undefined : cut(visible(finding.fix.choice), maxMessage),
  fix: cut(visible(finding.fix.summary), maxMessage),
  command: shortCommand(finding),
  showCommand: showCommand(short(finding.id), links),
  id: short(finding.id),
  ruleId: finding.ruleId,
  url: findingUrl(links.report, finding.id),
});

const factLine = (change: FactChange): DigestLine => ({
  ...nothing,
  ...changeEventsOf(change.changedBy),
  kind: 'drift',
  happened: 'changed',
  cause: factName(change),
  place: `account ${change.accountId}`,
  message: cut(factValue(change) ?? factDiff(change).join('; '), maxValue),
  fix: 'Make sure that the change was meant.',
  ruleId: change.kind,
});

const nothing = {
  severity: undefined,
  closedBecause: undefined,
  events: undefined,
  folded: 0,
  affected: undefined,
  choice: undefined,
  command: undefined,
  showCommand: undefined,
  id: undefined,
  url: undefined,
} as const;

const coverageLine = ({ kind, message, fix }: CoverageLine): DigestLine => ({
  ...nothing,
  kind: kind === 'fell' ? 'blind' : 'resolved',
  happened: kind === 'fell' ? 'not read' : 'read again',
  severity: kind === 'fell' ? coverageSeverity : undefined,
  cause: 'coverage',
  place: '',
  message,
  fix,
  ruleId: 'coverage',
});

/** A header of Slack has 150 characters, the least of all channels. */
const maxTitle = 150;

/** The digest's title: `IRSA audit: critical: media: webhook: not found (2 new, 1 resolved)`. */
export const digestTitle = (digest: Digest): string => {
  if (digest.stillOpen !== undefined) return weeklyHeadline(weeklySummary(digest.stillOpen, digest.at));
  const title = 'IRSA audit: ';
  const { worst, text } = alertHeadlineOf(digest, maxTitle - title.length - 'critical: '.length);
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
