import { type ArticleStep, articleSteps, severities } from '../../model/finding.ts';
import { counted } from '../../text/counted.ts';
import type { HealthCell, HealthRow } from '../health.ts';
import { html, type Markup } from './markup.ts';

/** What the steps of the article are called on the page, in the article's order. */
export const stepNames: Readonly<Record<ArticleStep, string>> = {
  'role-arn-format': 'Role ARN format',
  'provider-exists': 'Provider exists',
  'provider-audience': 'Provider audience',
  'provider-thumbprint': 'Thumbprint, certificate',
  'role-trust-policy': 'Trust policy',
  'webhook-configuration': 'Webhook config',
  'webhook-injection': 'Webhook injection',
  'supported-sdk': 'Supported SDK',
};

/** Cluster by article step. Each cell has a sign and words beside its colour; one with findings leads to exactly those.
 *  `names` are the names by which the filter of the findings knows the clusters. */
export const healthSection = (rows: readonly HealthRow[], names: ReadonlyMap<string, string>): Markup =>
  rows.length === 0
    ? html``
    : html`<section id="health"><h2>Health by cluster and step</h2><div class="scroll" tabindex="0" role="region" aria-label="Health by cluster and step"><table class="heat"><thead><tr><th scope="col">Cluster</th>${articleSteps.map((step, index) => html`<th scope="col">${index + 1}<span class="step-name">. ${stepNames[step]}</span></th>`)}</tr></thead>
<tbody>${rows.map(row => html`<tr><th scope="row">${row.label} <span class="muted">${row.region} ${row.accountId}</span></th>${row.cells.map(cell => healthCell(row, cell, names.get(row.clusterArn) ?? row.label))}</tr>`)}</tbody></table></div>
<ol class="step-list" aria-hidden="true">${articleSteps.map(step => html`<li>${stepNames[step]}</li>`)}</ol>
<p class="legend"><span><b class="ok">✓</b>passed</span><span><b class="cause">+</b>fails by a cause at another step</span><span><b class="unknown">?</b>could not be decided</span><span><b class="unasked">○</b>waived or turned off</span><span><b class="unasked">–</b>not asked for</span><span><b class="unused">·</b>nothing to check</span></p>
<p class="legend"><span>A number counts the findings; its colour is that of the worst:</span>${severities.map(severity => html`<span><b class="${severity}">n</b>${severity}</span>`)}</p></section>`;

const healthCell = (row: HealthRow, cell: HealthCell, cluster: string): Markup => {
  const name = `${row.label}, ${stepNames[cell.step]}`;
  switch (cell.state) {
    case 'finding':
      return html`<td class="${cell.severity}"><a href="#${new URLSearchParams({ cluster, step: cell.step }).toString()}" aria-label="${name}: ${counted(cell.findings.length, 'finding')}, worst ${cell.severity}">${cell.findings.length}</a></td>`;
    case 'folded':
      return html`<td class="cause"><a href="#${new URLSearchParams({ finding: cell.causes[0] ?? '' }).toString()}" aria-label="${name}: fails by a cause at another step">+</a></td>`;
    case 'left-out':
      return html`<td class="unasked" title="${name}: waived or turned off">○<span class="sr">waived or turned off</span></td>`;
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
