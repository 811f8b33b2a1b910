import { describe, expect, test } from '@jest/globals';
import { digestId, digestOf, type Unsent } from '../../lib/history/digest.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { type Severity, severities } from '../../lib/model/finding.ts';
import { aFactChange, openedOf } from '../support/digest-builders.ts';
import { aFinding, aKnown, anEvaluation, aRoleFinding, aRun } from '../support/drift-builders.ts';

const context = (minSeverity: Severity = 'info') => ({
  ...aRun(1),
  minSeverity,
  openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
  gaps: 2,
  links: { console: 'https://console.example' },
});
const unsent = (transitions: ReturnType<typeof openedOf>): Unsent[] =>
  transitions.map(transition => ({ key: transition.after.finding.id, transition }));

describe('a digest', () => {
  test('of nothing is none', () => expect(digestOf([], context())).toBeUndefined());

  test('of what is below the floor, waived or only unconfirmed is none', () => {
    const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    expect(digestOf(unsent(openedOf([aFinding({ severity: 'low' })])), context('medium'))).toBeUndefined();
    expect(digestOf(unsent(openedOf([aFinding({ waiver })])), context())).toBeUndefined();
    const unread = anEvaluation({ closedScopes: [], openScopes: ['arn:'] });
    const { transitions } = reconcile({ ...nothingKnown, findings: [aKnown()] }, unread, aRun(2));
    expect(transitions).toHaveLength(1);
    expect(digestOf(unsent(transitions), context())).toBeUndefined();
    const lost = aKnown({ unconfirmedSince: aRun(1).at, unconfirmedBecause: 'x' });
    const again = reconcile({ ...nothingKnown, findings: [lost] }, anEvaluation({ findings: [aFinding()] }), aRun(2));
    expect(again.transitions).toHaveLength(1);
    expect(digestOf(unsent(again.transitions), context())).toBeUndefined();
  });

  test('tells of a finding that fell below the floor', () => {
    const known = { ...nothingKnown, findings: [aKnown()] };
    const { transitions } = reconcile(known, anEvaluation({ findings: [aFinding({ severity: 'info' })] }), aRun(2));
    expect(digestOf(unsent(transitions), context('high'))?.transitions).toHaveLength(1);
  });

  test('is worst first, then facts, with the context as given', () => {
    const findings = [...severities].reverse().map(severity => aRoleFinding(severity, { severity }));
    const facts = [
      aFactChange({ subject: 'b' }),
      aFactChange({ subject: 'a' }),
      aFactChange({ subject: 'a', at: aRun(0).at }),
    ];
    const items = [
      ...unsent(openedOf(findings)).reverse(),
      ...facts.map((factChange, n) => ({ key: `f${n}`, factChange })),
    ];
    const digest = digestOf(items, context());
    expect(digest?.transitions.map(({ after }) => after.finding.severity)).toEqual([...severities]);
    expect(digest?.factChanges.map(({ subject, at }) => [subject, at])).toEqual([
      ['a', aRun(0).at],
      ['a', aRun(1).at],
      ['b', aRun(1).at],
    ]);
    expect(digest).toMatchObject({ runId: 'run-1', gaps: 2, links: { console: 'https://console.example' } });
  });

  test('has an id made of the keys alone, in any order', () => {
    expect(digestId(['a', 'b'])).toBe(digestId(['b', 'a']));
    expect(digestId(['a', 'b'])).not.toBe(digestId(['ab']));
    expect(digestId(['a'])).toMatch(/^[0-9a-f]{32}$/);
  });

  test('puts two steps of one finding in the order in which they happened', () => {
    const [opened] = openedOf([aFinding()]);
    if (opened === undefined) throw new Error('no step');
    const known = { ...nothingKnown, findings: [opened.after] };
    const [changed] = reconcile(known, anEvaluation({ findings: [aFinding({ message: 'x' })] }), aRun(2)).transitions;
    if (changed === undefined) throw new Error('no step');
    const digest = digestOf(
      [
        { key: '2', transition: changed },
        { key: '1', transition: opened },
      ],
      context(),
    );
    expect(digest?.transitions.map(({ kind }) => kind)).toEqual(['opened', 'changed']);
  });
});
