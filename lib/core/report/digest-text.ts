/**
 * The digest as an email that is read on a phone at night: plain text, at most 72 columns, worst first, the cause and the
 * command that fixes it. Only what is to be copied (commands, single long words) is never broken. Names come from AWS
 * and Kubernetes and are hostile: each is shown on one line with its invisible characters escaped.
 */

import { digestOrder } from '../drift/digest.ts';
import type { Digest, FactChange, Transition, TransitionKind } from '../drift/transition.ts';
import type { Severity } from '../model/finding.ts';
import { counted } from '../text/counted.ts';
import { differingPart } from '../text/differing-part.ts';
import { cut, visible } from '../text/visible-text.ts';
import { coverageCounts, coverageLines } from './coverage-lines.ts';
import { severityList } from './summary.ts';
import { wrap } from './text-layout.ts';
import { type WeeklySummary, weeklyHeadline, weeklySummary, weeklySummaryText } from './weekly-summary.ts';

/** A message for people. The subject is printable ASCII, at most 100 characters, as SNS wants it. */
export interface DigestText {
  readonly subject: string;
  readonly body: string;
}

const columns = 72;
const maxSubject = 100;
/** Told with cause and fix; those after them with one line each; the rest is counted. */
const toldInFull = 8;
const toldInShort = 20;
const factsTold = 8;
/** Characters of one name, message or value: a hostile one must not push the others out. */
const maxText = 600;
const maxValue = 300;
const maxCommand = 4000;

const words: Readonly<Record<TransitionKind, string>> = {
  opened: 'new',
  reopened: 'back',
  escalated: 'worse',
  changed: 'changed',
  resolved: 'resolved',
  unconfirmed: 'not checked',
  confirmed: 'as before',
};

/** Writes the message. */
export const digestText = (digest: Digest): DigestText => {
  if (digest.stillOpen !== undefined) return weeklyText(digest, weeklySummary(digest.stillOpen, digest.at));
  const resolved = digestOrder(digest.transitions.filter(isResolved));
  const open = digestOrder(digest.transitions.filter(transition => !isResolved(transition)));
  const sections = [
    headLines(digest),
    coverageParagraphs(digest),
    ...open.slice(0, toldInFull).map(fullLines),
    shortLines(open.slice(toldInFull, toldInFull + toldInShort)),
    restLines(open.length - toldInFull - toldInShort, digest),
    resolvedLines(resolved),
    factLines(digest.factChanges),
    footLines(digest),
  ];
  const body = sections.filter(lines => lines.length > 0).map(lines => lines.join('\n'));
  return { subject: subjectOf(digest), body: `${body.join('\n\n')}\n` };
};

const weeklyText = (digest: Digest, summary: WeeklySummary): DigestText => ({
  subject: ascii(`irsa-auditor: ${weeklyHeadline(summary).replace('IRSA audit, ', '')}`),
  body: `${[weeklySummaryText(summary), ...noteLines(digest), ...footLines(digest)].join('\n')}\n`,
});

const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, maxSubject);

const isResolved = ({ kind }: Transition): boolean => kind === 'resolved';

/** The text on one line, nothing invisible left in it, cut. */
const clean = (text: string, limit = maxText): string => cut(visible(text), limit);

const paragraph = (text: string, indent = ''): readonly string[] =>
  wrap(text, columns - indent.length).map(line => indent + line);

const countsOf = (digest: Digest): string => {
  const kinds: readonly TransitionKind[] = ['opened', 'reopened', 'escalated', 'changed', 'resolved'];
  const counts = kinds.map(
    kind => [words[kind], digest.transitions.filter(each => each.kind === kind).length] as const,
  );
  const facts = digest.factChanges.length;
  return [
    ...counts.filter(([, count]) => count > 0).map(([word, count]) => `${count} ${word}`),
    ...(facts > 0 ? [`${facts} ${facts === 1 ? 'fact' : 'facts'} changed`] : []),
    ...(digest.coverage === undefined ? [] : coverageCounts(digest.coverage)),
  ].join(', ');
};

/** The subject: the worst first, then how many of what. Nothing but numbers and fixed words stands in it. */
const subjectOf = (digest: Digest): string => {
  const worst = digest.transitions.find(transition => !isResolved(transition))?.after.finding.severity;
  const blind = digest.coverage?.notices.some(({ kind }) => kind === 'fell') === true ? '[blind] ' : '';
  const text = `${worst === undefined ? '' : `[${worst}] `}${blind}irsa-auditor: ${countsOf(digest)}`;
  return ascii(text);
};

const openText = (open: Readonly<Record<Severity, number>>): string => {
  const counts = severityList(open);
  return counts === '' ? 'Nothing is open now.' : `Open now: ${counts}.`;
};

const headLines = (digest: Digest): readonly string[] => [
  ...paragraph(`IRSA audit: ${countsOf(digest)}.`),
  openText(digest.openBySeverity),
  ...(digest.gaps === 0 ? [] : paragraph(gapsText(digest.gaps))),
];

