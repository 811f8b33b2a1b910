import { expect, test } from '@jest/globals';
import { policyReportOf, renderPolicyReport } from '../../lib/report/formats/policy-report.ts';
import { aFinding, aFullReport, aHostileReport, aReport } from './sample-report.ts';

test.each([
  ['a finding fails', { severity: 'critical' as const }, 'fail', 'high'],
  ['an informational one warns', { severity: 'info' as const }, 'warn', 'low'],
  ['a waived one is skipped', { waiver: { reason: 'known', owner: 'x', expires: '2027-01-01' } }, 'skip', 'high'],
])('%s', (_, change, result, severity) => {
  const { results, summary } = policyReportOf(
    aReport({ findings: [{ ...aFinding({ severity: 'high' }), ...change }] }),
  );
  expect(results).toMatchObject([{ result, severity, policy: 'irsa-auditor', source: 'irsa-auditor' }]);
  expect(summary).toEqual({ pass: 0, fail: 0, warn: 0, error: 0, skip: 0, [result]: 1 });
});

test('a finding that could not be confirmed is an error, and so is what was not read', () => {
  const { gaps, undecided } = aFullReport();
  const { summary } = policyReportOf(aReport({ stillOpen: [aFinding()], gaps, undecided }));
  expect(summary).toMatchObject({
    fail: 0,
    error: 1 + gaps.length + undecided.filter(({ subject }) => subject !== '*').length,
  });
});

test('a finding about a service account refers to it', () => {
  const about = { namespace: 'orders', serviceAccount: 'cart' };
  const { results } = policyReportOf(aReport({ findings: [{ ...aFinding(), ...about }] }));
  expect(results[0]).toMatchObject({
    resources: [{ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'orders', name: 'cart' }],
  });
});

test('the object stays within what etcd takes, counts all, and says what it left out', () => {
  const [worst] = aHostileReport().findings;
  if (worst === undefined) throw new Error('no finding');
  const findings = Array.from({ length: 3000 }, () => ({ ...worst, message: '界'.repeat(5000) }));
  const report = aReport({ findings });
  const { results, summary } = policyReportOf(report);
  expect(results).toHaveLength(300);
  expect(results[0]).toMatchObject({ result: 'error', message: expect.stringContaining('2701 more results') });
  expect(summary.fail).toBe(3000);
  expect(Buffer.byteLength(JSON.stringify(JSON.parse(renderPolicyReport(report))))).toBeLessThan(1_500_000);
});
