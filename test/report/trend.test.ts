import { describe, expect, test } from '@jest/globals';
import { addClusterCounts, countByCluster, namesOfClusters } from '../../lib/report/cluster-counts.ts';
import { trendSection } from '../../lib/report/html/trend-section.ts';
import { renderTrend } from '../../lib/report/overview/trend-text.ts';
import type { TrendPoint } from '../../lib/report/run-report.ts';
import { clusterTrends } from '../../lib/report/trend.ts';
import { aFinding, aReport } from './sample-report.ts';

const texts = (markup: string, pattern: RegExp): readonly (string | undefined)[] =>
  [...markup.matchAll(pattern)].map(([, text]) => text);

const counts = (over: Partial<TrendPoint['openBySeverity']> = {}): TrendPoint['openBySeverity'] => ({
  ...{ critical: 0, high: 0, medium: 0, low: 0, info: 0 },
  ...over,
});
const point = (day: number, over: Partial<TrendPoint['openBySeverity']> = {}, more: Partial<TrendPoint> = {}) => ({
  at: `2026-11-${String(day).padStart(2, '0')}T06:00:00.000Z`,
  openBySeverity: counts(over),
  gaps: 0,
  ...more,
});
const arnOf = (name: string, region = 'eu-west-1'): string => `arn:aws:eks:${region}:111122223333:cluster/${name}`;
const inCluster = (name: string, high: number) => ({ clusterArn: arnOf(name), open: counts({ high }) });

describe('the trend of a page', () => {
  const drawn = (trend?: readonly TrendPoint[]): string =>
    trendSection(aReport(trend === undefined ? {} : { trend })).markup;
  const rows = (markup: string) =>
    [...markup.matchAll(/<tr><td>.*?<\/tr>/g)].map(([row]) => texts(row, /<td>(.*?)<\/td>/g));

  test('wants two runs', () => {
    expect([drawn(), drawn([]), drawn([point(1)])]).toEqual(['', '', '']);
  });

  test('is a table, too: what was open, and what was not read', () => {
    const markup = drawn([point(1, { high: 2, info: 1 }), point(2, {}, { gaps: 3 })]);
    expect(rows(markup)).toEqual([
      ['2026-11-01T06:00:00.000Z', '3', '2 high, 1 info', '0'],
      ['2026-11-02T06:00:00.000Z', '0', expect.any(String), '3'],
    ]);
    expect(markup).toContain('0 findings now, 3 fewer than on 2026-11-01. 1 run did not read everything.');
  });

  test('has an axis, the number over each bar, and the first and last date under them', () => {
    const markup = drawn([point(1, { high: 7 }), point(2, { high: 3 }), point(3, { high: 13 })]);
    const [axis = ''] = /<div class="axis">.*?<\/div>/.exec(markup) ?? [];
    expect(texts(axis, /<span>(\d+)<\/span>/g)).toEqual(['20', '10', '0']);
    const cellsOf = (name: string) =>
      texts(new RegExp(`<div class="cells ${name}">.*?</div>`).exec(markup)?.[0] ?? '', /<span>([^<]*)<\/span>/g);
    expect(cellsOf('values').slice(0, 4)).toEqual(['7', '3', '13', '']);
    expect(cellsOf('dates').slice(0, 4)).toEqual(['11-01', '', '11-03', '']);
  });

  test('of one day has times for dates', () => {
    const at = (hour: string) => ({ ...point(1), at: `2026-11-01T${hour}:00.000Z` });
    const markup = drawn([at('06:30'), at('18:45')]);
    expect(markup).toContain('<span>06:30</span><span>18:45</span>');
    expect(markup).toContain('as many as on 2026-11-01 at 06:30.');
  });

  test.each([
    [0, 2],
    [1, 2],
    [2, 2],
    [3, 4],
    [9, 10],
    [10, 10],
    [11, 20],
    [28, 40],
    [60, 60],
    [61, 80],
    [101, 200],
    [99, 100],
    [1234, 2000],
  ])('of at most %i findings has an axis to %i', (most, top) => {
    const [, got] = /<div class="axis"><span>(\d+)</.exec(drawn([point(1, { low: most }), point(2)])) ?? [];
    expect(Number(got)).toBe(top);
  });

  test('bars stand on each other, each as high as its share of the axis', () => {
    const markup = drawn([point(1, { critical: 1, low: 1 }), point(2, { medium: 4 })]);
    const bars = [
      ...markup.matchAll(/<rect class="s-(\w+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)">/g),
    ]
      .map(([, severity, x, y, width, height]) => ({ severity, x, y: Number(y), width, height: Number(height) }))
      .filter(({ height }) => height > 0);
    expect(bars).toEqual([
      { severity: 'critical', x: '6.0', y: 75, width: '38.0', height: 25 },
      { severity: 'low', x: '6.0', y: 50, width: '38.0', height: 25 },
      { severity: 'medium', x: '56.0', y: 0, width: '38.0', height: 100 },
    ]);
  });

  test('shows the last sixty runs, and of many each the narrower', () => {
    const markup = drawn(Array.from({ length: 75 }, (_, at) => ({ ...point(1, { low: 1 }), at: String(at) })));
    expect(rows(markup).map(([at]) => at)).toEqual(Array.from({ length: 60 }, (_, at) => String(at + 15)));
    expect(markup).toContain('width="12.7"');
  });

  test('has the worst clusters of the last run, with their first and last number', () => {
    const trend = [
      point(1, { high: 3 }),
      point(2, { high: 3 }, { openByCluster: [inCluster('shop', 3)] }),
      point(3, { high: 6 }, { openByCluster: [inCluster('store', 5), inCluster('shop', 1)] }),
    ];
    const [, table = ''] = drawn(trend).split('by-cluster');
    expect(texts(table.split('</table>')[0] ?? '', /<td>([^<]*)<\/td>/g)).toEqual([
      ...['store', '0', '5', '5 high'],
      ...['shop', '3', '1', '1 high'],
    ]);
  });
});

