/**
 * The digest as an email: plain text, since SNS sends no other. The subject has the worst and where; the body tells three
 * root causes whole, one line for each other one while there is room, then counts. A sentence is one line, which mail
 * programs wrap. Names come from AWS and Kubernetes and are hostile: each is shown on one line with its invisible
 * characters escaped.
 */

import { digestOrder } from '../../history/digest.ts';
import { isClosing } from '../../history/open-as.ts';
import type { Digest, FactChange, Transition } from '../../history/transition.ts';
import type { Severity } from '../../model.ts';
import { counted, cut, visible } from '../../text.ts';
import { factDiff, factName, factOrder, factValue } from '../fact-diff.ts';
import { causeLine } from '../overview/cause-line.ts';
import { severityList } from '../summary.ts';
import { wrap } from '../text-layout.ts';
import { coverageNewsLines } from './coverage-lines.ts';
import {
  changeEventsOf,
  type DigestLine,
  digestLine,
  type MessageNames,
  messageNamesOf,
  whereAndCause,
} from './digest-lines.ts';
import { alertHeadlineOf, digestCounts, kindWords } from './headline.ts';
import { byPlace, countsByPlace } from './places.ts';
import { listCommand } from './pointers.ts';
import { type WeeklySummary, weeklyHeadline, weeklySummary, weeklySummaryText } from './weekly-summary.ts';

/** A message for people. The subject is printable ASCII of less than 100 characters, as SNS wants it. */
interface DigestText {
  readonly subject: string;
  readonly body: string;
}

/** As wide as e-mail has its lines; Amazon SNS takes a subject of less than 100 characters (API reference, Publish). */
const columns = 72;
const maxSubject = 99;
/** Lines of a message, but for one with much of everything. */
const maxLines = 40;
/** Root causes told whole; lines for others that there are in any case; lines of what else is told. */
const toldInFull = 3;
const leastInShort = 5;
const coverageTold = 5;
const resolvedTold = 5;
const factsTold = 5;
/** Characters of a message or choice, and of one line: a hostile one must not push the others out. */
const maxText = 600;
const maxLine = 160;

/** Writes the message. */
export const digestText = (digest: Digest): DigestText => {
  if (digest.stillOpen !== undefined) return weeklyText(digest, weeklySummary(digest.stillOpen, digest.at));
  const names = messageNamesOf(digest);
  const closed = digestOrder(digest.transitions.filter(isClosing));
  const open = digestOrder(digest.transitions.filter(transition => !isClosing(transition)));
  const before = [
    headLines(digest),
    coverageParagraphs(digest),
    ...open.slice(0, toldInFull).map(transition => fullLines(digestLine(transition, names))),
  ];
  const after = [closedLines(closed, names), factLines(digest.factChanges), footLines(digest)];
  const used = [...before, ...after].filter(lines => lines.length > 0).reduce((sum, { length }) => sum + length + 1, 0);
  const room = Math.max(leastInShort, maxLines - used);
  const sections = [...before, otherLines(open, room, digest, names), ...after];
  const body = sections.filter(lines => lines.length > 0).map(lines => lines.join('\n'));
  return { subject: subjectOf(digest), body: `${body.join('\n\n')}\n` };
};

const weeklyText = (digest: Digest, summary: WeeklySummary): DigestText => ({
  subject: ascii(`irsa-auditor: ${weeklyHeadline(summary).replace('IRSA audit, ', '')}`).slice(0, maxSubject),
  body: `${[weeklySummaryText(summary, digest.links), ...noteLines(digest), ...linkLines(digest), ...footLines(digest)].join('\n')}\n`,
});

const ascii = (text: string): string =>
  text
    .replaceAll('→', '->')
    .replaceAll('’', "'")
    .replaceAll('…', '...')
    .replace(/[^\x20-\x7e]/g, '?');

/** The text on one line, nothing invisible left in it, cut. */
const clean = (text: string, limit = maxText): string => cut(visible(text), limit);

const paragraph = (text: string, indent = ''): readonly string[] =>
  wrap(text, columns - indent.length).map(line => indent + line);

/** The worst and where it is, then how many of what. */
const subjectOf = (digest: Digest): string => {
  const blind = digest.coverage?.notices.some(({ kind }) => kind === 'fell') === true ? '[blind] ' : '';
  const prefix = (worst: Severity | undefined) => `${worst === undefined ? '' : `[${worst}] `}${blind}irsa-auditor: `;
  const { worst } = alertHeadlineOf(digest, maxSubject);
  // Arrows and ellipses are longer in ASCII: what is too long is written again with less room.
  let room = maxSubject - prefix(worst).length;
  let subject: string;
  do {
    subject = ascii(`${prefix(worst)}${alertHeadlineOf(digest, room).text}`);
    room -= Math.max(1, subject.length - maxSubject);
  } while (subject.length > maxSubject && room > 0);
  return subject.slice(0, maxSubject);
};

const openText = (open: Readonly<Record<Severity, number>>): string => {
  const counts = severityList(open);
  return counts === '' ? 'Nothing is open now.' : `Open now: ${counts}.`;
};

const headLines = (digest: Digest): readonly string[] => [
  `IRSA audit: ${digestCounts(digest) || 'nothing changed'}. ${openText(digest.openBySeverity)}`,
  ...linkLines(digest),
  ...(digest.gaps === 0 ? [] : [gapsText(digest.gaps)]),
  ...(digest.notes ?? []).flatMap(note => paragraph(clean(note))),
];

const gapsText = (gaps: number): string => `Not everything could be read: ${counted(gaps, 'gap')} in coverage.`;

