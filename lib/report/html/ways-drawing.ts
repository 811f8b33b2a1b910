/** The ways to roles, drawn as chains of boxes and arrows: readable without scripts. */

import { isAdministrative } from '../../model.ts';
import { levelNames } from '../../reach/level-in-words.ts';
import { counted, cut } from '../../text.ts';
import { type ToldWay, toldWaysOf } from '../graph/told-ways.ts';
import type { RunReport } from '../run-report.ts';
import { html, type Markup } from './markup.ts';

/** Ways that the page draws; the findings have all. */
const maxWays = 12;
const maxName = 120;
const maxFact = 200;

/** The drawing; empty where no finding tells a way. */
export const waysDrawing = (report: RunReport): Markup => {
  const all = toldWaysOf(report);
  if (all.length === 0) return html``;
  const left = all.length - maxWays;
  return html`<div class="ways"><h3>Who can become a role through Kubernetes</h3>${all.slice(0, maxWays).map(wayOf)}
${left > 0 ? html`<p class="muted">And ${counted(left, 'more way')}: see the findings.</p>` : undefined}</div>`;
};

const wayOf = ({ finding, steps, level }: ToldWay): Markup =>
  html`<ol class="way" aria-label="${steps[0].from} to ${steps.at(-1)?.to ?? ''}"><li class="stop"><a href="#finding=${finding.id}">${cut(steps[0].from, maxName)}</a><span class="muted">cluster ${finding.clusterName ?? ''}</span></li>${steps.map(
    ({ says, by, to }, at) =>
      html`<li class="by"><span>${says}</span><i class="arrow" aria-hidden="true"></i><span class="muted">${cut(by, maxFact)}</span></li><li class="stop">${cut(to, maxName)}${at === steps.length - 1 ? levelOf(level) : undefined}</li>`,
  )}</ol>`;

const levelOf = (level: ToldWay['level']): Markup =>
  isAdministrative({ level })
    ? html`<span class="badge critical">${levelNames[level]}</span>`
    : html`<span class="chip">${levelNames[level]}</span>`;
