import { describe, expect, test } from '@jest/globals';
import { isOutdated, materialDifferences } from '../../lib/history/material.ts';
import type { Evidence } from '../../lib/model/finding.ts';
import { aFinding } from '../support/drift-builders.ts';

const piece = (what: string, got: string, more: Partial<Evidence> = {}): Evidence => ({
  what,
  got,
  readFrom: 'iam:ListRoles',
  ...more,
});

describe('a finding is another one', () => {
  test.each([
    ['severity', { severity: 'low' as const }],
    ['impact', { impact: 'breaks' as const }],
    ['message', { messageId: 'other' }],
    ['message', { data: { text: 'other' } }],
    ['evidence', { evidence: [piece('condition', 'other')] }],
    ['what it explains', { explains: [{ id: 'a', ruleId: 'a', subject: 'b', message: 'c' }] }],
    ['waiver', { waiver: { reason: 'a', owner: 'b', expires: '2027-01-01' } }],
  ])('by its %s', (part, over) => expect(materialDifferences(aFinding(), aFinding(over))).toEqual([part]));
});

describe('a finding is the same', () => {
  const folded = (message: string) => [{ id: 'r', ruleId: 'r', subject: 's', message }];
  const [a, b] = [piece('a', '1'), piece('b', '2')];

  test.each([
    ['in other words', {}, { message: 'Reworded.', data: aFinding().data }],
    ['with another fix, which follows from the data', {}, { fix: { summary: 'Other.', commands: ['x'] } }],
    ['with another error in the pod', {}, { podError: 'AccessDenied' }],
    ['with its evidence in another order', { evidence: [a, b] }, { evidence: [b, a] }],
    ['with its evidence under other names', { evidence: [a] }, { evidence: [{ ...a, what: 'c', readFrom: 'd' }] }],
    [
      'with its evidence in other words for the same values',
      { evidence: [piece('roles', '3 roles', { data: { count: 3 } })] },
      { evidence: [piece('roles', 'three', { data: { count: 3 } })] },
    ],
    [
      'where only volatile evidence differs',
      { evidence: [piece('pods', '3', { volatile: true })] },
      { evidence: [piece('pods', '7', { volatile: true })] },
    ],
    [
      'where only volatile data differs',
      { data: { role: 'x', days: 12 }, volatile: ['days'] },
      { data: { days: 1, role: 'x' }, volatile: ['days'] },
    ],
    ['where what it explains is told in other words', { explains: folded('x') }, { explains: folded('y') }],
  ])('%s', (_title, before, after) => expect(materialDifferences(aFinding(before), aFinding(after))).toEqual([]));
});

test('it is outdated where its commands or its owner are others, or its place is known only now', () => {
  const other = aFinding({ fix: { summary: 'Name the service account.', commands: ['aws iam other'] } });
  expect(isOutdated(aFinding(), other)).toBe(true);
  expect(isOutdated(aFinding(), aFinding({ namespace: 'checkout', serviceAccount: 'cart' }))).toBe(true);
  expect(isOutdated(aFinding({ namespace: 'checkout', serviceAccount: 'cart' }), aFinding())).toBe(false);
  expect(isOutdated(aFinding({ owner: 'team-a' }), aFinding({ owner: 'team-b' }))).toBe(true);
  expect(materialDifferences(aFinding({ owner: 'team-a' }), aFinding({ owner: 'team-b' }))).toEqual([]);
  expect(isOutdated(aFinding(), aFinding({ message: 'Reworded.', data: aFinding().data }))).toBe(false);
});