describe('clusters over runs', () => {
  test('are not known of a run that did not record them, nor of one that left some out', () => {
    const trend = [
      point(1),
      point(2, {}, { openByCluster: [inCluster('shop', 2)], clustersLeftOut: 1 }),
      point(3, {}, { openByCluster: [inCluster('shop', 2)] }),
      point(4, {}, { openByCluster: [inCluster('store', 1)] }),
    ];
    expect(clusterTrends(trend)).toEqual([
      { name: 'store', open: [undefined, undefined, 0, 1], last: counts({ high: 1 }) },
    ]);
    expect(clusterTrends([point(1), point(2)])).toEqual([]);
  });

  test('are told apart by region and account where they have one name', () => {
    const nameOf = namesOfClusters([arnOf('shop'), arnOf('shop', 'us-east-1'), arnOf('store'), arnOf('store')]);
    expect([arnOf('shop'), arnOf('store'), undefined].map(nameOf)).toEqual([
      ...['shop (eu-west-1, 111122223333)', 'store', 'no cluster'],
    ]);
  });

  test('are counted by what findings name, and added up', () => {
    const { clusterArn: _, ...bare } = aFinding({ severity: 'critical' });
    const found = countByCluster([
      aFinding({ clusterArn: arnOf('shop') }),
      bare,
      aFinding({ clusterArn: arnOf('shop') }),
    ]);
    expect(found).toEqual([
      { open: counts({ critical: 1 }) },
      { clusterArn: arnOf('shop'), open: counts({ high: 2 }) },
    ]);
    expect(addClusterCounts([...found, inCluster('shop', 1), inCluster('store', 9)])).toEqual([
      { open: counts({ critical: 1 }) },
      inCluster('store', 9),
      inCluster('shop', 3),
    ]);
  });
});

describe('the trend in a terminal', () => {
  const plain = { colour: false, width: 80 };

  test('has a line for each run, as long as its sum, then the worst clusters', () => {
    const trend = [
      point(1, { high: 12 }, { gaps: 2 }),
      point(2, { critical: 1, high: 5 }, { openByCluster: [inCluster('store', 4), inCluster('shop', 2)] }),
      point(3, {}, { openByCluster: [inCluster('shop', 3)] }),
    ];
    expect(renderTrend(trend, plain).split('\n')).toEqual([
      'Open findings, run by run',
      `2026-11-01 06:00  12  ${'█'.repeat(24)}  12 high  2 things not read`,
      `2026-11-02 06:00   6  ${'█'.repeat(12)}${' '.repeat(12)}  1 critical, 5 high`,
      `2026-11-03 06:00   0  ${' '.repeat(24)}  nothing open`,
      '',
      'By cluster, first to last run, the worst now first',
      'shop     2 → 3     3 high',
      '',
    ]);
  });

  test('paints each severity in its colour', () => {
    const [, line = ''] = renderTrend([point(1, { critical: 1, high: 1 })], { ...plain, colour: true }).split('\n');
    expect(line).toContain(`\u001b[1;97;41m${' '.repeat(12)}\u001b[0m\u001b[1;31m${'█'.repeat(12)}\u001b[0m`);
  });

  test('says where no run recorded its clusters, and nothing of no run', () => {
    expect(renderTrend([point(1)], plain)).toContain('no run of these recorded its clusters');
    expect(renderTrend([], plain)).toBe('');
  });
});
