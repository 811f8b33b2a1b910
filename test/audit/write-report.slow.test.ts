import { describe, expect, test } from '@jest/globals';
import { documentKeys, latestReportKey } from '../../lib/audit/document-keys.ts';
import type { PageStore } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { writeReport } from '../../lib/audit/steps/write-report.ts';
import { TransientError } from '../../lib/kit/errors.ts';
import { complete } from '../../lib/model/collected.ts';
import { pageBounds } from '../../lib/report/bounded-parts.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

const [main, other] = ['111122223333', '444455556666'] as const;
const state = { ...aStart(), accounts: [main, other] };
const record = { endedAt: '2026-11-25T06:00:30.000Z', apiCalls: { 'iam:ListRoles': 2 } };

const memoryPages = (): PageStore & { readonly written: Map<string, string> } => {
  const written = new Map<string, string>();
  return { toolVersion: '9.9.9', written, put: async (key, html) => void written.set(key, html) };
};

const openRole = (name: string) =>
  aRole({ arn: `arn:aws:iam::${main}:role/${name}`, name, trustPolicy: aTrustPolicy({ condition: {} }) });

/** A run over a broken account and one that could not be read. */
const finished = async (pages = memoryPages()) => {
  const ports = portsOver(
    { [main]: aSnapshot({ roles: complete([openRole('cart'), openRole('till')]) }), [other]: new Error('no') },
    { pages },
  );
  return { ports, pages, result: await runAudit(ports, someChoices(), aStart()) };
};

describe('the page of a run', () => {
  test('lies beside its documents and in the place of the last one, with findings, gaps, health and graph', async () => {
    const { pages, result } = await finished();
    const { report } = documentKeys('run-1');
    expect(result.completed).toMatchObject({ report, complete: false });
    expect([...pages.written.keys()]).toEqual([report, latestReportKey]);
    const html = pages.written.get(report) ?? '';
    expect(pages.written.get(latestReportKey)).toBe(html);
    for (const part of ['trust-any-subject', 'id="health"', 'id="graph-svg"', '9.9.9', other])
      expect(html).toContain(part);
    expect(html).not.toContain('are not on this page');
  });

  test('tells of each of many accounts', async () => {
    const accounts = Array.from({ length: 35 }, (_, at) => String(200_000_000_000 + at));
    const pages = memoryPages();
    const ports = portsOver(Object.fromEntries(accounts.map(id => [id, new Error('no')])), { pages });
    await runAudit(ports, someChoices(), aStart());
    const html = pages.written.get(latestReportKey) ?? '';
    expect(accounts.filter(id => !html.includes(id))).toEqual([]);
  });

  test('a page that cannot be written is told, and the run is recorded all the same', async () => {
    const broken: PageStore = {
      toolVersion: '1',
      put: async () => {
        throw new TransientError('write the page: 503');
      },
    };
    const { result } = await finished({ ...broken, written: new Map() });
    expect(result.completed.report).toBeUndefined();
    expect(result.completed.reportFailure).toContain('503');
    expect(result.completed.runId).toBe('run-1');
  });

  test('what is cut is counted on the page, and nothing that was cut is drawn as healthy', async () => {
    const { ports } = await finished();
    const pages = memoryPages();
    await writeReport({ ...ports, pages }, someChoices(), state, record, { findings: 1, others: 0, drawn: 1000 });
    const html = pages.written.get(latestReportKey) ?? '';
    expect(html).toMatch(/\d+ more findings, the least bad ones, are not on this page/);
    expect(html).toMatch(/\d+ more gaps, are not on this page/);
    expect(html).toContain('because findings were left out');
    expect(html).not.toContain('id="graph-svg"');
    expect(html).not.toContain('id="health"');
  });

  test('a fleet too large to be drawn is listed', async () => {
    const { ports } = await finished();
    const pages = memoryPages();
    await writeReport({ ...ports, pages }, someChoices(), state, record, { ...pageBounds, drawn: 0 });
    const html = pages.written.get(latestReportKey) ?? '';
    expect(html.includes('are too many for it')).toBe(true);
    expect(html).toContain('trust-any-subject');
    expect(html).not.toContain('id="graph-svg"');
  });

  const trendTable = (html: string): string => /<section id="trend".*<\/section>/s.exec(html)?.[0] ?? '';

  test('shows the trend over the runs before it, this one last; the first run has none', async () => {
    const pages = memoryPages();
    const { ports } = await finished(pages);
    expect(trendTable(pages.written.get(latestReportKey) ?? '')).toBe('');
    const fixed = aSnapshot({ roles: complete([]) });
    const later = {
      ...portsOver({ [main]: fixed, [other]: aSnapshot({ accountId: other }) }, { pages }),
      findings: ports.findings,
    };
    await runAudit(later, someChoices(), { ...aStart(), runId: 'run-2', startedAt: '2026-11-26T06:00:00.000Z' });
    const trend = trendTable(pages.written.get(latestReportKey) ?? '');
    const rows = [...trend.matchAll(/<tr><td>(.*?)<\/td><td>(.*?)<\/td>/g)].map(([, at, open]) => [at, open]);
    expect(rows.map(([at]) => at)).toEqual([aStart().startedAt, '2026-11-26T06:00:00.000Z']);
    const [before, after] = rows.map(([, open]) => Number(open));
    const mendedFindings = 2 * new Set(['trust-any-subject', 'trust-audience-unchecked']).size;
    expect((before ?? 0) - (after ?? 0)).toBe(mendedFindings);
  });

  test('earlier runs that cannot be read are told, and the page is written all the same', async () => {
    const { ports } = await finished();
    const pages = memoryPages();
    const runs = () => Promise.reject(new TransientError('query the table: 503'));
    await writeReport({ ...ports, findings: { runs }, pages }, someChoices(), state, record);
    const html = pages.written.get(latestReportKey) ?? '';
    expect(html).toContain('the trend is not drawn: TransientError: query the table: 503');
    expect(html).toContain('trust-any-subject');
  });
});
