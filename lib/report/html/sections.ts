import { type Impact, impacts, roleLevels, severities } from '../../model.ts';
import { levelNames } from '../../reach/level-in-words.ts';
import { ruleById } from '../../rules/catalog.ts';
import type { AnyRule } from '../../rules/define-rule.ts';
import type { RunReport } from '../run-report.ts';
import { activeFindings, waivedFindings } from '../summary.ts';
import { html, type Markup } from './markup.ts';
import { waysDrawing } from './ways-drawing.ts';

/** Who can assume what: a table that the page's program fills, with filter and download. */
export const accessSection = ({ access, undecided }: RunReport): Markup =>
  access === undefined || access.rows.length + access.missing.length === 0
    ? html``
    : html`<section id="access"><h2>Who can assume what</h2>
<p class="muted">Service accounts that may assume a role by IRSA or EKS Pod Identity, and every other principal of a role that pods can assume, as the trust policy, the audiences of the role’s provider and the resource control policies that were read decide it. An open principal lets somebody outside of the zone of trust assume the role.${undecided.some(({ ruleId }) => ruleId === 'role-denied-by-rcp') ? ' Not all resource control policies were read: one may deny what stands here.' : undefined}</p>
${access.missing.length === 0 ? undefined : html`<div class="gap-note"><strong>The table may be missing rows:</strong><ul>${access.missing.slice(0, 50).map(sentence => html`<li>${sentence}</li>`)}</ul>${access.missing.length > 50 ? html`<p>And ${access.missing.length - 50} more.</p>` : undefined}</div>`}
<div class="tools" role="search" aria-label="Who can assume what"><label class="sr" for="access-search">Search the table</label><input type="search" id="access-search" placeholder="Service account (orders/refund), namespace (orders/), principal, role, cluster" autocomplete="off" spellcheck="false">
<label class="sr" for="access-cluster">Cluster</label><select id="access-cluster"><option value="">every cluster</option></select>
${access.levels === undefined ? undefined : html`<label class="sr" for="access-level">What the role may do</label><select id="access-level"><option value="">every level</option>${roleLevels.map(level => html`<option value="${levelNames[level]}">${levelNames[level]}</option>`)}</select>`}
<label class="pill"><input type="checkbox" id="access-patterns"> only patterns</label><button type="button" class="button" id="access-csv">Download CSV</button></div>
<p id="access-count" class="muted" role="status"></p>
<div class="scroll" tabindex="0" role="region" aria-label="Who can assume what"><table class="access"><thead><tr><th scope="col">Cluster</th><th scope="col">Who</th><th scope="col">Role</th><th scope="col">Account</th>${access.levels === undefined ? undefined : html`<th scope="col" class="wide">Level of the role</th>`}<th scope="col">State</th><th scope="col">Worst finding</th></tr></thead><tbody id="access-rows"></tbody></table></div>
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
export const findingsSection = (report: RunReport): Markup =>
  report.findings.length === 0
    ? html`<section id="findings" hidden>${findingTools(report)}</section>`
    : html`<section id="findings"><h2>Findings</h2>${findingTools(report)}
<p class="legend">${impacts.map(impact => html`<span><span class="chip">${impact}</span> ${impactMeanings[impact]}</span>`)}</p>
${plainList(report)}</section>`;

const findingTools = (
  report: RunReport,
): Markup => html`<div class="tools" role="search" aria-label="Findings"><label class="sr" for="search">Search</label><input type="search" id="search" placeholder="Search names, rules, commands ( / )" autocomplete="off" spellcheck="false">
<span class="pills" role="group" aria-label="Severity">${severities.map(severity => html`<label class="pill"><input type="checkbox" name="severity" value="${severity}" checked> ${severity}</label>`)}</span>
${waivedFindings(report).length === 0 ? undefined : html`<label class="pill"><input type="checkbox" id="waived"> waived too</label>`}</div>
<div class="tools choices" role="group" aria-label="Choose findings">${choice('account', 'Account', 'every account')}${choice('cluster', 'Cluster', 'every cluster')}${choice('namespace', 'Namespace', 'every namespace')}
${choice('impact', 'Impact', 'every impact', impacts)}<input type="hidden" id="step">
<label class="sr" for="group">Group by</label><select id="group"><option value="">worst first</option><option value="cause">by rule</option><option value="cluster">by cluster</option><option value="namespace">by namespace</option><option value="account">by account</option></select></div>
<div class="tools shown"><p id="count" class="muted" role="status"></p><button type="button" class="button" id="clear" hidden>Show all</button><button type="button" class="button" id="csv" hidden>Download CSV</button></div>
<div id="finding-list"></div><p id="none" hidden>No findings match.</p>
<button type="button" class="button more" id="more" hidden>Show more</button>`;

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

/** The ways to roles, and the identity graph: a frame that the page's program draws in. */
export const graphSection = (report: RunReport): Markup =>
  report.graph === undefined || report.graph.nodes.length === 0
    ? html``
    : html`<section id="graph"><h2>Identity graph</h2>${waysDrawing(report)}<div class="tools"><label class="sr" for="graph-search">Search the graph</label><input type="search" id="graph-search" placeholder="Cluster, namespace, service account, role, provider" autocomplete="off" spellcheck="false">
<label class="sr" for="graph-cluster">Cluster</label><select id="graph-cluster"><option value="">every cluster</option></select><label class="pill"><input type="checkbox" id="graph-trouble"> only trouble</label><span id="graph-count" class="muted" role="status"></span></div>
<div class="graph-frame"><div class="graph-view" id="graph-view" tabindex="0" role="region" aria-label="Identity graph: clusters, namespaces, service accounts, roles, providers. Arrow keys move between nodes."><div class="graph-head" id="graph-head" aria-hidden="true"></div><svg id="graph-svg" role="group" aria-label="Identity graph"></svg></div><aside class="graph-side" id="graph-side" aria-live="polite"></aside></div>
<ul class="graph-list" id="graph-list" aria-label="Who reaches which role"></ul><button type="button" class="button graph-list" id="graph-more" hidden>Show more</button>
<p class="legend graph-legend"><span><b>━</b>works</span><span><b>╌</b>broken (red)</span><span><b>▬</b>too open (orange)</span><span><b>┈</b>not known</span><span>dashed box: named by a policy or annotation, not read; struck out: does not exist</span></p></section>`;

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

const ruleEntry = ({ id, fault, why, fix, references, impact, severity }: AnyRule): Markup =>
  html`<details class="finding" id="rule-${id}"><summary><span class="badge ${severity}">${severity}</span><code>${id}</code><span class="chip">${impact}</span><span class="where">${fault}</span></summary><div class="body"><h3>Why it matters</h3><p>${why}</p><h3>How to fix it</h3><p>${fix}</p><h3>Sources</h3><ul>${references.map(source)}</ul></div></details>`;

const source = (reference: string): Markup =>
  /^https:/.test(reference)
    ? html`<li><a href="${reference}" rel="noreferrer">${reference}</a></li>`
    : html`<li><code>${reference}</code></li>`;