const gapsText = (gaps: number): string => `Not everything could be read: ${counted(gaps, 'gap')} in coverage.`;

/** What the auditor can no longer see comes before what it has seen. */
const coverageParagraphs = ({ coverage }: Digest): readonly string[] => {
  if (coverage === undefined) return [];
  const lines = coverageLines(coverage);
  const more = lines.length - toldInShort;
  return [
    'What is read has changed:',
    ...lines
      .slice(0, toldInShort)
      .flatMap(({ message, fix }) => [
        ...paragraph(`- ${message}`),
        ...(fix === undefined ? [] : paragraph(fix, '  ')),
      ]),
    ...(more > 0 || coverage.beyond > 0 ? paragraph('And more: see the report of the run.') : []),
  ];
};

/** Of the weekly summary: what was not read, and what is wrong with the auditor itself. */
const noteLines = ({ gaps, notes = [] }: Digest): readonly string[] => [
  ...(gaps === 0 ? [] : paragraph(gapsText(gaps))),
  ...notes.flatMap(note => paragraph(clean(note))),
];

const placeOf = ({ after: { finding } }: Transition): string =>
  [
    finding.clusterName === undefined ? '' : `cluster ${finding.clusterName}`,
    finding.region ?? '',
    `account ${finding.accountId}`,
  ]
    .filter(text => text !== '')
    .map(text => clean(text, maxValue))
    .join(', ');

const fullLines = (transition: Transition): readonly string[] => {
  const { finding } = transition.after;
  const was = transition.before?.finding.severity;
  const rise = transition.kind === 'escalated' && was !== undefined ? `, was ${was}` : '';
  return [
    `${finding.severity.toUpperCase()} (${words[transition.kind]}${rise})`,
    ...paragraph(clean(finding.message), '  '),
    ...paragraph(placeOf(transition), '  '),
    ...(finding.podError === undefined ? [] : paragraph(`The pod logs: ${clean(finding.podError)}`, '  ')),
    ...paragraph(`Fix: ${clean(finding.fix.summary)}`, '  '),
    ...(finding.fix.choice === undefined ? [] : paragraph(`Choose first: ${clean(finding.fix.choice)}`, '  ')),
    ...finding.fix.commands.slice(0, 3).flatMap(commandLines),
    `  irsa-auditor findings show ${finding.id}`,
  ];
};

/** A command is copied: shown whole, on its own lines, or not at all. Whoever pastes half of one does harm. */
const commandLines = (command: string): readonly string[] => {
  const lines = command.split('\n').map(line => `    ${visible(line)}`);
  return command.length > maxCommand ? ['    (the command is long: see the finding)'] : lines;
};

const shortLines = (transitions: readonly Transition[]): readonly string[] => {
  if (transitions.length === 0) return [];
  const lines = transitions.map(({ kind, after: { finding } }) =>
    clean(`- ${finding.severity} (${words[kind]}) ${finding.ruleId}: ${finding.message}`, columns * 2),
  );
  return ['Also:', ...lines.flatMap(line => paragraph(line))];
};

const restLines = (count: number, { at }: Digest): readonly string[] =>
  count <= 0 ? [] : [`And ${count} more. All of them:`, `    irsa-auditor findings list --changed-since ${at}`];

const resolvedLines = (transitions: readonly Transition[]): readonly string[] => {
  if (transitions.length === 0) return [];
  const lines = transitions
    .slice(0, toldInShort)
    .map(({ summary, after: { finding } }) =>
      clean(`- ${finding.ruleId}: ${finding.subject} (${summary})`, columns * 3),
    );
  const more = transitions.length - lines.length;
  return ['Resolved:', ...lines.flatMap(line => paragraph(line)), ...(more > 0 ? [`And ${more} more.`] : [])];
};

const factLines = (changes: readonly FactChange[]): readonly string[] => {
  if (changes.length === 0) return [];
  const value = (text: string | undefined, absent: string): string =>
    text === undefined ? absent : text === '' ? '(empty)' : visible(text);
  const lines = changes.slice(0, factsTold).flatMap(({ kind, subject, before, after }) => {
    const [was, now] = differingPart(value(before, '(not there)'), value(after, '(gone)'), maxValue);
    return [
      ...paragraph(`- ${kind} of ${clean(subject)}`),
      ...paragraph(`was ${was}`, '    '),
      ...paragraph(`now ${now}`, '    '),
    ];
  });
  const more = changes.length - factsTold;
  return ['Facts that changed:', ...lines, ...(more > 0 ? [`And ${more} more.`] : [])];
};

const footLines = ({ id, runId, at, links }: Digest): readonly string[] => [
  ...(links.report === undefined ? [] : [`Report: ${visible(links.report)}`]),
  ...(links.console === undefined ? [] : [`Console: ${visible(links.console)}`]),
  ...paragraph(`Run ${clean(runId, 120)} of ${clean(at, 40)}. Digest ${id}: a repeat has the same number.`),
];
