import { type Severity, severities } from '../../model.ts';
import { counted, displayWidth, padTo, visible } from '../../text.ts';
import { totalOf } from '../cluster-counts.ts';
import type { TrendPoint } from '../run-report.ts';
import { severityList } from '../summary.ts';
import { paint, type TextStyle, wrap } from '../text-layout.ts';
import { clusterTrends } from '../trend.ts';

/** Columns of the longest bar. */
const barColumns = 24;
/** Columns of a cluster's name. */
const maxName = 32;

/** Open findings run by run, oldest first: a bar whose parts are the severities, worst first, and the numbers; then the worst
 *  clusters of the last run. Empty without a run. */
export const renderTrend = (points: readonly TrendPoint[], style: TextStyle): string => {
  if (points.length === 0) return '';
  const most = Math.max(1, ...points.map(({ openBySeverity }) => totalOf(openBySeverity)));
  const digits = String(most).length;
  const lines = points.map(point => runLine(point, most, digits, style));
  return [paint(style, 'bold', 'Open findings, run by run'), ...lines, ...clusterLines(points, style)]
    .map(line => `${line}\n`)
    .join('');
};

const runLine = ({ at, openBySeverity, gaps }: TrendPoint, most: number, digits: number, style: TextStyle): string => {
  const total = totalOf(openBySeverity);
  const parts = [
    `${at.slice(0, 16).replace('T', ' ')}`,
    String(total).padStart(digits),
    bar(openBySeverity, most, style),
    severityList(openBySeverity) || 'nothing open',
    ...(gaps === 0 ? [] : [paint(style, 'warn', `${counted(gaps, 'thing')} not read`)]),
  ];
  return parts.join('  ');
};

/** Each part ends where its share of the sum ends, so that the bar is as long as the sum says. */
const bar = (open: TrendPoint['openBySeverity'], most: number, style: TextStyle): string => {
  let [sum, drawn] = [0, 0];
  const parts = severities.map(severity => {
    sum += open[severity];
    const end = Math.round((sum / most) * barColumns);
    const part = paint(style, severity, blockOf(severity, style).repeat(end - drawn));
    drawn = end;
    return part;
  });
  return parts.join('') + ' '.repeat(barColumns - drawn);
};

/** The colours of a critical badge are those of its ground: a block would hide it. */
const blockOf = (severity: Severity, { colour }: TextStyle): string => (colour && severity === 'critical' ? ' ' : '█');

const clusterLines = (points: readonly TrendPoint[], style: TextStyle): readonly string[] => {
  const clusters = clusterTrends(points);
  if (clusters.length === 0)
    return ['', ...wrap('By cluster: no run of these recorded its clusters; the next one does.', style.width)];
  const rows = clusters.map(({ name, open, last }) => {
    const known = open.filter(count => count !== undefined);
    return { name: visible(name), first: known[0] ?? 0, now: known.at(-1) ?? 0, last };
  });
  const width = Math.min(maxName, Math.max(...rows.map(({ name }) => displayWidth(name))));
  return [
    '',
    paint(style, 'bold', 'By cluster, first to last run, the worst now first'),
    ...rows.map(
      ({ name, first, now, last }) =>
        `${padTo(name, width)}  ${String(first).padStart(4)} → ${String(now).padEnd(4)}  ${severityList(last)}`,
    ),
  ];
};
