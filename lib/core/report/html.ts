import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { impacts, severities } from '../model/finding.ts';
import { counted } from '../text/counted.ts';
import { healthOf } from './health.ts';
import { changesSection, trendSection } from './html/history-sections.ts';
import { html, type Markup, raw } from './html/markup.ts';
import { pageScript, pageStyle } from './html/page.generated.ts';
import { pageJson } from './html/page-data.ts';
import { coverageSection, heatSection, verdictSection } from './html/sections.ts';
import type { RunReport } from './run-report.ts';
import { activeFindings, headlineSentence } from './summary.ts';

/** Base64 of SHA-256, as a Content-Security-Policy names the one script or style that it lets run. */
const hashOf = (text: string): string => `'sha256-${btoa(String.fromCharCode(...sha256(utf8ToBytes(text))))}'`;

/** Nothing may be fetched, sent or embedded; only this script and this style sheet, by hash. */
const policy = [
  "default-src 'none'",
  `script-src ${hashOf(pageScript)}`,
  `style-src ${hashOf(pageStyle)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * The report as one HTML file that needs no network: the verdict, coverage, a heat map of clusters by article step,
 * findings with filter and search, the identity graph, what changed, the trend. All text that was read is escaped; the
 * file's own Content-Security-Policy lets no other script run.
 */
export const renderHtml = (report: RunReport): string => `${page(report).markup}\n`;

const page = (report: RunReport): Markup => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>IRSA audit: ${headlineSentence(report)}</title><style>${raw(pageStyle)}</style></head>
<body><a class="skip" href="#findings">Skip to the findings</a>
<div class="bar"><div class="bar-inner"><span class="brand">irsa-auditor</span><nav aria-label="Sections">${links(report)}</nav><button type="button" class="button" id="theme">Theme: auto</button></div></div>
<main>${verdictSection(report)}${coverageFirst(report)}${report.graph === undefined ? undefined : heatSection(healthOf(report.graph, report))}
${findingsSection(report)}${graphSection(report)}${changesSection(report)}${trendSection(report)}${coverageLast(report)}
<footer>${footer(report)}</footer></main><div id="live" class="sr" role="status" aria-live="polite"></div>
<script type="application/json" id="run-data">${raw(pageJson(report))}</script><script>${raw(pageScript)}</script></body></html>`;

const isIncomplete = (report: RunReport): boolean => report.gaps.length > 0;
const coverageFirst = (report: RunReport): Markup => (isIncomplete(report) ? coverageSection(report) : html``);
const coverageLast = (report: RunReport): Markup => (isIncomplete(report) ? html`` : coverageSection(report));

const links = (report: RunReport): Markup => {
  const changes = report.transitions.length + report.factChanges.length;
  return html`<a href="#overview">Overview</a><a href="#coverage">Coverage${isIncomplete(report) ? ` (${report.gaps.length})` : ''}</a>${report.graph === undefined ? undefined : html`<a href="#health">Health</a>`}<a href="#findings">Findings (${report.findings.length})</a>${report.graph === undefined ? undefined : html`<a href="#graph">Identity graph</a>`}${changes === 0 ? undefined : html`<a href="#changes">Changes (${changes})</a>`}${(report.trend ?? []).length < 2 ? undefined : html`<a href="#trend">Trend</a>`}`;
};

const withoutScript = 200;

const findingsSection = (report: RunReport): Markup => html`<section id="findings"><h2>Findings</h2>
<div class="tools" role="search"><label class="sr" for="search">Search</label><input type="search" id="search" placeholder="Search names, rules, commands ( / )" autocomplete="off" spellcheck="false">
${severities.map(severity => html`<label class="pill"><input type="checkbox" name="severity" value="${severity}" checked> ${severity}</label>`)}
<label class="sr" for="impact">Impact</label><select id="impact"><option value="">every impact</option>${impacts.map(impact => html`<option value="${impact}">${impact}</option>`)}</select>
<label class="sr" for="cluster">Cluster</label><select id="cluster"><option value="">every cluster</option></select>
<label class="sr" for="rule">Rule</label><select id="rule"><option value="">every rule</option></select>
<button type="button" class="button" id="clear" hidden>Show all</button></div>
<p id="count" class="muted" role="status"></p><div id="finding-list"></div><p id="none" hidden>No finding matches.</p>
<button type="button" class="button more" id="more" hidden>Show more</button>
<noscript><p>Without scripts the first ${withoutScript} findings are listed plainly.</p><ul>${activeFindings(report)
  .slice(0, withoutScript)
  .map(
    finding =>
      html`<li><span class="badge ${finding.severity}">${finding.severity}</span> <code>${finding.ruleId}</code> ${finding.message}<br><span class="mono muted">${finding.subject}</span><br>${finding.fix.summary}</li>`,
  )}</ul></noscript></section>`;

const graphSection = ({ graph }: RunReport): Markup =>
  graph === undefined || graph.nodes.length === 0
    ? html``
    : html`<section id="graph"><h2>Identity graph</h2><div class="tools"><label class="sr" for="graph-search">Search the graph</label><input type="search" id="graph-search" placeholder="Cluster, namespace, service account, role, provider" autocomplete="off" spellcheck="false">
<label class="sr" for="graph-cluster">Cluster</label><select id="graph-cluster"><option value="">every cluster</option></select><label class="pill"><input type="checkbox" id="graph-trouble"> only trouble</label><span id="graph-count" class="muted" role="status"></span></div>
<div class="graph-frame"><div class="graph-view" id="graph-view" tabindex="0" role="region" aria-label="Identity graph: clusters, namespaces, service accounts, roles, providers. Arrow keys move between nodes."><div class="graph-head" id="graph-head" aria-hidden="true"></div><svg id="graph-svg" role="group" aria-label="Identity graph"></svg></div><aside class="graph-side" id="graph-side" aria-live="polite"></aside></div>
<p class="legend"><span><b>━</b>works</span><span><b>╌</b>broken (red)</span><span><b>▬</b>too open (orange)</span><span><b>┈</b>not read</span><span>dashed box: named by a policy or annotation, not read; struck out: does not exist</span></p></section>`;

const footer = (report: RunReport): Markup => {
  const calls = Object.entries(report.apiCalls).sort(([, a], [, b]) => b - a);
  const total = calls.reduce((sum, [, count]) => sum + count, 0);
  return html`<p>irsa-auditor ${report.toolVersion} · run <code>${report.runId}</code> · ${report.startedAt} to ${report.endedAt}${
    total === 0
      ? ''
      : ` · ${counted(total, 'API call')}: ${calls
          .slice(0, 8)
          .map(([name, count]) => `${name} ${count}`)
          .join(', ')}`
  }</p>`;
};