/** The lost coverage comes before the findings. */
const coverageParagraphs = ({ coverage }: Digest): readonly string[] => {
  if (coverage === undefined) return [];
  const lines = coverageNewsLines(coverage);
  const more = lines.length - coverageTold;
  return [
    'What is read has changed:',
    ...lines
      .slice(0, coverageTold)
      .flatMap(({ message, fix }) => [`- ${message}`, ...(fix === undefined ? [] : [`  ${fix}`])]),
    ...(more > 0 || coverage.beyond > 0 ? ['And more: see the report of the run.'] : []),
  ];
};

/** Of the weekly summary: what was not read, and what is wrong with the auditor itself. */
const noteLines = ({ gaps, notes = [] }: Digest): readonly string[] => [
  ...(gaps === 0 ? [] : paragraph(gapsText(gaps))),
  ...notes.flatMap(note => paragraph(clean(note))),
];

/** The fault, its reason, the choice, the fix, and where the rest is. */
const fullLines = (line: DigestLine): readonly string[] => [
  `${(line.severity ?? '').toUpperCase()}  ${whereAndCause(line)} (${line.happened}${line.folded === 0 ? '' : `, +${line.folded}`})`,
  `  Cause: ${line.message}`,
  ...eventLine(line),
  ...(line.choice === undefined ? [] : [`  Choose first: ${line.choice}`]),
  `  Fix: ${line.fix}`,
  ...(line.command === undefined ? [] : [`    ${line.command}`]),
  ...(line.url === undefined ? [] : [`  ${line.url}`]),
  `  More: ${line.showCommand}`,
  `  Without credentials: irsa-auditor explain ${line.ruleId}`,
];

/** One line for each, the worst while there is room, the worst place first; then counts. */
const otherLines = (
  open: readonly Transition[],
  room: number,
  { at, links }: Digest,
  names: MessageNames,
): readonly string[] => {
  const { placeOf, short } = names;
  const others = open.slice(toldInFull);
  if (others.length === 0) return [];
  const counts = countsByPlace(
    open.map(({ after }) => after.finding),
    placeOf,
  );
  const rows = room - 2 - (counts === '' ? 0 : 1);
  const told = others.slice(0, others.length <= rows + 1 ? others.length : rows);
  const happenings = new Map(told.map(each => [each.after.finding, digestLine(each, names).happened]));
  const lines = [...byPlace([...happenings.keys()], placeOf)].flatMap(([cluster, findings]) =>
    findings.map(finding => {
      const [line = ''] = causeLine(finding, { id: short(finding.id), cluster }, oneLine);
      return cut(
        `- ${line}${happenings.get(finding) === kindWords.opened ? '' : ` (${happenings.get(finding)})`}`,
        maxLine,
      );
    }),
  );
  const more = others.length - told.length;
  return [
    'Also (+n: other failures of the same cause):',
    ...lines,
    ...(more > 0 ? [`And ${more} more: ${listCommand(`--changed-since ${at}`, links)}`] : []),
    ...(counts === '' ? [] : [`By place: ${counts}.`]),
  ];
};

const oneLine = { colour: false, width: Number.POSITIVE_INFINITY } as const;

/** An explained finding fails as before: it is told apart from those that do not. */
const closedLines = (transitions: readonly Transition[], names: MessageNames): readonly string[] => {
  const explained = transitions.filter(({ kind }) => kind === 'explained');
  const others = transitions.filter(({ kind }) => kind !== 'explained');
  const isAllResolved = others.every(({ kind }) => kind === 'resolved');
  return [
    ...listed('Fails as before, and is told with its cause from now on:', explained, names),
    ...listed(isAllResolved ? 'Resolved:' : 'No longer open:', others, names),
  ];
};

const listed = (title: string, transitions: readonly Transition[], names: MessageNames): readonly string[] => {
  if (transitions.length === 0) return [];
  const lines = transitions
    .slice(0, resolvedTold)
    .map(transition => digestLine(transition, names))
    .flatMap(line => [
      cut(`- ${whereAndCause(line)} (${cut(line.closedBecause ?? '', maxLine / 2)})`, maxLine),
      ...eventLine(line),
    ]);
  const more = transitions.length - resolvedTold;
  return [title, ...lines, ...(more > 0 ? [`And ${more} more.`] : [])];
};

const eventLine = ({ events }: Pick<DigestLine, 'events'>): readonly string[] =>
  events === undefined ? [] : [`  Event: ${events}`];

const factLines = (changes: readonly FactChange[]): readonly string[] => {
  if (changes.length === 0) return [];
  const lines = factOrder(changes)
    .slice(0, factsTold)
    .flatMap(change => {
      const name = `- ${factName(change)}, account ${change.accountId}`;
      const value = factValue(change);
      const lines =
        value === undefined ? [`${name}:`, ...factDiff(change).map(line => `    ${line}`)] : [`${name}: ${value}`];
      return [...lines, ...eventLine(changeEventsOf(change.changedBy))];
    });
  const more = changes.length - factsTold;
  return ['Changed: make sure that it was meant.', ...lines, ...(more > 0 ? [`And ${more} more.`] : [])];
};

/** Where everything is seen without the tool: before any command. */
const linkLines = ({ links }: Digest): readonly string[] => [
  ...(links.report === undefined ? [] : [`Report: ${visible(links.report)}`]),
  ...(links.console === undefined ? [] : [`Console: ${visible(links.console)}`]),
];

const footLines = ({ runId, at }: Digest): readonly string[] => [`Run ${clean(runId, 120)} of ${clean(at, 40)}.`];
