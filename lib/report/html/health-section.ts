import { type ArticleStep, articleSteps, type Severity, severities } from '../../model.ts';
import { counted } from '../../text.ts';
import type { CellState, HealthCell } from '../graph/health.ts';
import type { HealthLine, HealthMap } from '../graph/health-lines.ts';
import { html, type Markup } from './markup.ts';

/** The names of the article's steps on the page, in the article's order. */
const articleStepNames: Readonly<Record<ArticleStep, string>> = {
  'role-arn-format': 'Role ARN format',
  'provider-exists': 'Provider exists',
  'provider-audience': 'Provider audience',
  'provider-thumbprint': 'Thumbprint, certificate',
  'role-trust-policy': 'Trust policy',
  'webhook-configuration': 'Webhook config',
  'webhook-injection': 'Webhook injection',
  'supported-sdk': 'Supported SDK',
};

/** More lines than this stand in two columns, where there is room, so that all are seen at once. */
const maxLines = 14;
/** Names that stand in a sentence; more of them open. */
const maxNames = 6;

/** Cluster by article step, the worst first. Each cell has a sign and words beside its colour; one with findings leads to
 *  exactly those. Healthy clusters are one line. */
export const healthSection = ({ lines, healthy }: HealthMap): Markup => {
  if (lines.length + healthy.length === 0) return html``;
  const half = lines.length > maxLines ? Math.ceil(lines.length / 2) : lines.length;
  const tables = [lines.slice(0, half), lines.slice(half)].filter(part => part.length > 0);
  return html`<section id="health"><h2>Health by cluster and step</h2>
<div class="heats${tables.length > 1 ? ' two' : ''}">${tables.map((part, index) => heatTable(part, index, tables.length))}</div>
${tables.length === 0 ? undefined : html`<ol class="step-list" aria-hidden="true">${articleSteps.map(step => html`<li>${articleStepNames[step]}</li>`)}</ol>`}
${healthyLine(healthy, lines.length)}${legend(lines)}</section>`;
};

const heatTable = (lines: readonly HealthLine[], index: number, of: number): Markup => {
  const name = `Health by cluster and step${of > 1 ? `, part ${index + 1}` : ''}`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table class="heat"><thead><tr><th scope="col">Cluster</th>${articleSteps.map((step, at) => html`<th scope="col" title="${articleStepNames[step]}">${at + 1}<span class="step-name">. ${articleStepNames[step]}</span></th>`)}</tr></thead>
<tbody>${lines.map(line => html`<tr><th scope="row">${lineName(line)}</th>${line.cells.map(cell => healthCell(line, cell))}</tr>`)}</tbody></table></div>`;
};

const lineName = ({ name, clusters, region, accountId }: HealthLine): Markup =>
  clusters.length === 1
    ? html`<span class="cluster" title="${name}">${name}</span> <span class="muted">${region} ${accountId}</span>`
    : html`<details><summary><span class="cluster">${name}</span></summary><span class="muted">${clusters.slice(1).join(', ')}</span></details>`;

const healthyLine = (healthy: readonly string[], others: number): Markup | undefined => {
  if (healthy.length === 0) return undefined;
  const where = `${others === 0 ? 'all of ' : ''}${counted(healthy.length, 'cluster')}`;
  const sign = html`<b class="ok">✓</b>`;
  return healthy.length <= maxNames
    ? html`<p class="healthy">${sign} Every step passed in ${healthy.join(', ')}.</p>`
    : html`<details class="healthy"><summary>${sign} Every step passed in ${where}</summary><p class="muted">${healthy.join(', ')}</p></details>`;
};

/** The sign of each state but `finding`, its class, and its words. */
const signs: Readonly<Record<Exclude<CellState, 'finding'>, readonly [sign: string, look: string, says: string]>> = {
  ok: ['✓', 'ok', 'passed'],
  folded: ['+', 'cause', 'fails by a cause at another step'],
  unknown: ['?', 'unknown', 'could not be decided'],
  'left-out': ['○', 'unasked', 'waived or turned off'],
  'not-asked-for': ['–', 'unasked', 'not asked for'],
  unused: ['·', 'unused', 'nothing to check'],
};

/** Only of the signs that stand there. */
const legend = (lines: readonly HealthLine[]): Markup | undefined => {
  const cells = lines.flatMap(line => line.cells);
  if (cells.length === 0) return undefined;
  const there = new Set(cells.map(({ state }) => state));
  const colours = new Set<Severity>(cells.flatMap(cell => (cell.state === 'finding' ? [cell.severity] : [])));
  return html`<p class="legend">${Object.entries(signs)
    .filter(([state]) => there.has(state as CellState))
    .map(([, [sign, look, says]]) => html`<span><b class="${look}">${sign}</b>${says}</span>`)}${
    colours.size === 0
      ? undefined
      : html`<span>findings, by the worst:</span>${severities.filter(one => colours.has(one)).map(severity => html`<span><b class="${severity}">n</b>${severity}</span>`)}`
  }</p>`;
};

const healthCell = ({ name, clusters }: HealthLine, cell: HealthCell): Markup => {
  const where = `${name}, ${articleStepNames[cell.step]}`;
  if (cell.state === 'finding') {
    const address = new URLSearchParams({ cluster: name, step: cell.step }).toString();
    return html`<td class="${cell.severity}"><a href="#${address}" aria-label="${where}: ${counted(cell.findings.length, 'finding')}, worst ${cell.severity}">${cell.findings.length}</a></td>`;
  }
  const [sign, look, says] = signs[cell.state];
  if (cell.state === 'folded')
    return html`<td class="${look}"><a href="#${new URLSearchParams({ finding: cell.causes[0] ?? '' }).toString()}" aria-label="${where}: ${says}">${sign}</a></td>`;
  return html`<td class="${look}" title="${where}: ${says}">${sign}<span class="sr">${says}${clusters.length > 1 ? ' in each' : ''}</span></td>`;
};
