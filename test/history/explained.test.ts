/** An effect that was told alone, and that its cause explains later: it fails as before, and nothing calls it resolved. */
import { describe, expect, test } from '@jest/globals';
import { digestOf } from '../../lib/history/digest.ts';
import { type KnownState, nothingKnown } from '../../lib/history/known-state.ts';
import { closeAll, isNotifiable, reconcile } from '../../lib/history/reconcile.ts';
import type { KnownFinding, Transition } from '../../lib/history/transition.ts';
import type { Finding } from '../../lib/model/finding.ts';
import { type Evaluation, outcomeKey } from '../../lib/rules/evaluate/evaluation.ts';
import { aFinding, anEvaluation, aRoleFinding, aRun, foldedOf, stateAfter } from '../support/drift-builders.ts';

const effect = aRoleFinding('app', { ruleId: 'runtime-assume-failing', severity: 'medium' });
const causeOf = (ruleId: string): Finding => aFinding({ ruleId, explains: [foldedOf(effect)] });
const [cause, other] = [causeOf('trust-any-subject'), causeOf('trust-provider-missing')];
const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };

const alone = anEvaluation({ findings: [effect] });
const explainedBy = (...findings: readonly Finding[]) =>
  anEvaluation({ findings, subjects: [effect.subject, cause.subject], rulesRun: [cause.ruleId, other.ruleId] });
const gone = anEvaluation({ subjects: [effect.subject, cause.subject], rulesRun: [effect.ruleId, cause.ruleId] });
const effectUnread = (...findings: readonly Finding[]) =>
  anEvaluation({
    findings,
    subjects: [effect.subject, cause.subject],
    outcomes: { [outcomeKey(effect.ruleId, effect.subject)]: 'unknown' },
  });

/** The steps of the effect over runs, and its last state. */
const afterRuns = (...runs: readonly Evaluation[]) => {
  let known: KnownState = nothingKnown;
  const steps: (readonly Transition[])[] = [];
  for (const [index, evaluation] of runs.entries()) {
    const stamp = aRun(index + 1);
    const change = reconcile(known, evaluation, stamp);
    steps.push(change.transitions);
    known = stateAfter(known, change, stamp.at);
  }
  const own = steps.map(each => each.find(({ after }) => after.finding.id === effect.id));
  return {
    known,
    steps: own,
    told: own.map(step => step && isNotifiable(step) && `${step.kind}: ${step.summary}`),
    state: known.findings.find(({ finding }) => finding.id === effect.id),
  };
};

describe('an effect that was told alone and is explained now', () => {
  test('is explained, with the id of its cause, and counts as open no more', () => {
    const { told, state } = afterRuns(alone, explainedBy(cause));
    expect(told).toEqual([`opened: ${effect.message}`, 'explained: explained by trust-any-subject']);
    expect(state).toMatchObject({ status: 'explained', explainedBy: cause.id });
    expect(state).not.toHaveProperty('resolution');
  });

  test('bears the id by which its cause is known', () => {
    const { known } = afterRuns(explainedBy({ ...cause, id: 'former' }), alone);
    const [step] = reconcile(known, explainedBy(cause), aRun(3)).transitions.filter(({ kind }) => kind === 'explained');
    expect(step?.after.explainedBy).toBe('former');
  });

  test('is told once, whatever else explains it', () => {
    const { steps } = afterRuns(alone, explainedBy(cause), explainedBy(other, cause), explainedBy(cause));
    expect(steps.map(step => step?.kind)).toEqual(['opened', 'explained', undefined, undefined]);
  });

  test('is related to another cause once its own is over', () => {
    const { steps, state } = afterRuns(alone, explainedBy(cause), explainedBy(other));
    expect(steps.map(step => step?.kind)).toEqual(['opened', 'explained', 'explained']);
    expect(state?.explainedBy).toBe(other.id);
  });

  test('is related to its own cause while that may be there', () => {
    const unread = {
      ...explainedBy(other),
      outcomes: { [outcomeKey(cause.ruleId, cause.subject)]: 'unknown' as const },
    };
    expect(afterRuns(alone, explainedBy(cause), unread).state?.explainedBy).toBe(cause.id);
  });

  test('is related to another cause where its own was over before it could not be read', () => {
    const unread = {
      ...explainedBy(other),
      outcomes: { [outcomeKey(cause.ruleId, cause.subject)]: 'unknown' as const },
    };
    const { known, state } = afterRuns(alone, explainedBy(cause), effectUnread(), unread);
    const own = known.findings.find(({ finding }) => finding.id === cause.id);
    expect([own?.status, state?.explainedBy]).toEqual(['resolved', other.id]);
  });

  test('is told again when it stands alone', () => {
    const { told, state } = afterRuns(alone, explainedBy(cause), alone);
    expect(told.at(-1)).toBe(`reopened: no longer explained: ${effect.message}`);
    expect(state).toMatchObject({ status: 'open', firstSeenAt: aRun(1).at });
    expect(state).not.toHaveProperty('explainedBy');
  });

  test('is told as resolved when it is over', () =>
    expect(afterRuns(alone, explainedBy(cause), gone).told.at(-1)).toBe('resolved: passed'));

  test('is closed with its account', () => {
    const { known } = afterRuns(alone, explainedBy(cause));
    expect(closeAll(known, aRun(3)).map(({ after }) => after.status)).toEqual(['resolved', 'resolved']);
  });

  test('stays with its cause, unconfirmed, where it is not read, and is confirmed without a word', () => {
    const bare = effectUnread({ ...cause, explains: [] });
    const { told, state } = afterRuns(alone, explainedBy(cause), bare, explainedBy(cause));
    expect(told.slice(2)).toEqual([false, false]);
    expect(state).toMatchObject({ status: 'explained', explainedBy: cause.id });
    expect(state).not.toHaveProperty('unconfirmedSince');
  });

  test('is unconfirmed, without a word, where it is not read and its cause is over; then it is told as it is', () => {
    const { told, state } = afterRuns(alone, explainedBy(cause), effectUnread());
    expect(told.at(-1)).toBe(false);
    expect(state).toMatchObject({ status: 'explained', explainedBy: cause.id, unconfirmedSince: aRun(3).at });
    expect(afterRuns(alone, explainedBy(cause), effectUnread(), alone).told.at(-1)).toMatch(/^reopened: /);
    expect(afterRuns(alone, explainedBy(cause), effectUnread(), gone).told.at(-1)).toBe('resolved: passed');
  });
});

