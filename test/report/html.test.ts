/** The frame of the page: what it may run, and where its links lead. Hashes are those of Node's own crypto. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { renderHtml, servedPolicy } from '../../lib/report/html/html.ts';
import type { RunReport } from '../../lib/report/run-report.ts';
import { aFleetReport } from './fleet-report.ts';
import { aFullReport, aReport } from './sample-report.ts';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const directives = (policy: string): Readonly<Record<string, string>> =>
  Object.fromEntries(policy.split('; ').map(each => [each.split(' ')[0], each.split(' ').slice(1).join(' ')]));
const partsOf = (page: string) => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  return {
    policy: policy.replaceAll('&#39;', "'"),
    style: /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '',
    scripts: [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text = '']) => text),
  };
};
const full = aFullReport();
const level = { roleArn: 'arn:aws:iam::111122223333:role/ops', level: 'administrator', says: 'every action' } as const;
const withLevels: RunReport = { ...full, access: { rows: [], missing: [], ...full.access, levels: [level] } };
const aPoint = {
  at: '2026-10-31T06:00:00.000Z',
  openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
  gaps: 0,
};
const reports = [
  ['without findings', aReport()],
  ['with everything', aFullReport()],
  ['of a fleet', aFleetReport(40, 2)],
  ['with levels of roles', withLevels],
  ['with one point of its trend', { ...full, trend: [aPoint] }],
] as const;

describe.each(reports)('the page of a report %s', (_title, report) => {
  const page = renderHtml(report);
  const { policy, style, scripts } = partsOf(page);

  test('runs its own script and style sheet by their hashes, and loads, sends and embeds nothing', () => {
    expect(scripts).toHaveLength(1);
    expect(directives(policy)).toEqual({
      'default-src': "'none'",
      'script-src': hashOf(scripts[0] ?? ''),
      'style-src': hashOf(style),
      'base-uri': "'none'",
      'form-action': "'none'",
    });
  });

  test('tells no other site where it was opened, and no index of it', () => {
    expect(page).toContain('<meta name="referrer" content="no-referrer">');
    expect(page).toContain('<meta name="robots" content="noindex">');
  });

  test('links each of its sections once, in their order, and nothing that is not there', () => {
    const nav = /<nav aria-label="Sections">(.*?)<\/nav>/s.exec(page)?.[1] ?? '';
    const links = [...nav.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
    const sections = [...page.matchAll(/<section id="([^"]+)"/g)].map(([, id]) => id);
    // Without findings their section says so, and needs no link.
    expect(links).toEqual(sections.filter(id => id !== 'findings' || report.findings.length > 0));
  });

  test('begins with a link to what is there', () => {
    const [, id = ''] = /<a class="skip" href="#([^"]+)"/.exec(page) ?? [];
    expect(id).toBe(report.findings.length === 0 ? 'overview' : 'findings');
    expect(page).toContain(`<section id="${id}"`);
  });
});

test('a stored page is served with the script of this version alone, in frames of the same origin', () => {
  const { scripts } = partsOf(renderHtml(aReport()));
  expect(directives(servedPolicy)).toEqual({
    'default-src': "'none'",
    'script-src': hashOf(scripts[0] ?? ''),
    'style-src': "'unsafe-inline'",
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'self'",
  });
});
