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

test('a finding that several causes explain is a part of each of them, in the order of the run', () => {
  const effect = aFinding({ ruleId: 'pod-role-stale', subject: 'a pod' });
  const { id, ruleId, subject, message } = effect;
  const explains = [{ id, ruleId, subject, message }];
  const causes = ['a', 'b'].map(letter => aFinding({ id: letter.repeat(32), subject: letter, explains }));
  expect(absenceIn(anEvaluation({ findings: causes }))(effect)).toEqual({ explainedBy: causes });
});
