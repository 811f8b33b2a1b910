import { type ArticleStep, articleSteps, type Impact, impacts, severities } from '../../model/finding.ts';
import { nameOfUnread } from '../../model/unread.ts';
import { ruleById } from '../../rules/catalog.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import { counted } from '../../text/counted.ts';
import type { HealthCell, HealthRow } from '../graph/health.ts';
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

type UndecidedRule = ReturnType<typeof undecidedByRule>[number];

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

/** The unread and undecided parts: as prominent as findings, and there without scripts. */
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
<ul>${report.gaps.slice(0, shownGaps).map(gap => html`<li><strong class="mono">${nameOfUnread(gap)}</strong> <span class="muted">${gapPlace(gap)}</span><br>${gapReason(gap)}</li>`)}</ul>${left > 0 ? html`<p>And ${counted(left, 'more gap')}.</p>` : undefined}`
}
${notReached.length === 0 ? undefined : html`<h3>Not reached: the inside of clusters that nobody asked for by name</h3><ul>${notReached.slice(0, shownGaps).map(gap => html`<li><strong class="mono">${nameOfUnread(gap)}</strong> <span class="muted">${gapPlace(gap)}</span><br>${gapReason(gap)}</li>`)}</ul>`}
${undecided.length === 0 ? undefined : html`<h3>${counted(undecidedChecks(report).length, 'check')} could not be decided</h3><ul>${byReason(undecided).map(undecidedItem)}</ul>`}
${unchecked.length === 0 ? undefined : html`<p class="muted">Not asked for, so not checked: ${unchecked.join(', ')}.</p>`}
${report.notes.map(note => html`<p><strong>Note.</strong> ${note}</p>`)}</section>`;
};

/** Who can assume what: a table that the page's program fills, with filter and download. */
export const accessSection = ({ access, undecided }: RunReport): Markup =>
  access === undefined || access.rows.length + access.missing.length === 0
    ? html``
    : html`<section id="access"><h2>Who can assume what</h2>
<p class="muted">Service accounts that may assume a role by IRSA or EKS Pod Identity, and every other principal of a role that pods can assume, as the trust policy, the audiences of the role’s provider and the resource control policies that were read decide it. A principal is open if somebody outside of the zone of trust can assume the role by it.${undecided.some(({ ruleId }) => ruleId === 'role-denied-by-rcp') ? ' Not all resource control policies were read: one may deny what stands here.' : undefined}</p>
${access.missing.length === 0 ? undefined : html`<div class="gap-note"><strong>The table may be missing rows:</strong><ul>${access.missing.slice(0, 50).map(sentence => html`<li>${sentence}</li>`)}</ul>${access.missing.length > 50 ? html`<p>And ${access.missing.length - 50} more.</p>` : undefined}</div>`}
<div class="tools" role="search" aria-label="Who can assume what"><label class="sr" for="access-search">Search the table</label><input type="search" id="access-search" placeholder="Service account (orders/refund), principal, role, cluster" autocomplete="off" spellcheck="false">
<label class="sr" for="access-cluster">Cluster</label><select id="access-cluster"><option value="">every cluster</option></select>
<label class="pill"><input type="checkbox" id="access-patterns"> only patterns</label><button type="button" class="button" id="access-csv">Download CSV</button></div>
<p id="access-count" class="muted" role="status"></p>
<div class="scroll" tabindex="0" role="region" aria-label="Who can assume what"><table class="access"><thead><tr><th scope="col">Cluster</th><th scope="col">Who</th><th scope="col">Role</th><th scope="col">Account</th><th scope="col">Now</th><th scope="col">Worst finding</th></tr></thead><tbody id="access-rows"></tbody></table></div>
<button type="button" class="button more" id="access-more" hidden>Show more</button>
<noscript><p>This table needs scripts. The JSON format of the report has it under access.</p></noscript></section>`;

/** Findings that are listed where scripts do not run. */
const withoutScript = 200;

const impactMeanings: Readonly<Record<Impact, string>> = {
  breaks: 'a pod cannot get its credentials, now or at a known later moment',
  exposes: 'someone who should not get credentials can get them',
  hygiene: 'neither yet',
};

