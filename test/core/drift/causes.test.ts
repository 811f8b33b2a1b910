import { expect, test } from '@jest/globals';
import { nothingKnown } from '../../../lib/core/drift/known-state.ts';
import { reconcile } from '../../../lib/core/drift/reconcile.ts';
import { outcomeKey } from '../../../lib/core/evaluate/evaluation.ts';
import type { Finding } from '../../../lib/core/model/finding.ts';
import { aFinding, anEvaluation, aRoleFinding, aRun, stateAfter } from '../../support/drift-builders.ts';

const effect = (discriminator: string): Finding =>
  aRoleFinding('app', { ruleId: 'runtime-assume-failing', discriminator });
const cause = (discriminator: string): Finding => {
  const { ruleId, subject } = effect(discriminator);
  return aFinding({ severity: 'critical', explains: [{ ruleId, subject, discriminator, message: 'refused' }] });
};
const kindsOf = (change: ReturnType<typeof reconcile>) => change.transitions.map(({ kind }) => kind);

test('another failure that a known cause explains is noted without a word, and not told alone when the cause is not read', () => {
  const opened = reconcile(nothingKnown, anEvaluation({ findings: [cause('cart')] }), aRun(1));
  const first = stateAfter(nothingKnown, opened, aRun(1).at);
  const moved = reconcile(first, anEvaluation({ findings: [cause('ledger')] }), aRun(2));
  expect(kindsOf(moved)).toEqual(['confirmed']);
  const second = stateAfter(first, moved, aRun(2).at);
  const poorer = anEvaluation({
    findings: [effect('ledger')],
    outcomes: { [outcomeKey(cause('ledger').ruleId, '*')]: 'unknown' },
    unread: [{ section: 'providers' }],
  });
  expect(kindsOf(reconcile(second, poorer, aRun(3)))).toEqual(['unconfirmed']);
  expect(kindsOf(reconcile(first, poorer, aRun(3)))).toContain('opened');
});
