import { expect, test } from '@jest/globals';
import type { KnownFinding } from '../../../lib/history/transition.ts';
import type { Severity } from '../../../lib/model/finding.ts';
import { weeklyHeadline, weeklySummary } from '../../../lib/report/digest/weekly-summary.ts';
import { aKnown, aRoleFinding } from '../../support/drift-builders.ts';

const at = '2026-11-30T08:00:00.000Z';
const daysAgo = (days: number): string => new Date(Date.parse(at) - days * 86_400_000).toISOString();
const open = (name: string, severity: Severity, days: number, over: Partial<KnownFinding> = {}): KnownFinding =>
  aKnown({ finding: aRoleFinding(name, { severity }), firstSeenAt: daysAgo(days), ...over });

test('what is open is counted, the worst and longest open first; what is resolved, waived or told with its cause is not', () => {
  const summary = weeklySummary(
    {
      findings: [
        open('lately', 'high', 1),
        open('resolved', 'critical', 90, { status: 'resolved' }),
        open('low', 'low', 60),
        open('long', 'high', 40),
        open('waived', 'critical', 90, { status: 'waived' }),
        open('explained', 'critical', 90, { status: 'explained' }),
      ],
      beyond: 0,
    },
    at,
  );
  expect(summary.openBySeverity).toEqual({ critical: 0, high: 2, medium: 0, low: 1, info: 0 });
  expect(summary.worst.map(({ finding }) => finding.roleArn?.split('/').at(-1))).toEqual(['long', 'lately', 'low']);
  expect(summary.byRule).toEqual([{ ruleId: 'trust-any-subject', open: 3 }]);
  expect(weeklyHeadline(summary)).toBe(
    'IRSA audit, this week: 3 open (2 high, 1 low), 2 of them for more than 30 days.',
  );
});

test.each([
  [30, 0],
  [31, 1],
])('of %i days it is open for more than thirty: %i', (days, old) => {
  expect(weeklySummary({ findings: [open('x', 'high', days)], beyond: 0 }, at).old).toBe(old);
});

test('rules stand by how many they have, and of as many by name', () => {
  const of = (name: string, ruleId: string): KnownFinding =>
    aKnown({ finding: { ...aRoleFinding(name), ruleId }, firstSeenAt: daysAgo(1) });
  const findings = [
    of('a', 'role-unused'),
    of('b', 'trust-any-subject'),
    of('c', 'role-trust-mixed'),
    of('d', 'trust-any-subject'),
  ];
  expect(weeklySummary({ findings, beyond: 0 }, at).byRule.map(({ ruleId }) => ruleId)).toEqual([
    ...['trust-any-subject', 'role-trust-mixed', 'role-unused'],
  ]);
});
