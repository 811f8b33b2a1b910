import { nameOfUnread, type Unread } from '../../model.ts';
import { counted } from '../../text.ts';
import { gapSentence, gapsByCause } from '../overview/coverage.ts';
import type { RunReport } from '../run-report.ts';
import {
  checkedSentence,
  gapPlace,
  gapReason,
  insideSentence,
  uncheckedRules,
  undecidedByRule,
  undecidedChecks,
} from '../summary.ts';
import { html, type Markup } from './markup.ts';

const shownGaps = 500;
/** Causes that are in view; the others open. */
const causesInView = 6;

/** Coverage: one quiet line that opens where all was read, and a loud card where something was not. Gaps of one cause are
 *  one line, as in the terminal. It needs no scripts. */
export const coverageSection = (report: RunReport): Markup => {
  const more = [notReachedPart(report), undecidedPart(report), uncheckedPart(report)].filter(
    part => part !== undefined,
  );
  const notes = notesPart(report);
  if (report.gaps.length > 0)
    return html`<section id="coverage" class="gap"><h2>${counted(report.gaps.length, 'thing')} could not be read: what lies there is neither passed nor failed</h2>
${insideSentence(report.gaps).map(text => html`<p>${text}</p>`)}${gapLists(report.gaps)}<p class="muted">${checkedSentence(report)}</p>${more}${notes}</section>`;
  const line = html`<b class="ok">✓</b> Everything that was asked for was read. <span class="muted">${checkedSentence(report)}</span>`;
  const lacks = lackSentences(report);
  const body =
    more.length === 0
      ? html`<p>${line}</p>`
      : html`<details><summary>${line}${lacks.map(sentence => html` <strong>${sentence}</strong>`)}</summary>${more}</details>`;
  return html`<section id="coverage" class="${lacks.length > 0 ? 'quiet some' : 'quiet'}" aria-label="Coverage">${body}${notes}</section>`;
};

/** The parts that nobody asked for by name and that could not be reached, and the checks without an answer: no gaps, but no
 *  part of an all-clear either. */
const lackSentences = (report: RunReport): readonly string[] => {
  const { notReached = [] } = report;
  const undecided = undecidedChecks(report).length;
  const clusters = new Set(notReached.map(gap => `${gap.accountId} ${gap.region} ${gap.clusterName}`)).size;
  return [
    ...(clusters === 0 ? [] : [`The inside of ${counted(clusters, 'cluster')} was not reached.`]),
    ...(undecided === 0 ? [] : [`${counted(undecided, 'check')} could not be decided.`]),
  ];
};

const gapLists = (gaps: readonly Unread[]): Markup => {
  const causes = gapsByCause(gaps);
  const rest = causes.slice(causesInView);
  return html`<ul>${causes.slice(0, causesInView).map(gapCause)}</ul>${
    rest.length === 0
      ? undefined
      : html`<details><summary>${counted(rest.length, 'more reason')}</summary><ul>${rest.slice(0, shownGaps).map(gapCause)}</ul></details>`
  }`;
};

const gapCause = (group: readonly Unread[]): Markup => {
  const left = group.length - shownGaps;
  return group.length === 1
    ? html`<li>${gapSentence(group)}</li>`
    : html`<li><details><summary>${gapSentence(group)}</summary><ul>${group.slice(0, shownGaps).map(gapItem)}</ul>${left > 0 ? html`<p>And ${counted(left, 'more gap')}.</p>` : undefined}</details></li>`;
};

const gapItem = (gap: Unread): Markup =>
  html`<li><strong class="mono">${nameOfUnread(gap)}</strong> <span class="muted">${gapPlace(gap)}</span><br>${gapReason(gap)}</li>`;

const notReachedPart = ({ notReached = [] }: RunReport): Markup | undefined =>
  notReached.length === 0
    ? undefined
    : html`<h3>Not reached: the inside of clusters that nobody asked for by name</h3>${gapLists(notReached)}`;

type UndecidedRule = ReturnType<typeof undecidedByRule>[number];

const undecidedPart = (report: RunReport): Markup | undefined => {
  const undecided = undecidedByRule(report);
  return undecided.length === 0
    ? undefined
    : html`<h3>${counted(undecidedChecks(report).length, 'check')} could not be decided</h3><ul>${byReason(undecided).map(undecidedItem)}</ul>`;
};

/** Rules that lack the same are one line: one unread thing leaves several of them undecided. */
const byReason = (undecided: readonly UndecidedRule[]): readonly (readonly UndecidedRule[])[] => [
  ...Map.groupBy(undecided, ({ missing }) => JSON.stringify(missing)).values(),
];

const undecidedItem = (rules: readonly UndecidedRule[]): Markup => {
  const subjects = [...new Set(rules.flatMap(rule => rule.subjects))];
  const on =
    subjects.length === 1
      ? html`<span class="mono">${subjects[0]}</span>`
      : html`${counted(subjects.length, 'subject')}`;
  const missing = rules[0]?.missing.slice(0, 3).join('; ');
  return html`<li>${rules.map(({ ruleId }, index) => html`${index === 0 ? '' : ', '}<code>${ruleId}</code>`)} on ${on}<br><span class="muted">${missing}</span></li>`;
};

const uncheckedPart = (report: RunReport): Markup | undefined => {
  const rules = uncheckedRules(report);
  return rules.length === 0
    ? undefined
    : html`<p class="muted">Not asked for, so not checked: ${rules.join(', ')}.</p>`;
};

const notesPart = ({ notes }: RunReport): Markup | undefined =>
  notes.length === 0 ? undefined : html`${notes.map(note => html`<p><strong>Note.</strong> ${note}</p>`)}`;
