import { type ArticleStep, articleSteps, severities } from '../../model/finding.ts';
import { counted } from '../../text/counted.ts';
import type { HealthCell, HealthRow } from '../health.ts';
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
      html`<button type="button" class="tile ${severity}${counts[severity] === 0 ? ' none' : ''}" data-severity="${severity}"><b>${counts[severity]}</b>${severity}</button>`,
  )}</div></section>`;
};

const shownGaps = 500;

/** What was not read and not decided: as prominent as findings, and there without scripts. */
export const coverageSection = (report: RunReport): Markup => {
  const undecided = undecidedByRule(report);
  const unchecked = uncheckedRules(report);
  const trouble = report.gaps.length + undecidedChecks(report).length > 0;
  const left = report.gaps.length - shownGaps;
  return html`<section id="coverage" class="${trouble ? 'gap' : ''}"><h2>Coverage</h2>
${
  report.gaps.length === 0
    ? html`<p>Everything that was asked for was read.</p>`
    : html`<h3>${counted(report.gaps.length, 'thing')} could not be read: what lies there is neither passed nor failed</h3>
<ul>${report.gaps.slice(0, shownGaps).map(gap => html`<li><strong class="mono">${gap.what}</strong> <span class="muted">${gapPlace(gap)}</span><br>${gapReason(gap)}</li>`)}</ul>${left > 0 ? html`<p>And ${counted(left, 'more gap')}.</p>` : undefined}`
}
${undecided.length === 0 ? undefined : html`<h3>${counted(undecidedChecks(report).length, 'check')} could not be decided</h3><ul>${undecided.map(({ ruleId, subjects, missing }) => html`<li><code>${ruleId}</code> on ${subjects.length === 1 ? html`<span class="mono">${subjects[0]}</span>` : html`${counted(subjects.length, 'subject')}`}<br><span class="muted">${missing.slice(0, 3).join('; ')}</span></li>`)}</ul>`}
${unchecked.length === 0 ? undefined : html`<p class="muted">Not asked for, so not checked: ${unchecked.join(', ')}.</p>`}
${report.notes.map(note => html`<p><strong>Note.</strong> ${note}</p>`)}</section>`;
};

const stepNames: Readonly<Record<ArticleStep, string>> = {
  'role-arn-format': 'Role ARN format',
  'provider-exists': 'Provider exists',
  'provider-audience': 'Provider audience',
  'provider-thumbprint': 'Thumbprint, certificate',
  'role-trust-policy': 'Trust policy',
  'webhook-configuration': 'Webhook config',
  'webhook-injection': 'Webhook injection',
  'supported-sdk': 'Supported SDK',
};

/** Cluster by article step. Each cell has a sign and words beside its colour. */
export const heatSection = (rows: readonly HealthRow[]): Markup =>
  rows.length === 0
    ? html``
    : html`<section id="health"><h2>Health by cluster and step</h2><div class="scroll" tabindex="0" role="region" aria-label="Health by cluster and step"><table class="heat"><thead><tr><th scope="col">Cluster</th>${articleSteps.map((step, index) => html`<th scope="col">${index + 1}. ${stepNames[step]}</th>`)}</tr></thead>
<tbody>${rows.map(row => html`<tr><th scope="row">${row.label} <span class="muted">${row.region} ${row.accountId}</span></th>${row.cells.map(cell => heatCell(row, cell))}</tr>`)}</tbody></table></div>
<p class="legend"><span><b class="ok">✓</b>passed</span><span><b class="high">n</b>findings, coloured by the worst</span><span><b class="unknown">?</b>could not be decided</span><span><b class="unasked">–</b>not asked for</span><span><b class="unused">·</b>nothing to check</span></p></section>`;

const heatCell = (row: HealthRow, cell: HealthCell): Markup => {
  const name = `${row.label}, ${stepNames[cell.step]}`;
  switch (cell.state) {
    case 'finding':
      return html`<td class="${cell.severity}"><button type="button" data-cell="${cell.findings.join(' ')}" aria-label="${name}: ${counted(cell.findings.length, 'finding')}, worst ${cell.severity}">${cell.findings.length}</button></td>`;
    case 'ok':
      return html`<td class="ok" title="${name}: passed">✓<span class="sr">passed</span></td>`;
    case 'unknown':
      return html`<td class="unknown" title="${name}: could not be decided">?<span class="sr">could not be decided</span></td>`;
    case 'not-asked-for':
      return html`<td class="unasked" title="${name}: not asked for">–<span class="sr">not asked for</span></td>`;
    case 'unused':
      return html`<td class="unused" title="${name}: nothing to check">·<span class="sr">nothing to check</span></td>`;
  }
};