describe('a waived effect', () => {
  const waived = anEvaluation({ findings: [{ ...effect, waiver }] });

  test('is explained without a word: people know that it is waived', () => {
    const { told, state } = afterRuns(alone, waived, explainedBy(cause));
    expect(told).toEqual([`opened: ${effect.message}`, expect.stringMatching(/^waived: /), false]);
    expect(state?.status).toBe('explained');
  });

  test('is told as waived where it stands alone after it was told as explained', () => {
    const { told, state } = afterRuns(alone, explainedBy(cause), waived);
    expect(told.at(-1)).toMatch(/^waived: /);
    expect(state?.status).toBe('waived');
  });

  test('that was never open is told to nobody', () =>
    expect(afterRuns(waived, explainedBy(cause), waived, gone).told).toEqual([false, false, false, false]));
});

describe('in one digest', () => {
  const stepsIn = (from: number, ...runs: readonly Evaluation[]) => {
    const transitions = afterRuns(...runs)
      .steps.slice(from)
      .flatMap(step => step ?? []);
    const unsent = transitions.filter(isNotifiable).map(transition => ({ key: transition.runId, transition }));
    const openBySeverity = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
    return digestOf(unsent, { ...aRun(9), minSeverity: 'low', openBySeverity, gaps: 0, links: {} })?.transitions.map(
      ({ kind, summary }) => `${kind}: ${summary}`,
    );
  };

  test.each<readonly [string, number, readonly Evaluation[], string]>([
    [
      'opened and explained',
      0,
      [alone, explainedBy(cause)],
      'explained: opened since the last message; explained by trust-any-subject',
    ],
    ['explained and alone again', 1, [alone, explainedBy(cause), alone], 'changed: no longer explained: '],
    ['alone again and over', 2, [alone, explainedBy(cause), alone, gone], 'resolved: passed'],
    ['explained and over', 1, [alone, explainedBy(cause), gone], 'resolved: passed'],
    [
      'explained by one, by another, and over',
      2,
      [alone, explainedBy(cause), explainedBy(other), gone],
      'resolved: passed',
    ],
  ])('%s is one step', (_title, from, runs, expected) =>
    expect(stepsIn(from, ...runs)).toEqual([expect.stringContaining(expected)]),
  );
});

test('a finding that was resolved and fails again as a part of a cause is told by that cause alone', () => {
  const resolved: KnownFinding['status'] = 'resolved';
  const { steps, state } = afterRuns(alone, gone, explainedBy(cause));
  expect(steps.at(-1)).toBeUndefined();
  expect(state?.status).toBe(resolved);
});
