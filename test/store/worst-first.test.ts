import { expect, test } from '@jest/globals';
import type { FindingStatus } from '../../lib/history/transition.ts';
import type { Severity } from '../../lib/model/finding.ts';
import { sortLevelOf, worstFirstKey } from '../../lib/store/worst-first.ts';
import { aFinding, aKnown } from '../support/drift-builders.ts';

const keyOf = (status: FindingStatus, severity: Severity, changedAt: string): string =>
  worstFirstKey(aKnown({ status, changedAt, finding: aFinding({ severity }) }));

const inOrder = [
  keyOf('open', 'critical', '2026-11-02T06:00:00.000Z'),
  keyOf('open', 'high', '2026-11-01T06:00:00.000Z'),
  keyOf('open', 'high', '2026-11-02T06:00:00.000Z'),
  keyOf('open', 'info', '2026-11-01T06:00:00.000Z'),
  keyOf('explained', 'critical', '2026-11-01T06:00:00.000Z'),
  keyOf('resolved', 'critical', '2026-11-01T06:00:00.000Z'),
  keyOf('waived', 'critical', '2026-11-01T06:00:00.000Z'),
];

test('open comes before explained, resolved and waived, then the worst, then what changed first', () => {
  expect([...inOrder].reverse().sort()).toEqual(inOrder);
});

test('a level is the status and the severity, or the kind of what has none', () => {
  expect(inOrder.map(sortLevelOf)).toEqual([
    'open#0',
    'open#1',
    'open#1',
    'open#4',
    'open-explained#0',
    'resolved#0',
    'waived#0',
  ]);
  expect(sortLevelOf('watched#2026-11-01T06:00:00.000Z#role-trust-policy')).toBe('watched');
});
