import { describe, expect, test } from '@jest/globals';
import { materialDifferences, stableText } from '../../../lib/core/drift/material.ts';
import { warnOfConflicts } from '../../../lib/core/evaluate/conflicting-fixes.ts';
import { aFinding } from '../../support/drift-builders.ts';

describe('what moves by itself', () => {
  test.each([
    ['ends in 12 days', 'ends in 3 days'],
    ['unused for 1,204 days', 'unused for 1,205 days'],
    ['failed 3 times', 'failed 44 times'],
    ['seen at 2026-11-01T06:00:00.000Z', 'seen at 2026-11-02T07:30Z'],
    ['2 pods run with it', '3 Pods run with it'],
  ])('%s is %s', (a, b) => expect(stableText(a).toLowerCase()).toBe(stableText(b).toLowerCase()));

  test.each([
    ['ends on 2027-01-01', 'ends on 2027-02-01'],
    ['allows 2 namespaces', 'allows 3 namespaces'],
    ['account 111122223333', 'account 444455556666'],
    ['role a1', 'role a2'],
  ])('%s is not %s', (a, b) => expect(stableText(a)).not.toBe(stableText(b)));
});

describe('material differences', () => {
  const evidence = (what: string, got: string) => ({ what, got, readFrom: 'iam:ListRoles' });

  test.each([
    ['severity', { severity: 'low' as const }],
    ['impact', { impact: 'breaks' as const }],
    ['message', { message: 'other' }],
    ['evidence', { evidence: [evidence('condition', 'other')] }],
    ['error in the pod', { podError: 'AccessDenied' }],
    ['fix', { fix: { summary: 'Other.', commands: [] } }],
    ['fix', { fix: { ...aFinding().fix, choice: 'which one' } }],
    ['what it explains', { explains: [{ ruleId: 'a', subject: 'b', message: 'c' }] }],
    ['waiver', { waiver: { reason: 'a', owner: 'b', expires: '2027-01-01' } }],
  ])('%s', (part, over) => expect(materialDifferences(aFinding(), aFinding(over))).toEqual([part]));

  test('neither the order of evidence nor the words of a folded finding are material', () => {
    const [a, b] = [evidence('a', '1'), evidence('b', '2')];
    const folded = (message: string) => [{ ruleId: 'r', subject: 's', message }];
    expect(
      materialDifferences(
        aFinding({ evidence: [a, b], explains: folded('x') }),
        aFinding({ evidence: [b, a], explains: folded('y') }),
      ),
    ).toEqual([]);
  });

  test.each([undefined, 'Which one?'])('nor is the warning of another command, beside the choice %s', choice => {
    const of = (name: string) =>
      aFinding({
        id: name,
        fix: { ...aFinding().fix, commands: [`aws iam update-x --y z ${name}`], ...(choice ? { choice } : {}) },
      });
    const [alone] = warnOfConflicts([of('a')]);
    const [warned] = warnOfConflicts([of('a'), of('b')]);
    expect(warned?.fix.choice).not.toBe(alone?.fix.choice);
    expect(alone && warned && materialDifferences(alone, warned)).toEqual([]);
  });

  test('nor are observations such as the last use', () => {
    const at = (got: string) => aFinding({ evidence: [evidence('last used', got)] });
    expect(materialDifferences(at('2026-01-01'), at('2026-05-05'))).toEqual([]);
  });
});
