import { describe, expect, test } from '@jest/globals';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { fleetPart, type Missed, samplePart } from '../../lib/model/unread.ts';
import { outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { aFinding, anEvaluation, aRoleFinding, aRun, foldedOf, stateAfter } from '../support/drift-builders.ts';

const effect = (discriminator: string): Finding =>
  aRoleFinding('app', { ruleId: 'runtime-assume-failing', discriminator });
const cause = (discriminator: string): Finding => {
  return aFinding({ severity: 'critical', explains: [foldedOf(effect(discriminator))] });
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
    missed: [{ accountId: '111122223333', section: 'providers' }],
  });
  expect(kindsOf(reconcile(second, poorer, aRun(3)))).toEqual(['unconfirmed']);
  expect(kindsOf(reconcile(first, poorer, aRun(3)))).toContain('opened');
});

/** CloudTrail gives so many events: each run sees some, and which ones changes by itself. Of a list whose second page is missing the
 *  first one has other entries once the world is another. */
describe.each<Missed>([
  { accountId: '111122223333', section: 'runtime', part: samplePart },
  { accountId: '111122223333', section: 'clusters', region: 'eu-west-1', part: 'page 2' },
  { accountId: '444455556666', section: 'clusters', region: 'eu-west-1', part: fleetPart },
])('where %j is read in part in every run', part => {
  const missed = [part];
  const { explains: _none, ...bare } = { ...cause('cart'), severity: 'medium' as const };
  const withEffect = { ...bare, severity: 'high' as const, explains: cause('cart').explains };
  const unseen = anEvaluation({
    findings: [{ ...bare, explains: [] }],
    outcomes: { [outcomeKey(effect('cart').ruleId, effect('cart').subject)]: 'unknown' },
    missed,
  });
  const seen = (severity: 'medium' | 'high') => anEvaluation({ findings: [{ ...withEffect, severity }], missed });
  const stepsOf = (...runs: readonly ReturnType<typeof anEvaluation>[]) => {
    let known = nothingKnown;
    return runs.map((evaluation, index) => {
      const change = reconcile(known, evaluation, aRun(index + 1));
      known = stateAfter(known, change, aRun(index + 1).at);
      return kindsOf(change);
    });
  };

  test('an effect that is not seen is not over, and its cause is no milder', () =>
    expect(stepsOf(seen('high'), unseen, seen('high'))).toEqual([['opened'], [], []]));

  test('an effect that is seen later is noted without a word', () =>
    expect(stepsOf(unseen, seen('medium'), unseen, seen('medium'))).toEqual([['opened'], ['confirmed'], [], []]));

  test('an effect that is worse than its cause was is told once, and may have been there before', () =>
    expect(stepsOf(unseen, seen('high'), unseen, seen('high'))).toEqual([['opened'], ['reassessed'], [], []]));

  test('what else differs is told', () =>
    expect(
      stepsOf(unseen, anEvaluation({ findings: [{ ...bare, explains: [], messageId: 'another' }], missed })),
    ).toEqual([['opened'], ['changed']]));
});

test('a cause that concerns another role keeps the effects that were not read: the next whole reading tells no change', () => {
  const of = (roleArn: string): Finding => ({ ...cause('cart'), roleArn, data: { text: roleArn } });
  const whole = (roleArn: string) => anEvaluation({ findings: [of(roleArn)] });
  const part = anEvaluation({
    findings: [{ ...of('arn:aws:iam::111122223333:role/other'), explains: [] }],
    outcomes: { [outcomeKey(effect('cart').ruleId, effect('cart').subject)]: 'unknown' },
    missed: [{ accountId: '111122223333', section: 'runtime' }],
  });
  let known = nothingKnown;
  const steps = [whole('arn:aws:iam::111122223333:role/app'), part, whole('arn:aws:iam::111122223333:role/other')].map(
    (evaluation, index) => {
      const change = reconcile(known, evaluation, aRun(index + 1));
      known = stateAfter(known, change, aRun(index + 1).at);
      return change.transitions.map(({ kind, summary }) => `${kind}: ${summary}`);
    },
  );
  expect(steps).toEqual([
    [expect.stringMatching(/^opened/)],
    [expect.stringMatching(/^changed: (?!.*explains)/)],
    [expect.stringMatching(/^confirmed/)],
  ]);
});

test('an expired waiver of a failure that is known by its cause is not told where the cause is not read', () => {
  const covered = effect('cart');
  const expired = aFinding({ ruleId: 'waiver-expired', subject: `waiver:${covered.ruleId}/*`, severity: 'low' });
  const other = aRoleFinding('other', { ruleId: covered.ruleId });
  const whole = anEvaluation({ findings: [cause('cart')] });
  const poorer = (...findings: readonly Finding[]) =>
    anEvaluation({
      findings: [...findings, expired],
      outcomes: { [outcomeKey(cause('cart').ruleId, '*')]: 'unknown' },
      missed: [{ accountId: '111122223333', section: 'providers' }],
    });
  const toldAfter = (before: ReturnType<typeof anEvaluation>, evaluation: ReturnType<typeof anEvaluation>) => {
    const known = stateAfter(nothingKnown, reconcile(nothingKnown, before, aRun(1)), aRun(1).at);
    const { transitions } = reconcile(known, evaluation, aRun(2));
    return transitions.map(({ kind, after }) => `${kind} ${after.finding.ruleId}`);
  };
  expect(toldAfter(whole, poorer(covered))).toEqual([`unconfirmed ${cause('cart').ruleId}`]);
  expect(toldAfter(whole, poorer(covered, other))).toContain('opened waiver-expired');
  expect(toldAfter(anEvaluation(), poorer(covered))).toContain('opened waiver-expired');
});
