import type { FactChange, Transition } from '../../history/transition.ts';
import { type Finding, type Fix, isAct, nameOfUnread, whereRead } from '../../model.ts';
import { waysInWords } from '../../plan/chosen-fix.ts';
import { managedFormsOf } from '../../plan/code-forms.ts';
import { changeDifference } from '../../plan/render-plan.ts';
import { counted, shortListOf, visible, visibleLines } from '../../text.ts';
import { factName, factOrder, factValue } from '../fact-diff.ts';
import type { RunReport } from '../run-report.ts';
import {
  activeFindings,
  checkedSentence,
  gapPlace,
  gapReason,
  headlineOf,
  headlineSentence,
  uncheckedRules,
  undecidedByRule,
  undecidedChecks,
  waivedFindings,
} from '../summary.ts';
import {
  commandLines,
  labelled,
  type Paint,
  paint,
  sectionsText,
  severityBadge,
  type TextStyle,
  wrap,
} from '../text-layout.ts';
import { thingOf } from './cause-line.ts';
import { gapsByCause } from './coverage.ts';

/** Columns of text that the labels take. */
const indent = 12;

/**
 * A run for a terminal, with all details: worst first, each finding with rule, subject, cause and the commands that fix it; what was not
 * read stands before the findings' end and cannot be overlooked. Names are shown escaped (`visible`), commands are not
 * wrapped, so that they can be pasted.
 */
export const renderText = (report: RunReport, style: TextStyle): string => {
  const sections = [
    header(report, style),
    ...activeFindings(report).map(finding => findingLines(finding, style)),
    gapLines(report, style),
    undecidedLines(report, style),
    changeLines(report, style),
    waivedLines(report, style),
    footer(report, style),
  ];
  return sectionsText(sections);
};

const header = (report: RunReport, style: TextStyle): readonly string[] => {
  const accounts = report.accounts.map(({ accountId, alias }) =>
    alias ? `${visible(alias)} ${accountId}` : accountId,
  );
  return [
    `${paint(style, 'bold', 'irsa-auditor')} ${report.toolVersion}  ${paint(style, 'dim', `${report.endedAt}  ${shortListOf(accounts, 4)}`)}`,
  ];
};

const findingLines = (finding: Finding, style: TextStyle): readonly string[] => [
  `${severityBadge(style, finding.severity)}  ${paint(style, 'bold', finding.ruleId)}  ${paint(style, 'dim', `${finding.impact}${placeOf(finding)}`)}`,
  ...labelled('', wrap(visible(finding.message), style.width - indent), indent),
  ...labelled('  subject', [visible(finding.subject)], indent),
  ...(finding.podError === undefined
    ? []
    : labelled('  pod says', wrap(visible(finding.podError), style.width - indent), indent)),
  ...evidenceLines(finding, style),
  ...fixLines(finding.fix, style),
  ...foldedLines(finding, style),
  paint(style, 'dim', `  id        ${finding.id}`),
];

/** Each fact behind a finding: the value seen, the value wanted, and where it was read. */
export const evidenceLines = ({ evidence }: Finding, style: TextStyle): readonly string[] =>
  evidence.flatMap(piece => [
    ...labelled('  seen', wrap(visible(`${piece.what}: ${piece.got}`), style.width - indent), indent),
    ...(piece.wanted === undefined
      ? []
      : labelled('  wanted', wrap(visible(piece.wanted), style.width - indent), indent)),
    ...labelled('', [paint(style, 'dim', visible(`read from ${whereRead(piece)}`))], indent),
  ]);

const placeOf = (finding: Finding): string => {
  const parts = [finding.accountId, finding.region, finding.clusterName].filter(part => part !== undefined);
  return `  ${visible(parts.join(' / '))}`;
};

/** The findings of the same cause, each with its message: a cause hides nothing. */
export const foldedLines = ({ explains }: Finding, style: TextStyle): readonly string[] =>
  explains.flatMap(({ id, ruleId, subject, message }, index) =>
    labelled(
      index === 0 ? '  same cause' : '',
      wrap(visible(`${ruleId}: ${message} (${subject}, ${id})`), style.width - indent - 2),
      indent + 2,
    ),
  );

/** The lines of a document that the steps remove (`-`) and add (`+`): the whole document stands in the command. */
const changedLines = ({ steps = [] }: Fix): readonly string[] =>
  steps
    .filter(isAct)
    .flatMap(changeDifference)
    .filter(line => /^[-+]/.test(line))
    .map(visible);

/** The fix of a finding: sentence, choice, changed lines, commands. Further lines of a command (a here-document) stand at
 *  the margin, so that they can be pasted. */
export const fixLines = (fix: Fix, style: TextStyle): readonly string[] => [
  ...labelled('  fix', wrap(visible(fix.summary), style.width - indent), indent),
  ...(fix.choice === undefined ? [] : labelled('  choose', wrap(visible(fix.choice), style.width - indent), indent)),
  ...waysInWords(fix).flatMap(way => labelled('', wrap(visible(way), style.width - indent), indent)),
  ...managedFormsOf(fix).flatMap(({ language, code }) =>
    labelled(`  ${language}`, visibleLines(code).split('\n'), Math.max(indent, language.length + 4)),
  ),
  ...labelled('  changes', changedLines(fix), indent),
  ...fix.commands.flatMap(command => commandLines(command, '          $ ', style)),
];

