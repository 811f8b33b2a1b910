import { severities } from '../../model/finding.ts';
import { counted } from '../../text/counted.ts';
import { cut } from '../../text/visible-text.ts';
import type { RunReport, TrendPoint } from '../run-report.ts';
import { severityList } from '../summary.ts';
import { html, type Markup } from './markup.ts';

const shownChanges = 300;

/** What moved since the last run: findings, and facts that are watched even where no rule fails. */
export const changesSection = ({ transitions, factChanges }: RunReport): Markup => {
  if (transitions.length + factChanges.length === 0) return html``;
  const left = [transitions, factChanges].reduce((sum, list) => sum + Math.max(0, list.length - shownChanges), 0);
  return html`<section id="changes"><h2>What changed since the last run</h2><ul class="plain">${transitions
    .slice(0, shownChanges)
    .map(
      ({ kind, summary, after }) =>
        html`<li><span class="chip">${kind}</span> <a href="#finding=${after.finding.id}">${summary}</a></li>`,
    )}</ul>${factChanges
    .slice(0, shownChanges)
    .map(
      ({ kind, subject, before, after }) =>
        html`<details class="finding"><summary><span class="chip">drift</span><span><code>${kind}</code></span><span></span><span class="where mono">${subject}</span></summary><div class="body"><div class="diff"><div><h4>Before</h4><pre>${before === undefined ? '(not there)' : cut(before, 8000)}</pre></div><div><h4>Now</h4><pre>${after === undefined ? '(gone)' : cut(after, 8000)}</pre></div></div></div></details>`,
    )}${left > 0 ? html`<p>And ${counted(left, 'more change')}.</p>` : undefined}</section>`;
};

const shownRuns = 60;
/** Few runs do not fill the width: a bar stays a bar. */
const leastColumns = 20;
const height = 120;

/** Open findings over runs as stacked bars, and the same as a table for those who do not see them. */
export const trendSection = ({ trend = [] }: RunReport): Markup => {
  const points = trend.slice(-shownRuns);
  if (points.length < 2) return html``;
  const totalOf = ({ openBySeverity }: TrendPoint) => severities.reduce((sum, one) => sum + openBySeverity[one], 0);
  const most = Math.max(...points.map(totalOf));
  const width = 1000 / Math.max(points.length, leastColumns);
  const bars = points.flatMap((point, index) => {
    let top = height;
    return severities.map(severity => {
      const size = (point.openBySeverity[severity] / Math.max(1, most)) * (height - 10);
      top -= size;
      return html`<rect class="s-${severity}" x="${(index * width + width * 0.12).toFixed(1)}" y="${top.toFixed(1)}" width="${(width * 0.76).toFixed(1)}" height="${size.toFixed(1)}"></rect>`;
    });
  });
  const rows = points.map(
    point =>
      html`<tr><td>${point.at}</td><td>${totalOf(point)}</td><td>${severityList(point.openBySeverity)}</td><td>${point.gaps}</td></tr>`,
  );
  return html`<section id="trend" class="trend"><h2>Trend</h2><svg viewBox="0 0 1000 ${height}" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
<p class="muted">${points[0]?.at} to ${points.at(-1)?.at}; at most ${counted(most, 'open finding')}.</p>
<details><summary>As a table</summary><div class="scroll"><table class="evidence"><thead><tr><th>Run</th><th>Open</th><th>By severity</th><th>Not read</th></tr></thead><tbody>${rows}</tbody></table></div></details></section>`;
};
