import { articleSteps, type Impact, impacts, severities } from '../../model/finding.ts';
import type { RunReport } from '../run-report.ts';
import { activeFindings, waivedFindings } from '../summary.ts';
import { stepNames } from './health-section.ts';
import { html, type Markup } from './markup.ts';

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