const gapLines = (report: RunReport, style: TextStyle): readonly string[] => {
  if (report.gaps.length === 0) return [];
  return [
    paint(
      style,
      'warn',
      ` NOT READ   ${counted(report.gaps.length, 'gap')}: what lies there is neither passed nor failed`,
    ),
    ...gapsByCause(report.gaps).flatMap(group => [
      ...group.flatMap(gap =>
        labelled('', [`${visible(nameOfUnread(gap))}  ${paint(style, 'dim', visible(gapPlace(gap)))}`], indent),
      ),
      ...group.slice(0, 1).flatMap(gap => labelled('', wrap(visible(gapReason(gap)), style.width - indent), indent)),
    ]),
  ];
};

const undecidedLines = (report: RunReport, style: TextStyle): readonly string[] => {
  const undecided = undecidedChecks(report);
  if (undecided.length === 0) return [];
  return [
    paint(
      style,
      'warn',
      ` UNDECIDED  ${counted(undecided.length, 'check')} unknown: data missing; neither passed nor failed`,
    ),
    ...undecidedByRule(report).flatMap(({ ruleId, subjects, missing }) => [
      `${' '.repeat(indent)}${ruleId}  ${paint(style, 'dim', subjects.length === 1 ? visible(subjects.join()) : counted(subjects.length, 'subject'))}`,
      ...missing.slice(0, 3).flatMap(text => labelled('', wrap(visible(text), style.width - indent), indent)),
      ...(missing.length > 3 ? [`${' '.repeat(indent)}and ${counted(missing.length - 3, 'more reason')}`] : []),
    ]),
  ];
};

const kindColumns = 14;

/** The changes since the run before: by names, and by ARNs on lines of their own where these are asked for. */
export const changeLines = (
  report: Pick<RunReport, 'transitions' | 'factChanges'>,
  style: TextStyle,
): readonly string[] => {
  const changes: readonly (readonly [kind: string, text: string])[] = [
    ...report.transitions.map(
      transition =>
        [transition.kind, style.form === 'wide' ? visible(transition.summary) : transitionText(transition)] as const,
    ),
    ...factOrder(report.factChanges).map(
      change =>
        ['drift', style.form === 'wide' ? `${change.kind} of ${visible(change.subject)}` : factText(change)] as const,
    ),
  ];
  if (changes.length === 0) return [];
  return [
    paint(style, 'bold', ' CHANGED since the last run'),
    ...changes.flatMap(([kind, text]) =>
      labelled(`  ${kind}`, style.form === 'wide' ? [text] : wrap(text, style.width - kindColumns), kindColumns),
    ),
  ];
};

/** `HIGH  stock  cluster: no OIDC provider`; what ended or changed with how it did. */
const transitionText = ({ kind, summary, after: { finding } }: Transition): string => {
  const { severity, clusterName = '-' } = finding;
  const how = kind === 'opened' || kind === 'reopened' ? '' : ` (${visible(summary)})`;
  return `${severity.toUpperCase()}  ${visible(clusterName)}  ${thingOf(finding)}: ${visible(finding.brief)}${how}`;
};

/** `audiences of provider of cluster depot: sts.amazonaws.com → (empty)`; a longer value is left to the page. Of an issuer
 *  whose cluster is not known the ends of its id are shown. */
const factText = (change: FactChange): string => {
  const name = factName(change).replace(/oidc[.-]eks\S*\/(id\/\w{4})\w+(\w{4})$/, '$1…$2');
  const value = factValue(change);
  return value === undefined ? name : `${name}: ${value}`;
};

const waivedLines = (report: RunReport, style: TextStyle): readonly string[] => {
  const waived = waivedFindings(report);
  return waived.length === 0
    ? []
    : [
        paint(style, 'bold', ` WAIVED     ${counted(waived.length, 'finding')}`),
        ...waived.map(({ ruleId, subject, waiver }) =>
          visible(`  ${ruleId}  ${subject}  until ${waiver?.expires}, ${waiver?.owner}: ${waiver?.reason}`),
        ),
      ];
};

/** How the verdict is painted. */
export const headlinePaint: Readonly<Record<ReturnType<typeof headlineOf>, Paint>> = {
  findings: 'bold',
  incomplete: 'warn',
  undecided: 'warn',
  filtered: 'bold',
  clean: 'ok',
};

const footer = (report: RunReport, style: TextStyle): readonly string[] => {
  const calls = Object.values(report.apiCalls).reduce((sum, count) => sum + count, 0);
  const sentence = `${checkedSentence(report)}${calls > 0 ? ` ${counted(calls, 'API call')}.` : ''}`;
  const unchecked = uncheckedRules(report);
  return [
    paint(style, headlinePaint[headlineOf(report)], headlineSentence(report)),
    ...(headlineOf(report) === 'findings' && report.gaps.length > 0
      ? [paint(style, 'warn', `${counted(report.gaps.length, 'thing')} could not be read: there may be more.`)]
      : []),
    ...wrap(sentence, style.width).map(line => paint(style, 'dim', line)),
    ...(unchecked.length === 0
      ? []
      : wrap(`Not asked for, so not checked: ${unchecked.join(', ')}.`, style.width).map(line =>
          paint(style, 'dim', line),
        )),
    ...report.notes.flatMap(note => wrap(`Note: ${visible(note)}`, style.width)),
  ];
};
