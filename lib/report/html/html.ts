import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { type HealthMap, healthMap } from '../graph/health-lines.ts';
import type { RunReport } from '../run-report.ts';
import { headlineSentence } from '../summary.ts';
import { coverageSection } from './coverage-section.ts';
import { firstScreen } from './first-screen.ts';
import { healthSection } from './health-section.ts';
import { changesSection } from './history-sections.ts';
import { levelsSection } from './levels-section.ts';
import { html, type Markup, raw } from './markup.ts';
import { pageScript, pageStyle } from './page.generated.ts';
import { pageJson } from './page-data.ts';
import { accessSection, findingsSection, graphSection, rulesSection } from './sections.ts';
import { trendSection } from './trend-section.ts';

/** Base64 of SHA-256, as a Content-Security-Policy names the one script or style that it lets run. */
const hashOf = (text: string): string => `'sha256-${btoa(String.fromCharCode(...sha256(utf8ToBytes(text))))}'`;

/** Nothing may be fetched, sent or embedded; only this script and this style sheet, by hash. */
export const policy = [
  "default-src 'none'",
  `script-src ${hashOf(pageScript)}`,
  `style-src ${hashOf(pageStyle)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The policy with which a page is served that this program did not make, as one from a bucket: the script of this version
 *  runs, and no other, whatever the page says of itself. A page of another version shows without its filters. */
export const servedPolicy = [
  "default-src 'none'",
  `script-src ${hashOf(pageScript)}`,
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ');

/**
 * The report as one HTML file that needs no network: the verdict, coverage, what changed, a map of health by cluster and
 * article step, findings with filter and search, who can assume what, the identity graph, the trend, the rules. All text that was read is
 * escaped; the file's own Content-Security-Policy lets no other script run.
 */
export const renderHtml = (report: RunReport): string => `${page(report).markup}\n`;

const page = (report: RunReport, map = healthMap(report)): Markup => html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>IRSA audit: ${headlineSentence(report)}</title><style>${raw(pageStyle)}</style></head>
<body>${report.findings.length === 0 ? html`<a class="skip" href="#overview">Skip to the result</a>` : html`<a class="skip" href="#findings">Skip to the findings</a>`}
<header class="bar"><div class="bar-inner"><span class="brand">irsa-auditor</span><nav aria-label="Sections">${links(report, map)}</nav><button type="button" class="button" id="theme">Theme: auto</button></div></header>
<main>${firstScreen(report)}${coverageSection(report)}${changesSection(report)}
${healthSection(map)}${findingsSection(report)}
${accessSection(report)}${levelsSection(report)}${graphSection(report)}${trendSection(report)}${rulesSection(report)}
<footer>${footer(report)}</footer></main><div id="live" class="sr" role="status" aria-live="polite"></div>
<script type="application/json" id="run-data">${raw(pageJson(report, map))}</script><script>${raw(pageScript)}</script></body></html>`;

const links = (report: RunReport, map: HealthMap): Markup => {
  const drawn = report.graph !== undefined && report.graph.nodes.length > 0;
  const parts: readonly (readonly [id: string, text: string, there: boolean])[] = [
    ['overview', 'Overview', true],
    ['coverage', 'Coverage', true],
    ['changes', 'Changes', changesSection(report).markup !== ''],
    ['health', 'Health', map.lines.length + map.healthy.length > 0],
    ['findings', 'Findings', report.findings.length > 0],
    ['access', 'Access', (report.access?.rows.length ?? 0) > 0],
    ['levels', 'Levels', (report.access?.levels?.length ?? 0) > 0],
    ['graph', 'Identity graph', drawn],
    ['trend', 'Trend', (report.trend ?? []).length > 1],
    ['rules', 'Rules', report.findings.length > 0],
  ];
  return html`${parts.filter(([, , there]) => there).map(([id, text]) => html`<a href="#${id}">${text}</a>`)}`;
};

const footer = ({ toolVersion, runId, startedAt, endedAt }: RunReport): Markup =>
  html`<p>irsa-auditor ${toolVersion} · run <code>${runId}</code> · ${startedAt} to ${endedAt}</p>`;
