import { severities } from '../../model/finding.ts';
import { counted } from '../../text/counted.ts';
import type { RunReport } from '../run-report.ts';
import {
  activeFindings,
  checkedSentence,
  countBySeverity,
  gapPlace,
  gapReason,
  headlineOf,
  headlineSentence,
  uncheckedRules,
  undecidedByRule,
  undecidedChecks,
  waivedFindings,
} from '../summary.ts';
import { html, type Markup } from './markup.ts';

/** The verdict, with a tile for each severity that filters the findings. */
export const verdictSection = (report: RunReport): Markup => {
  const counts = countBySeverity(activeFindings(report));
  const waived = waivedFindings(report).length;
  return html`<section id="overview" class="verdict ${headlineOf(report)}" aria-labelledby="headline">
<div><h1 id="headline">${headlineSentence(report)}</h1>
<p>${checkedSentence(report)}</p>
${report.gaps.length === 0 ? undefined : html`<p><a href="#coverage"><strong>${counted(report.gaps.length, 'thing')} could not be read.</strong></a></p>`}
<p class="muted">${report.accounts
    .map(({ accountId, alias }) => (alias ? `${alias} (${accountId})` : accountId))
    .slice(0, 12)
    .join(
      ', ',
    )}${report.accounts.length > 12 ? ` and ${report.accounts.length - 12} more` : ''} · ${report.endedAt}${waived === 0 ? '' : ` · ${counted(waived, 'finding')} waived`}</p></div>
<div class="tiles" role="group" aria-label="Findings by severity">${severities.map(
    severity =>
      html`<a class="tile ${severity}${counts[severity] === 0 ? ' none' : ''}" href="#severity=${severity}"><b>${counts[severity]}</b>${severity}</a>`,
  )}</div></section>`;
};

const shownGaps = 500;

/** What was not read and not decided: as prominent as findings, and there without scripts. */
export const coverageSection = (report: RunReport): Markup => {
  const undecided = undecidedByRule(report);
  const unchecked = uncheckedRules(report);
  const trouble = report.gaps.length + undecidedChecks(report).length > 0;
  const left = report.gaps.length - shownGaps;
  const { notReached = [] } = report;
  return html`<section id="coverage" class="${trouble ? 'gap' : ''}"><h2>Coverage</h2>
${
  report.gaps.length === 0
    ? html`<p>Everything that was asked for was read.</p>`
    : html`<h3>${counted(report.gaps.length, 'thing')} could not be read: what lies there is neither passed nor failed</h3>
<ul>${report.gaps.slice(0, shownGaps).map(gap => html`<li><strong class="mono">${gap.what}</strong> <span class="muted">${gapPlace(gap)}</span><br>${gapReason(gap)}</li>`)}</ul>${left > 0 ? html`<p>And ${counted(left, 'more gap')}.</p>` : undefined}`
}
${notReached.length === 0 ? undefined : html`<h3>Not reached: the inside of clusters that nobody asked for by name</h3><ul>${notReached.slice(0, shownGaps).map(gap => html`<li><strong class="mono">${gap.what}</strong> <span class="muted">${gapPlace(gap)}</span><br>${gapReason(gap)}</li>`)}</ul>`}
${undecided.length === 0 ? undefined : html`<h3>${counted(undecidedChecks(report).length, 'check')} could not be decided</h3><ul>${undecided.map(({ ruleId, subjects, missing }) => html`<li><code>${ruleId}</code> on ${subjects.length === 1 ? html`<span class="mono">${subjects[0]}</span>` : html`${counted(subjects.length, 'subject')}`}<br><span class="muted">${missing.slice(0, 3).join('; ')}</span></li>`)}</ul>`}
${unchecked.length === 0 ? undefined : html`<p class="muted">Not asked for, so not checked: ${unchecked.join(', ')}.</p>`}
${report.notes.map(note => html`<p><strong>Note.</strong> ${note}</p>`)}</section>`;
};
