/** Parts of the page at their limits, each by itself. */
import { expect, test } from '@jest/globals';
import type { HealthLine } from '../../lib/report/graph/health-lines.ts';
import { coverageSection } from '../../lib/report/html/coverage-section.ts';
import { healthSection } from '../../lib/report/html/health-section.ts';
import { escapeHtml, html } from '../../lib/report/html/markup.ts';
import { pageData } from '../../lib/report/html/page-data.ts';
import { pageFindings } from '../../lib/report/html/page-finding.ts';
import { trendSection } from '../../lib/report/html/trend-section.ts';
import { aFinding, aReport } from './sample-report.ts';

test('no character of a text is markup, and none is invisible', () => {
  expect(escapeHtml(`<a b="c" d='e'>&\u202e\u0000`)).toBe(
    String.raw`&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;\u{202e}\u{0}`,
  );
  expect(html`<p>${'<'}${1}${undefined}${html`<b>${'>'}</b>`}${[html`<i></i>`, html`<u></u>`]}</p>`.markup).toBe(
    '<p>&#60;1<b>&#62;</b><i></i><u></u></p>',
  );
});

const named = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `prod-${at}`);
const line = (name: string): HealthLine => ({
  ...{ name, clusters: [name], region: 'eu-west-1', accountId: '111122223333', cells: [] },
});

test.each([
  [14, 1],
  [15, 2],
])('%i lines of the health map stand in tables: %i', (lines, tables) => {
  const { markup } = healthSection({ lines: named(lines).map(line), healthy: [] });
  expect(markup.match(/<table/g)).toHaveLength(tables);
});

test.each([
  [6, 'in prod-0, prod-1, prod-2, prod-3, prod-4, prod-5.'],
  [7, 'in all of 7 clusters</summary>'],
])('of %i healthy clusters it is said that every step passed %s', (count, said) => {
  expect(healthSection({ lines: [], healthy: named(count) }).markup).toContain(`Every step passed ${said}`);
});

test('a root cause of two findings is told once, and both name it', () => {
  const [one, other, third] = ['1', '2', '3'].map(id =>
    aFinding({ id, subject: `arn:aws:iam::111122223333:role/${id}` }),
  );
  if (!one || !other || !third) throw new Error('no finding');
  const report = aReport({ findings: [one, other, { ...third, ruleId: 'another', brief: 'another' }] });
  const { causes, findings } = pageData(report);
  expect([causes.length, findings.map(({ cause }) => cause)]).toEqual([1, [0, 0, undefined]]);
});

test.each([
  [undefined, undefined],
  [[], undefined],
  [['terraform'], true],
  [['terraform', 'helm'], true],
])('of a finding whose things %j manage the code is the fix: %s', (managers, isManaged) => {
  const fix = { summary: 's', commands: [], ...(managers && { managers }) } as never;
  const [finding] = pageFindings(aReport(), [aFinding({ fix })]);
  expect(finding?.fix.isManaged).toBe(isManaged);
});

test.each([
  [2, ['10-01', '10-02']],
  [12, ['10-01', '10-12']],
  [13, ['10-01', '10-07', '10-13']],
])('of %i runs the trend dates %j', (count, dates) => {
  const trend = Array.from({ length: count }, (_, at) => ({
    at: `2026-10-${String(at + 1).padStart(2, '0')}T06:00:00.000Z`,
    openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
    gaps: 0,
  }));
  const [, cells = ''] = /<div class="cells dates">(.*?)<\/div>/.exec(trendSection(aReport({ trend })).markup) ?? [];
  expect([...cells.matchAll(/<span>([\d-]+)<\/span>/g)].map(([, date]) => date)).toEqual(dates);
});

test('clusters of one name that were not reached are counted by region and account', () => {
  const reason = { kind: 'timed-out', operation: 'get /version', message: 'no answer' } as const;
  const places = [
    ['111122223333', 'eu-west-1'],
    ['111122223333', 'us-east-1'],
    ['444455556666', 'us-east-1'],
  ] as const;
  const notReached = [...places, ...places].map(([accountId, region]) => ({
    ...{ accountId, region, clusterName: 'shop', section: 'pods' as const, reason },
  }));
  expect(coverageSection(aReport({ notReached } as never)).markup).toContain(
    '<strong>The inside of 3 clusters was not reached.</strong>',
  );
});
