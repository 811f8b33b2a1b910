import { expect, test } from '@jest/globals';
import { absenceIn, absenceOfWaiver } from '../../lib/history/absent.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import type { FindingStatus } from '../../lib/history/transition.ts';
import { aFinding, aKnown, anEvaluation } from '../support/drift-builders.ts';

const covered = aFinding();
const expired = aKnown({
  finding: aFinding({ ruleId: 'waiver-expired', subject: `waiver:${covered.ruleId}/${covered.subject}` }),
});
const undecided = [{ ruleId: covered.ruleId, subject: covered.subject, missing: 'the roles', kind: 'unread' as const }];

test.each<[FindingStatus, boolean]>([
  ['open', true],
  ['waived', true],
  ['explained', false],
  ['resolved', false],
])('an expired waiver stays open for a finding that could not be checked and is %s: %s', (status, stays) => {
  const absenceOf = absenceIn(anEvaluation({ undecided }));
  const absence = absenceOfWaiver(expired, [aKnown({ finding: covered, status })], nothingKnown, absenceOf);
  expect(absence).toEqual(stays ? { unconfirmedBecause: 'what the waiver covered could not be checked' } : undefined);
});

test('an expired waiver ends where what it covered is settled, or was another finding', () => {
  const of = (finding = covered, evaluation = anEvaluation({ undecided })) =>
    absenceOfWaiver(expired, [aKnown({ finding })], nothingKnown, absenceIn(evaluation));
  expect(of(covered, anEvaluation())).toBeUndefined();
  expect(of(aFinding({ subject: `${covered.subject}-2` }))).toBeUndefined();
  expect(absenceOfWaiver(aKnown(), [aKnown()], nothingKnown, absenceIn(anEvaluation({ undecided })))).toBeUndefined();
});
