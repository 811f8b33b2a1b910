import { describe, expect, test } from '@jest/globals';
import { pageData } from '../../../lib/report/html/page-data.ts';
import { linesOf } from '../../../lib/report/page/filter.ts';
import { findingsCsv } from '../../../lib/report/page/findings-csv.ts';
import { aFleetReport } from '../fleet-report.ts';
import { aFinding, aFullReport, aHostileReport, aReport } from '../sample-report.ts';

describe('lines of the list', () => {
  const { findings, causes } = pageData(aFleetReport(440, 44));

  test('hold each finding once, the worst first', () => {
    const lines = linesOf(findings, causes);
    expect(lines.map(line => line.findings.length)).toEqual([1, 44, 1]);
    expect(new Set(lines.flatMap(line => line.findings))).toEqual(new Set(findings));
  });

  test('name the root cause of several findings, and of one that is left by a filter none', () => {
    expect(linesOf(findings, causes).map(({ cause }) => cause)).toEqual([
      undefined,
      'kube-system/api-7 → <cluster>-kube-system-api-7: service-account-role-not-trusting',
      undefined,
    ]);
    const one = findings.filter(({ clusters }) => clusters.includes('prod-d'));
    expect(linesOf(one, causes).map(({ cause, findings: own }) => [cause, own.length])).toEqual([[undefined, 1]]);
  });
});

describe('findings as CSV', () => {
  const rowsOf = (csv: string) => csv.split('\r\n').slice(0, -1);

  test('are those of the list, one row each, under a header', () => {
    const { findings } = pageData(aFullReport());
    const rows = rowsOf(findingsCsv(findings));
    expect(rows[0]).toMatch(/^severity,impact,ruleId,accountId,region,clusters,/);
    expect(rows.slice(1).map(row => row.split(',').at(-1))).toEqual(findings.map(({ id }) => id));
    expect(rows.at(-1)).toContain(',2027-01-01,');
    expect(findingsCsv([]).split('\r\n')).toHaveLength(2);
  });

  test('have the choice before the fix, and when it was first seen', () => {
    const report = aReport({ findings: [aFinding()], firstSeen: { [aFinding().id]: '2026-10-13T06:00:00.000Z' } });
    const csv = findingsCsv(pageData(report).findings);
    expect(csv).toContain('Choose first: Which service account of cluster shop uses the role.');
    expect(csv).toContain(',2026-10-13T06:00:00.000Z,');
  });

  test('hold no formula and no line that a name made', () => {
    const report = aHostileReport('=cmd|1\r\nx,"y');
    const rows = rowsOf(findingsCsv(pageData(report).findings));
    expect(rows).toHaveLength(3);
    expect(rows.join()).not.toMatch(/(^|,)"?=/m);
  });
});