/** The findings with filter, search and grouping. The page's program fills the list and the choices. */
export const findingsSection = (report: RunReport): Markup => html`<section id="findings"><h2>Findings</h2>
<div class="tools" role="search" aria-label="Findings"><label class="sr" for="search">Search</label><input type="search" id="search" placeholder="Search names, rules, commands ( / )" autocomplete="off" spellcheck="false">
<span class="pills" role="group" aria-label="Severity">${severities.map(severity => html`<label class="pill"><input type="checkbox" name="severity" value="${severity}" checked> ${severity}</label>`)}</span>
${choice('impact', 'Impact', 'every impact', impacts)}${choice('cluster', 'Cluster', 'every cluster')}
<label class="sr" for="step">Step</label><select id="step"><option value="">every step</option>${articleSteps.map((step, index) => html`<option value="${step}">${index + 1}. ${stepNames[step]}</option>`)}</select>
${choice('rule', 'Rule', 'every rule')}
<label class="sr" for="group">Group by</label><select id="group"><option value="">worst first</option><option value="cause">by root cause</option><option value="cluster">by cluster</option><option value="namespace">by namespace</option><option value="account">by account</option></select>
${waivedFindings(report).length === 0 ? undefined : html`<label class="pill"><input type="checkbox" id="waived"> waived too</label>`}
<button type="button" class="button" id="clear" hidden>Show all</button></div>
<p id="count" class="muted" role="status"></p><div id="finding-list"></div><p id="none" hidden>No findings match.</p>
<button type="button" class="button more" id="more" hidden>Show more</button>
<p class="legend">${impacts.map(impact => html`<span><span class="chip">${impact}</span> ${impactMeanings[impact]}</span>`)}</p>
${plainList(report)}</section>`;

const choice = (id: string, name: string, all: string, values: readonly string[] = []): Markup =>
  html`<label class="sr" for="${id}">${name}</label><select id="${id}"><option value="">${all}</option>${values.map(value => html`<option value="${value}">${value}</option>`)}</select>`;

const plainList = (report: RunReport): Markup =>
  html`<noscript><p>Without scripts the first ${withoutScript} findings are listed plainly.</p><ul>${activeFindings(
    report,
  )
    .slice(0, withoutScript)
    .map(
      finding =>
        html`<li><span class="badge ${finding.severity}">${finding.severity}</span> <code>${finding.ruleId}</code> ${finding.message}<br><span class="mono muted">${finding.subject}</span><br>${finding.fix.summary}</li>`,
    )}</ul></noscript>`;

/** The identity graph: a frame that the page's program draws in. */
export const graphSection = ({ graph }: RunReport): Markup =>
  graph === undefined || graph.nodes.length === 0
    ? html``
    : html`<section id="graph"><h2>Identity graph</h2><div class="tools"><label class="sr" for="graph-search">Search the graph</label><input type="search" id="graph-search" placeholder="Cluster, namespace, service account, role, provider" autocomplete="off" spellcheck="false">
<label class="sr" for="graph-cluster">Cluster</label><select id="graph-cluster"><option value="">every cluster</option></select><label class="pill"><input type="checkbox" id="graph-trouble"> only trouble</label><span id="graph-count" class="muted" role="status"></span></div>
<div class="graph-frame"><div class="graph-view" id="graph-view" tabindex="0" role="region" aria-label="Identity graph: clusters, namespaces, service accounts, roles, providers. Arrow keys move between nodes."><div class="graph-head" id="graph-head" aria-hidden="true"></div><svg id="graph-svg" role="group" aria-label="Identity graph"></svg></div><aside class="graph-side" id="graph-side" aria-live="polite"></aside></div>
<p class="legend"><span><b>━</b>works</span><span><b>╌</b>broken (red)</span><span><b>▬</b>too open (orange)</span><span><b>┈</b>not read</span><span>dashed box: named by a policy or annotation, not read; struck out: does not exist</span></p></section>`;

/** The pages of the rules that failed, so that a finding can lead to its rule without a network. */
export const rulesSection = ({ findings }: RunReport): Markup => {
  const rules = [...new Set(findings.map(({ ruleId }) => ruleId))].sort().flatMap(id => {
    const rule = ruleById(id);
    return rule === undefined ? [] : [rule];
  });
  return rules.length === 0
    ? html``
    : html`<section id="rules"><h2>Rules</h2><details><summary>The rules of these findings (${rules.length})</summary>${rules.map(ruleEntry)}</details></section>`;
};

const ruleEntry = ({ id, title, docs, impact, severity }: AnyRule): Markup =>
  html`<details class="finding" id="rule-${id}"><summary><span class="badge ${severity}">${severity}</span><code>${id}</code><span class="chip">${impact}</span><span class="where">${title}</span></summary><div class="body"><h3>Why it matters</h3><p>${docs.why}</p><h3>How to fix it</h3><p>${docs.fix}</p><h3>Sources</h3><ul>${docs.references.map(source)}</ul></div></details>`;

const source = (reference: string): Markup =>
  /^https:/.test(reference)
    ? html`<li><a href="${reference}" rel="noreferrer">${reference}</a></li>`
    : html`<li><code>${reference}</code></li>`;

/** The names of the article's steps on the page, in the article's order. */
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
