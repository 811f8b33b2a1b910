/** An earlier report as the state that an audit is compared with, and the line after a scan: whole values. */
import { describe, expect, test } from '@jest/globals';
import { knownFromReport, nextSteps } from '../../../lib/cli/scan/run-report-file.ts';
import { aFinding, aReport } from '../../report/sample-report.ts';

const [one, other] = ['111122223333', '444455556666'] as const;
const hex = (letter: string) => letter.repeat(32);
const waiver = { reason: 'later', owner: 'ops', expires: '2027-01-01' };
const mine = aFinding({ id: hex('a'), accountId: one });
const waived = aFinding({ id: hex('b'), accountId: one, waiver });
const still = aFinding({ id: hex('c'), accountId: one, severity: 'low' });
const theirs = aFinding({ id: hex('d'), accountId: other });
const fact = (accountId: string) => ({
  kind: 'role-trust-policy' as const,
  subject: `role of ${accountId}`,
  accountId,
  value: 'v',
});
const scopes = (accountId: string) => ({
  accountId,
  readScopes: [`scope ${accountId}`],
  unreadFacts: [`fact ${accountId}`],
});
const earlier = {
  ...aReport({ findings: [mine, waived, theirs] }),
  ...{ runId: 'r-1', startedAt: '2026-10-01T06:00:00.000Z', endedAt: '2026-10-01T06:05:00.000Z' },
  accounts: [one, other].map(accountId => ({ accountId, regions: ['eu-west-1'] })),
  ...{ stillOpen: [still], firstSeen: { [hex('b')]: '2026-09-01T00:00:00.000Z' } },
  ...{ watched: [fact(one), fact(other)], watchedScopes: [scopes(other), scopes(one)] },
};
const known = (finding: typeof mine, over: object = {}) => ({
  ...{ finding, status: 'open', version: 1, runId: 'r-1' },
  ...{ firstSeenAt: '2026-10-01T06:00:00.000Z', changedAt: '2026-10-01T06:00:00.000Z', ...over },
});

describe('the state of an earlier report', () => {
  test('by account: its findings with those that it could not confirm, its watched facts, what it read', () => {
    const { [one]: first, [other]: second, ...none } = knownFromReport(earlier);
    expect(none).toEqual({});
    expect(first).toMatchObject({
      ...{ hasBaseline: true, confirmedAt: '2026-10-01T06:00:00.000Z', watched: [fact(one)] },
      ...{ readScopes: [`scope ${one}`], unreadFacts: [`fact ${one}`] },
    });
    expect(first?.findings).toEqual([
      known(mine),
      known(waived, { status: 'waived', firstSeenAt: '2026-09-01T00:00:00.000Z' }),
      known(still),
    ]);
    expect(second).toMatchObject({ watched: [fact(other)], unreadFacts: [`fact ${other}`] });
    expect(second?.findings).toEqual([known(theirs)]);
  });

  test('of a report without facts there are none, and nothing is known of another account', () => {
    const { watched: _w, watchedScopes: _s, stillOpen: _o, firstSeen: _f, ...bare } = earlier;
    const { [one]: first, ...others } = knownFromReport({ ...bare, accounts: [{ accountId: one, regions: [] }] });
    expect([first?.watched, first?.findings.map(({ finding }) => finding.id), Object.keys(others)]).toEqual([
      [],
      [hex('a'), hex('b')],
      [],
    ]);
  });
});

describe('the line after a scan', () => {
  const style = { colour: false, width: 100 };
  const made = { program: 'irsa-auditor', isKept: true };
  const worst = aFinding({ id: `a1${'0'.repeat(30)}`, severity: 'critical' });
  const report = aReport({ findings: [worst, aFinding({ id: `a2${'0'.repeat(30)}`, severity: 'low' })] });

  test('names the worst finding by the beginning of its id', () => {
    expect(nextSteps(report, made, style)).toBe('\nNext: irsa-auditor explain a1000000  # cause and fix\n');
  });
  test('of a scan that was not kept says how to make it again', () => {
    expect(nextSteps(report, { ...made, isKept: false }, style)).toBe(
      '\nNext: the same command with --finding a1000000  # cause and fix\n',
    );
  });
  test('is not there with details, and without a finding', () => {
    expect([
      nextSteps(report, made, { ...style, form: 'details' }),
      nextSteps(aReport({ findings: [] }), made, style),
    ]).toEqual(['', '']);
  });
});
