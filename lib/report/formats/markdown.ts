import { type Finding, nameOfUnread } from '../../model.ts';
import { choiceInWords } from '../../plan/chosen-fix.ts';
import { managedFormsOf } from '../../plan/code-forms.ts';
import { counted, cut, visible, visibleLines } from '../../text.ts';
import type { RunReport } from '../run-report.ts';
import {
  activeFindings,
  checkedSentence,
  gapPlace,
  gapReason,
  headlineSentence,
  undecidedByRule,
  undecidedChecks,
  waivedFindings,
} from '../summary.ts';

/** A comment on a pull request may have 65,536 characters (GitHub); room is left for what a workflow adds. */
export const markdownLimit = 60_000;

const marks = { critical: '🟥', high: '🟧', medium: '🟨', low: '🟦', info: '⬜' } as const;

/** The report for a pull request or a step summary (GitHub-flavoured). Cut to `markdownLimit` with a count of what was
 *  left out; the verdict, the counts and the coverage gaps always stand. */
export const renderMarkdown = (report: RunReport): string => {
  const active = activeFindings(report);
  const head = ['# IRSA audit', '', headlineSentence(report), '', ...gapSection(report)];
  const tail = [
    ...undecidedSection(report),
    ...waivedSection(report),
    `_${checkedSentence(report)}_`,
    ...notes(report),
  ];
  let room = markdownLimit - length(head) - length(tail) - 200;
  const blocks: string[] = [];
  for (const finding of active) {
    const block = findingBlock(finding);
    if (block.length > room) break;
    room -= block.length + 1;
    blocks.push(block);
  }
  const left = active.length - blocks.length;
  const rest =
    left === 0 ? [] : [`**${counted(left, 'more finding')} left out**: use \`--format json\` or \`html\`.`, ''];
  return `${[...head, ...blocks, ...rest, ...tail].join('\n')}\n`;
};

const length = (lines: readonly string[]): number => lines.reduce((sum, line) => sum + line.length + 1, 0);

const findingBlock = (finding: Finding): string =>
  [
    `### ${marks[finding.severity]} ${finding.severity}: ${markdownText(finding.message)}`,
    '',
    `${codeSpan(finding.ruleId)} · ${finding.impact} · ${codeSpan(finding.subject)}`,
    '',
    ...(finding.podError === undefined ? [] : [`A pod logs: ${codeSpan(finding.podError)}`, '']),
    `**Fix.** ${markdownText(finding.fix.summary)}${[choiceInWords(finding.fix) ?? []]
      .flat()
      .map(text => ` ${markdownText(text)}`)
      .join('')}`,
    '',
    ...managedFormsOf(finding.fix).flatMap(({ language, code }) => [`${language}:`, '', codeBlock(code, 'text'), '']),
    ...(finding.fix.commands.length === 0 ? [] : [codeBlock(finding.fix.commands.join('\n'), 'sh'), '']),
  ].join('\n');

const shownGaps = 20;
const gapSection = (report: RunReport): readonly string[] => {
  if (report.gaps.length === 0) return [];
  const left = report.gaps.length - shownGaps;
  return [
    `## ⚠️ Not read: ${counted(report.gaps.length, 'gap')}`,
    '',
    ...report.gaps
      .slice(0, shownGaps)
      .map(
        gap =>
          `- ${codeSpan(cut(nameOfUnread(gap), 300))} (${markdownText(gapPlace(gap))}): ${markdownText(cut(gapReason(gap), 500))}`,
      ),
    ...(left > 0 ? [`- and ${counted(left, 'more gap')}`] : []),
    '',
  ];
};

const undecidedSection = (report: RunReport): readonly string[] =>
  undecidedChecks(report).length === 0
    ? []
    : [
        `## Undecided: ${counted(undecidedChecks(report).length, 'check')}`,
        '',
        ...undecidedByRule(report).map(
          ({ ruleId, subjects, missing: [why = ''] }) =>
            `- ${codeSpan(ruleId)} on ${counted(subjects.length, 'subject')}: ${markdownText(cut(why, 300))}`,
        ),
        '',
      ];

const waivedSection = (report: RunReport): readonly string[] => {
  const waived = waivedFindings(report);
  return waived.length === 0 ? [] : [`${counted(waived.length, 'finding')} waived by the configuration.`, ''];
};

const notes = (report: RunReport): readonly string[] =>
  report.notes.map(note => `\n> ${markdownText(cut(note, 1000))}`);

/** Text that Markdown shows as it is: no HTML, link, mention, emphasis or table can be made with it. */
export const markdownText = (text: string): string =>
  visible(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~$]/g, '\\$&')
    .replaceAll('@', '&#64;')
    .replace(/(https?|ftp):\/\//gi, '$1:&#47;&#47;')
    .replace(/www\./gi, 'www&#46;');

/** A code span whose fence is longer than any run of back-ticks inside. */
export const codeSpan = (text: string): string => {
  const shown = visible(text);
  const fence = '`'.repeat(maxRun(shown) + 1);
  const pad = /^`|`$|^ .* $/.test(shown) || shown === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
};

/** A fenced block whose fence is longer than any run of back-ticks inside. */
export const codeBlock = (text: string, language = ''): string => {
  const shown = visibleLines(text);
  const fence = '`'.repeat(Math.max(3, maxRun(shown) + 1));
  return `${fence}${language}\n${shown}\n${fence}`;
};

const maxRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map(run => run.length));
