import { severities } from '../../model.ts';
import { counted } from '../../text.ts';
import { totalOf } from '../cluster-counts.ts';
import type { RunReport, TrendPoint } from '../run-report.ts';
import { severityList } from '../summary.ts';
import { type ClusterTrend, clusterTrends } from '../trend.ts';
import { html, type Markup } from './markup.ts';

const shownRuns = 60;
/** Few runs do not fill the width: a bar stays a bar. */
const leastColumns = 20;
/** Height of the picture in its own units; it is stretched to its place. */
const height = 100;
/** More bars than this have no room for their numbers: every fifth has. */
const maxNumbered = 30;

/** Open findings over runs: stacked bars with axis and values, the same by cluster, and as a table for those who do not see
 *  them. */
export const trendSection = ({ trend = [] }: Pick<RunReport, 'trend'>): Markup => {
  const points = trend.slice(-shownRuns);
  if (points.length < 2) return html``;
  const totals = points.map(({ openBySeverity }) => totalOf(openBySeverity));
  const top = niceTop(Math.max(...totals));
  return html`<section id="trend" class="trend"><h2>Trend: open findings, run by run</h2>
<div class="chart" aria-hidden="true"><div class="axis"><span>${top}</span><span>${top / 2}</span><span>0</span></div>
<div class="plot"><div class="cells values">${cells(points, index => valueAt(totals, index))}</div>${picture(points, top)}<div class="cells dates">${cells(points, index => dateAt(points, index))}</div></div></div>
<p class="legend">${severities
    .filter(severity => points.some(({ openBySeverity }) => openBySeverity[severity] > 0))
    .map(severity => html`<span><b class="${severity}"> </b>${severity}</span>`)}</p>
<p class="muted">${sentence(points, totals)}</p>
${clusterTable(clusterTrends(points))}
<details><summary>Every run as a table</summary><div class="scroll" tabindex="0" role="region" aria-label="Trend"><table class="evidence"><thead><tr><th scope="col">Run</th><th scope="col">Open</th><th scope="col">By severity</th><th scope="col">Not read</th></tr></thead><tbody>${points.map(
    point =>
      html`<tr><td>${point.at}</td><td>${totalOf(point.openBySeverity)}</td><td>${severityList(point.openBySeverity)}</td><td>${point.gaps}</td></tr>`,
  )}</tbody></table></div></details></section>`;
};

/** The end of the axis: an even number of one digit and zeros, so that its half is a whole number. */
const niceTop = (most: number): number => {
  const step = 10 ** Math.max(0, String(most).length - 1);
  const even = Math.max(2, Math.ceil(most / step / 2) * 2) * step;
  return step > 1 && even / 2 >= most ? even / 2 : even;
};

const columnsOf = (points: readonly unknown[]): number => Math.max(points.length, leastColumns);

/** One cell for each bar; those without a bar keep the others as wide as bars are. */
const cells = (points: readonly TrendPoint[], textAt: (index: number) => string): readonly Markup[] =>
  Array.from(
    { length: columnsOf(points) },
    (_, index) => html`<span>${index < points.length ? textAt(index) : ''}</span>`,
  );

const valueAt = (totals: readonly number[], index: number): string => {
  const isTold = totals.length <= maxNumbered || index % 5 === 0 || index === totals.length - 1;
  return isTold ? String(totals[index]) : '';
};

/** The first, the last and, of many, the middle one. */
const dateAt = (points: readonly TrendPoint[], index: number): string => {
  const last = points.length - 1;
  const isTold = index === 0 || index === last || (last >= 12 && index === Math.round(last / 2));
  const at = points[index]?.at ?? '';
  return isTold ? (isOneDay(points) ? at.slice(11, 16) : at.slice(5, 10)) : '';
};

/** Runs of one day are told apart by their time. */
const isOneDay = (points: readonly TrendPoint[]): boolean =>
  points[0]?.at.slice(0, 10) === points.at(-1)?.at.slice(0, 10);

const picture = (points: readonly TrendPoint[], top: number): Markup => {
  const width = 1000 / columnsOf(points);
  const bars = points.map((point, index) => {
    let y = height;
    return severities.map(severity => {
      const size = (point.openBySeverity[severity] / top) * height;
      y -= size;
      return html`<rect class="s-${severity}" x="${(index * width + width * 0.12).toFixed(1)}" y="${y.toFixed(1)}" width="${(width * 0.76).toFixed(1)}" height="${size.toFixed(1)}"></rect>`;
    });
  });
  const lines = [0, height / 2, height].map(
    y => html`<line class="grid" x1="0" x2="1000" y1="${y}" y2="${y}" vector-effect="non-scaling-stroke"></line>`,
  );
  return html`<svg viewBox="0 0 1000 ${height}" preserveAspectRatio="none">${lines}${bars.flat()}</svg>`;
};

const sentence = (points: readonly TrendPoint[], totals: readonly number[]): string => {
  const [first = 0] = totals;
  const last = totals.at(-1) ?? 0;
  const moved = last === first ? 'as many as' : `${Math.abs(last - first)} ${last > first ? 'more' : 'fewer'} than`;
  const unread = points.filter(({ gaps }) => gaps > 0).length;
  return `${counted(last, 'finding')} now, ${moved} on ${(points[0]?.at ?? '').slice(0, isOneDay(points) ? 16 : 10).replace('T', ' at ')}.${unread === 0 ? '' : ` ${counted(unread, 'run')} did not read everything.`}`;
};

const clusterTable = (clusters: readonly ClusterTrend[]): Markup | undefined =>
  clusters.length === 0
    ? undefined
    : html`<h3>By cluster, the worst now first</h3><div class="scroll" tabindex="0" role="region" aria-label="Trend by cluster"><table class="evidence by-cluster"><thead><tr><th scope="col">Cluster</th><th scope="col">First</th><th scope="col">Now</th><th scope="col">By severity</th><th scope="col">Run by run</th></tr></thead><tbody>${clusters.map(clusterRow)}</tbody></table></div>`;

const clusterRow = ({ name, open, last }: ClusterTrend): Markup => {
  const known = open.filter(count => count !== undefined);
  const most = Math.max(1, ...known);
  const width = 200 / columnsOf(open);
  const bars = open.map((count = 0, index) => {
    const size = (count / most) * 20;
    return html`<rect x="${(index * width).toFixed(1)}" y="${(20 - size).toFixed(1)}" width="${(width * 0.8).toFixed(1)}" height="${size.toFixed(1)}"></rect>`;
  });
  return html`<tr><td>${name}</td><td>${known[0] ?? ''}</td><td>${known.at(-1) ?? ''}</td><td>${severityList(last)}</td><td><svg class="spark" viewBox="0 0 200 20" preserveAspectRatio="none" role="img" aria-label="from ${known[0] ?? 0} to ${known.at(-1) ?? 0}, at most ${most}">${bars}</svg></td></tr>`;
};
