import { expect, test } from '@jest/globals';
import { compareFinding } from '../../lib/history/compare-finding.ts';
import type { SeenFinding } from '../../lib/history/seen-finding.ts';
import { accountId, aFinding, aKnown } from '../support/drift-builders.ts';

const missed = [{ accountId, section: 'roles' as const }];
const waiver = { reason: 'moves soon', owner: 'team-a', expires: '2026-12-31', upTo: 'critical' as const };
const seen = (over: Partial<SeenFinding>): SeenFinding => ({
  finding: aFinding(),
  judgedWithout: missed,
  reading: 'poorer',
  factChanged: false,
  isKnownByCause: false,
  isToRemember: false,
  hasOtherEffects: false,
  ...over,
});
const known = aKnown({ finding: aFinding({ severity: 'medium' }), judgedWithout: [] });

test('what is worse by a poorer reading is kept as it is now, waived or not', () => {
  const finding = aFinding({ severity: 'high' });
  expect(compareFinding(known, seen({ finding }))).toMatchObject({
    kind: 'reassessed',
    finding: { severity: 'high' },
    judgedWithout: missed,
  });
  expect(compareFinding(known, seen({ finding: { ...finding, waiver } }))).toMatchObject({
    kind: 'waived',
    finding: { severity: 'high' },
    judgedWithout: missed,
  });
});

test('what is no worse by a poorer reading stays as it was known', () => {
  const finding = aFinding({ severity: 'low' });
  expect(compareFinding(known, seen({ finding }))).toBeUndefined();
  expect(compareFinding(known, seen({ finding: { ...finding, waiver } }))).toMatchObject({
    kind: 'waived',
    finding: { severity: 'medium' },
    judgedWithout: [],
  });
});

test('what a poorer reading found to be about another thing is remembered with what it was judged without', () => {
  const elsewhere = { roleArn: 'arn:aws:iam::111122223333:role/other', message: 'the other role' };
  const told = compareFinding(aKnown({ judgedWithout: [] }), seen({ finding: aFinding(elsewhere) }));
  expect(told).toMatchObject({ kind: 'changed', finding: elsewhere, judgedWithout: missed });
  // As bad as it was known by the better reading: the next equally poor one makes it no milder.
  const milder = compareFinding(
    aKnown({ judgedWithout: [] }),
    seen({ finding: aFinding({ ...elsewhere, severity: 'low' }) }),
  );
  expect(milder).toMatchObject({ kind: 'changed', finding: { ...elsewhere, severity: 'high' }, judgedWithout: [] });
});

test.each(['comparable', 'richer', 'poorer'] as const)(
  'a waived finding that no waiver covers any more is open again, by a %s reading too',
  reading => {
    const before = aKnown({ status: 'waived', finding: aFinding({ waiver }), judgedWithout: [] });
    expect(compareFinding(before, seen({ reading }))).toMatchObject({ kind: 'reopened', judgedWithout: missed });
  },
);
