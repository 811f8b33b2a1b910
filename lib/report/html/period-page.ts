import { counted, cut } from '../../text.ts';
import type { Moved, Period } from '../period.ts';
import { policy } from './html.ts';
import { html, type Markup, raw } from './markup.ts';
import { pageStyle } from './page.generated.ts';
import { trendSection } from './trend-section.ts';

/** Owners with a line of their own, so that the page stays one sheet; characters of a name and of a message. */
const shownOwners = 8;
const maxName = 60;
const maxMessage = 160;

/** The page of a period for a reader who fixes nothing: one sheet of paper, without a program. */
export const renderPeriod = (period: Period, toolVersion: string): string => {
  const { since, until, all } = period;
  const title = `IRSA audit, ${dayOf(since)} to ${dayOf(until)}`;
  return `${
    html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">
<title>${title}</title><style>${raw(pageStyle)}</style></head>
<body><main><section><p class="muted">${title}</p>
<h1>${counted(all.found, 'finding')} found, ${all.ended.fixed} fixed, ${all.open} open now</h1>
<p>${balance(period)}</p>${all.fixedAfterMs === undefined ? undefined : html`<p>Half of the fixed ones were open for ${lasting(all.fixedAfterMs.median)} or less, the longest for ${lasting(all.fixedAfterMs.longest)}.</p>`}
${caveats(period).map(text => html`<p class="alarm">${text}</p>`)}</section>
${movedTable(
  'By severity',
  'Severity',
  period.bySeverity.map(each => [html`<span class="badge ${each.severity}">${each.severity}</span>`, each]),
)}
${movedTable('By owner', 'Owner', ownerRows(period), period.byOwner.length - shownOwners)}${worstSection(period)}${trendSection(period)}
<footer><p>${counting} irsa-auditor ${toolVersion}.</p></footer></main></body></html>`.markup
  }\n`;
};

const counting =
  'A finding that came back counts again. Fixed: its check passed, or the role, provider or cluster is gone. The owner is a label or tag owner of the namespace, the role or the cluster.';

/** The movements as a sum that a reader can check. */
const balance = ({ since, all: { atStart, found, ended, open } }: Period): string =>
  `${[
    `${atStart} open on ${dayOf(since)}`,
    `${found} found`,
    ...(ended.fixed > 0 ? [`less ${ended.fixed} fixed`] : []),
    ...(ended.waived > 0 ? [`less ${ended.waived} waived`] : []),
    ...(ended.explained > 0 ? [`less ${ended.explained} counted with their cause`] : []),
    ...(ended.notChecked > 0 ? [`less ${ended.notChecked} no longer checked`] : []),
  ].join(', ')}: ${open} open.`;

/** A reader must know these before the numbers are believed. */
const caveats = ({ since, hasStart, forgotten, trend }: Period): readonly string[] => {
  const gaps = trend.at(-1)?.gaps ?? 0;
  return [
    ...(gaps > 0 ? [`The last run could not read ${counted(gaps, 'thing')}: there may be more findings.`] : []),
    ...(hasStart ? [] : [`No run is as old as ${dayOf(since)}: all findings of the first run count as found.`]),
    ...(forgotten > 0
      ? [
          `${counted(forgotten, 'finding')} of ${dayOf(since)} ended so long ago that the table no longer has ${forgotten === 1 ? 'it' : 'them'} (retention.resolvedDays): not in these numbers.`,
        ]
      : []),
  ];
};

const ownerRows = ({ byOwner }: Period): readonly (readonly [Markup, Moved])[] =>
  byOwner.slice(0, shownOwners).map(each => [html`${cut(each.owner ?? 'without an owner', maxName)}`, each]);

const movedTable = (title: string, of: string, rows: readonly (readonly [Markup, Moved])[], left = 0): Markup =>
  html`<section><h2>${title}</h2><table class="evidence"><thead><tr>${[
    of,
    'Before',
    'Found',
    'Fixed',
    'Fixed after (median)',
    'Ended otherwise',
    'Open now',
    'Oldest open',
  ].map(
    name => html`<th scope="col">${name}</th>`,
  )}</tr></thead><tbody>${rows.map(([name, moved]) => html`<tr><td>${name}</td>${cellsOf(moved).map(text => html`<td>${text}</td>`)}</tr>`)}</tbody></table>${left > 0 ? html`<p class="muted">And ${counted(left, 'more owner')}.</p>` : undefined}</section>`;

const cellsOf = ({ atStart, found, ended, fixedAfterMs, open, oldestMs }: Moved): readonly (string | number)[] => [
  ...[atStart, found, ended.fixed, fixedAfterMs === undefined ? '' : lasting(fixedAfterMs.median)],
  ...[ended.waived + ended.explained + ended.notChecked, open, oldestMs === undefined ? '' : lasting(oldestMs)],
];

const worstSection = ({ worst, until }: Period): Markup | undefined =>
  worst.length === 0
    ? undefined
    : html`<section><h2>Worst open</h2><ul class="plain">${worst.map(
        ({ known: { finding }, since }) =>
          html`<li><span class="badge ${finding.severity}">${finding.severity}</span> ${cut(finding.message, maxMessage)} <span class="muted">${cut(finding.owner ?? 'without an owner', maxName)}, for ${lasting(Date.parse(until) - Date.parse(since))}</span></li>`,
      )}</ul></section>`;

const dayOf = (instant: string): string => instant.slice(0, 10);

const hour = 3_600_000;

/** Milliseconds in whole hours, and from two days on in whole days. */
const lasting = (ms: number): string => {
  const hours = Math.floor(ms / hour);
  return hours >= 48
    ? counted(Math.floor(hours / 24), 'day')
    : hours >= 1
      ? counted(hours, 'hour')
      : 'less than an hour';
};
