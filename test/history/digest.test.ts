import { describe, expect, test } from '@jest/globals';
import { digestId, digestOf, digestOrder, type Unsent } from '../../lib/history/digest.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { reconcile } from '../../lib/history/reconcile.ts';
import { type Severity, severities } from '../../lib/model/finding.ts';
import { aFactChange, openedOf, someCoverage } from '../support/digest-builders.ts';
import {
  aChangeEvent,
  aFinding,
  aKnown,
  anEvaluation,
  aRoleFinding,
  aRun,
  stateAfter,
} from '../support/drift-builders.ts';

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

  test('tells exposures that are new and waived in one line, worst first', () => {
    const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    const findings = (['low', 'critical', 'high', 'medium'] as const).map((severity, at) =>
      aFinding({ waiver, severity, id: `f${at}`, subject: `role-${at}` }),
    );
    const digest = digestOf(unsent(openedOf(findings)), context('high'));
    expect(digest).toMatchObject({
      transitions: [],
      notes: [
        'New and waived: trust-any-subject (critical) on role-1 until 2027-01-01 by o; trust-any-subject (high) on role-2 until 2027-01-01 by o; trust-any-subject (medium) on role-3 until 2027-01-01 by o; and 1 more.',
      ],
    });
  });

  test('of what is below the floor, waived or only unconfirmed is none', () => {
    const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    expect(digestOf(unsent(openedOf([aFinding({ severity: 'low' })])), context('medium'))).toBeUndefined();
    expect(digestOf(unsent(openedOf([aFinding({ waiver, impact: 'breaks' })])), context())).toBeUndefined();
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

  test('has another id for each other thing that it tells, and the same one when it is repeated', () => {
    const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    const opened = unsent(openedOf([aRoleFinding('a'), aRoleFinding('b')]));
    const waived = unsent(openedOf([aRoleFinding('c', { waiver })]));
    const unworthy = unsent(openedOf([aRoleFinding('d', { severity: 'info' })]));
    const facts = [{ key: 'fact', factChange: aFactChange() }];
    const [one, other] = someCoverage(2).notices;
    if (one === undefined || other === undefined) throw new Error('no notices');
    const idOf = (items: readonly Unsent[], notices = [one]) => digestOf(items, { ...context('low'), notices })?.id;
    const all = [...opened, ...waived, ...facts];
    expect([idOf(all), idOf([...all].reverse()), idOf([...all, ...unworthy])]).toEqual(Array(3).fill(idOf(all)));
    const ids = [
      idOf(all),
      ...all.map(left => idOf(all.filter(item => item !== left))),
      ...[[], [other], [one, other], [{ ...one, kind: 'returned' as const }], [{ ...one, at: aRun(2).at }]].map(some =>
        idOf(all, some),
      ),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('hands on what it is told beside the steps', () => {
    const given = { ...context(), notes: ['a note'], toldAsWhole: ['run-0'], notices: someCoverage(1).notices };
    const { notices, minSeverity: _, ...rest } = given;
    expect(digestOf([], given)).toEqual({
      ...rest,
      id: expect.any(String),
      transitions: [],
      factChanges: [],
      coverage: { notices, beyond: 0 },
    });
  });
});

test('steps of one finding stand in the order of their versions, behind what is worse', () => {
  const [high, low] = openedOf([aRoleFinding('a', { severity: 'low' }), aRoleFinding('b')]);
  if (low === undefined || high === undefined) throw new Error('no steps');
  const later = { ...low, kind: 'changed' as const, after: { ...low.after, version: 2 } };
  expect(digestOrder([later, low, high])).toEqual([high, low, later]);
});

describe('several steps of one finding in one digest are one', () => {
  const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
  const as = (over: Parameters<typeof aFinding>[0] = {}) => anEvaluation({ findings: [aFinding(over)] });
  const gone = anEvaluation({ subjects: [aFinding().subject] });
  /** Judged without so many sections. */
  const readWithout = (sections: number, severity: Severity) => {
    const { accountId } = aFinding();
    const missed = (['role-detail', 'runtime'] as const).slice(0, sections).map(section => ({ accountId, section }));
    return anEvaluation({ findings: [aFinding({ severity })], missed });
  };
  /** The steps of one run after the other; those from `told` on are in the digest, in any order. */
  const stepOf = (evaluations: readonly ReturnType<typeof as>[], told: number) => {
    let known = nothingKnown;
    const steps = evaluations.flatMap((evaluation, index) => {
      const change = reconcile(known, evaluation, aRun(index + 1));
      known = stateAfter(known, change, aRun(index + 1).at);
      return change.transitions;
    });
    const items = steps.slice(told).map((transition, index) => ({ key: `${index}`, transition }));
    return digestOf(items.reverse(), context())?.transitions.map(({ kind, summary, before, after }) => [
      kind,
      before?.version,
      after.version,
      summary,
    ]);
  };
  const words = aFinding().message;
  test.each<readonly [string, readonly ReturnType<typeof as>[], number, readonly unknown[]]>([
    ['worse than it opened', [as({ severity: 'low' }), as()], 0, ['opened', undefined, 2, words]],
    ['resolved', [as({ severity: 'low' }), as(), gone], 1, ['resolved', 1, 3, 'passed']],
    [
      'opened and resolved',
      [as({ severity: 'low' }), as(), gone],
      0,
      ['resolved', undefined, 3, 'opened since the last message; passed'],
    ],
    ['resolved and back as it was', [as(), gone, as()], 1, ['changed', 1, 3, `is back: ${words}`]],
    [
      'resolved and back, and worse',
      [as(), gone, as({ severity: 'critical' })],
      1,
      ['escalated', 1, 3, `high → critical: ${words}`],
    ],
    [
      'resolved and back, waived',
      [as(), gone, as({ waiver })],
      1,
      ['waived', 1, 3, 'is back, waived until 2027-01-01 by o: r'],
    ],
    ['back and milder', [as(), gone, as(), as({ severity: 'low' })], 2, ['reopened', 2, 4, `is back: ${words}`]],
    [
      'worse and waived',
      [as(), as({ severity: 'critical' }), as({ waiver })],
      1,
      ['waived', 1, 3, 'waived until 2027-01-01 by o: r'],
    ],
    [
      'milder by two better readings',
      [readWithout(2, 'critical'), readWithout(1, 'high'), readWithout(0, 'low')],
      1,
      ['reassessed', 1, 3, `critical → low, by what is read now: ${words}`],
    ],
    [
      'worse by two better readings',
      [readWithout(2, 'low'), readWithout(1, 'high'), readWithout(0, 'critical')],
      1,
      ['reassessed', 1, 3, `low → critical, by what is read now: ${words}`],
    ],
    [
      'another in the world, and milder by a better reading',
      [readWithout(1, 'critical'), readWithout(1, 'high'), readWithout(0, 'low')],
      1,
      ['changed', 1, 3, `high → low, by what is read now: ${words}`],
    ],
    ['waived and no longer', [as(), as({ waiver }), as()], 1, ['changed', 1, 3, `no longer waived: ${words}`]],
  ])('%s', (_title, evaluations, told, step) => expect(stepOf(evaluations, told)).toEqual([step]));

  test('those who changed it are those of all steps', () => {
    const [first] = openedOf([aFinding()]);
    if (first === undefined) throw new Error('no step');
    const by = (eventId: string, at: string) => [aChangeEvent({ eventId, at, actor: eventId })];
    const second = { ...first, kind: 'changed' as const, after: { ...first.after, version: 2 } };
    const items = [
      { key: '1', transition: { ...first, changedBy: by('a', aRun(1).at) } },
      { key: '2', transition: { ...second, changedBy: [...by('b', aRun(2).at), ...by('a', aRun(1).at)] } },
    ];
    const [one] = digestOf(items, context())?.transitions ?? [];
    expect(one?.changedBy?.map(({ eventId }) => eventId)).toEqual(['b', 'a']);
  });
});
