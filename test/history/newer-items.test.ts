import { expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { factKey } from '../../lib/history/watched-drift.ts';
import { aFact, aFinding, anEvaluation, aRoleFinding, aRun, rolePrefix } from '../support/drift-builders.ts';

/** Items of a finding and of a watched fact that a newer version of this program wrote. */
const { id, ruleId, subject, discriminator } = aFinding();
const named = { id, ruleId, subject, discriminator };
const known = (newer: readonly (typeof named)[]) => ({
  ...nothingKnown,
  hasBaseline: true,
  readScopes: [rolePrefix],
  newer: { count: 2, findings: newer, facts: [factKey(aFact())], isWhole: false },
});
const other = aRoleFinding('other');
const otherFact = aFact({ subject: other.subject });
const found = anEvaluation({ findings: [aFinding(), other], watched: [aFact(), otherFact] });

test.each([
  ['its id', named],
  ['its id alone', { id, ruleId: '', subject: '', discriminator: '' }],
  ['its name, under another id', { ...named, id: 'given-by-a-newer-version' }],
])('a run writes nothing over what a newer version wrote, known by %s', (_, newer) => {
  const { transitions, watched, factChanges } = reconcile(known([newer]), found, aRun(2));
  expect(transitions.map(({ kind, after }) => [kind, after.finding.subject])).toEqual([['opened', other.subject]]);
  expect(watched).toEqual([otherFact]);
  expect(factChanges.map(change => change.subject)).toEqual([other.subject]);
});

test('where no newer version wrote anything, all of it is new', () => {
  const { transitions, watched } = reconcile({ ...nothingKnown, readScopes: [rolePrefix] }, found, aRun(2));
  expect(transitions.map(({ kind }) => kind)).toEqual(['opened', 'opened']);
  expect(watched).toEqual([aFact(), otherFact]);
});
