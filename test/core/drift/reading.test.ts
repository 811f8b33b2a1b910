import { describe, expect, test } from '@jest/globals';
import { nothingKnown } from '../../../lib/core/drift/known-state.ts';
import { compareReadings, judgedWithout } from '../../../lib/core/drift/reading.ts';
import { isNotifiable, reconcile } from '../../../lib/core/drift/reconcile.ts';
import type { KnownFinding } from '../../../lib/core/drift/transition.ts';
import type { UnreadSection } from '../../../lib/core/evaluate/evaluation.ts';
import type { Finding } from '../../../lib/core/model/finding.ts';
import { aFact, aFinding, aKnown, anEvaluation, aRun, stateAfter } from '../../support/drift-builders.ts';

const shop = 'arn:aws:eks:eu-west-1:111122223333:cluster/shop';
const evidence = (got: string) => [{ what: 'existing service accounts', got, readFrom: 'list serviceaccounts' }];
const rich = aFinding({ severity: 'critical', evidence: evidence('12') });
const poor = aFinding({ evidence: evidence('none') });
const details: UnreadSection = { what: 'role details' };
const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };

/** What a run makes of a known finding: `kind: summary`, and what is kept of it. */
const moved = (known: Partial<KnownFinding>, finding: Finding, unread: readonly UnreadSection[], fact = 'old') => {
  const state = {
    ...nothingKnown,
    hasBaseline: true,
    findings: [aKnown({ finding: rich, judgedWithout: [], ...known })],
    watched: [aFact({ value: 'old' })],
  };
  const found = anEvaluation({ findings: [finding], unread, watched: [aFact({ value: fact })] });
  const change = reconcile(state, found, aRun(2));
  const again = reconcile(stateAfter(state, change, aRun(2).at), found, aRun(3));
  expect(again.transitions).toEqual([]);
  const [step] = change.transitions;
  return {
    step: step && `${step.kind}: ${step.summary}`,
    told: step !== undefined && isNotifiable(step),
    ...step?.after,
  };
};

describe('a finding of which less can be said because less was read', () => {
  test('is no step, and keeps its severity', () => expect(moved({}, poor, [details]).step).toBeUndefined());

  test('is confirmed as it was, if it could not be checked before', () => {
    const known = { unconfirmedSince: aRun(1).at, unconfirmedBecause: 'x' };
    const after = moved(known, poor, [details]);
    expect(after).toMatchObject({ step: 'confirmed: confirmed again', told: false, finding: rich, judgedWithout: [] });
    expect(after.unconfirmedSince).toBeUndefined();
  });

  test('escalates all the same: what was read is worse', () => {
    const worse = aFinding({ severity: 'critical' });
    const after = moved({ finding: aFinding({ severity: 'low' }) }, worse, [details]);
    expect(after).toMatchObject({ told: true, judgedWithout: ['role details'] });
    expect(after.step).toMatch(/^escalated: low → critical/);
  });

  test.each([
    ['its trust policy is another', poor, 'new'],
    ['it concerns another role', { ...poor, roleArn: 'arn:aws:iam::111122223333:role/other' }, 'old'],
    ['it is waived now', { ...poor, waiver }, 'old'],
  ])('has changed where %s, and is no milder for what was not read', (_title, finding, fact) => {
    const after = moved({}, finding, [details], fact);
    expect(after.step).toMatch(/^changed: /);
    expect(after.step).not.toContain('severity');
    expect(after.finding?.severity).toBe('critical');
  });

  test('opens none of the effects that it explained', () => {
    const effect = aFinding({ ruleId: 'account-role-not-trusting' });
    const cause = { ...rich, explains: [{ ruleId: effect.ruleId, subject: effect.subject, message: '' }] };
    const state = { ...nothingKnown, findings: [aKnown({ finding: cause, judgedWithout: [] })] };
    const found = (unread: readonly UnreadSection[]) => anEvaluation({ findings: [poor, effect], unread });
    expect(reconcile(state, found([details]), aRun(2)).transitions).toEqual([]);
    expect(reconcile(state, found([]), aRun(2)).transitions.map(({ kind }) => kind)).toContain('opened');
  });
});

describe('a finding of which more can be said', () => {
  const before = { finding: { ...poor, severity: 'critical' as const }, judgedWithout: ['role details'] };

  test('is kept as it is now, and not told', () => {
    expect(moved(before, rich, [])).toMatchObject({
      step: 'confirmed: as before, and more of it could be read',
      told: false,
      finding: rich,
      judgedWithout: [],
    });
  });

  test('is nothing where it says the same', () => expect(moved(before, before.finding, []).step).toBeUndefined());

  test('has changed where it turns out milder', () => {
    expect(moved(before, { ...rich, severity: 'low' }, []).step).toBe('changed: changed: severity, evidence');
  });
});

test.each([
  ['as much was read', ['role details'], [details]],
  ['an earlier version did not say', undefined, [details]],
])('a difference is a change where %s', (_title, known, unread) => {
  const { finding, ...rest } = aKnown({ finding: rich });
  const before = known === undefined ? { ...rest, finding } : { ...rest, finding, judgedWithout: known };
  const { transitions } = reconcile(
    { ...nothingKnown, findings: [before] },
    anEvaluation({ findings: [{ ...rich, message: 'Another.' }], unread }),
    aRun(2),
  );
  expect(transitions.map(({ kind }) => kind)).toEqual(['changed']);
});

describe('what bears on a finding', () => {
  const inShop = { what: 'pods', clusterArn: shop };
  const ofRole = { what: 'role details', roleArn: rich.roleArn ?? '' };
  const all: readonly UnreadSection[] = [{ what: 'roles' }, inShop, ofRole];
  const inside = (clusterArn: string) => {
    const { roleArn: _role, ...finding } = aFinding({ clusterArn, subject: `${clusterArn}/serviceaccount/a/b` });
    return finding;
  };
  const other = 'arn:aws:eks:eu-west-1:111122223333:cluster/b';

  test.each([
    ['of a role: all clusters, its own details', rich, [`${shop} pods`, 'role details', 'roles']],
    ['inside another cluster', inside(other), ['roles']],
    ['inside the cluster', inside(shop), [`${shop} pods`, 'roles']],
    [
      'of another cluster itself: it may explain what fails elsewhere',
      { ...inside(other), subject: other },
      [`${shop} pods`, 'roles'],
    ],
  ])('%s', (_title, finding, expected) => {
    expect(judgedWithout(finding, { unread: [...all, ...all] })).toEqual(expected);
  });

  test('is remembered within bounds', () => {
    const unread = Array.from({ length: 900 }, (_, index) => ({ what: `provider ${index}` }));
    expect(judgedWithout(rich, { unread })).toHaveLength(60);
  });

  test.each([
    [[], [], 'same'],
    [['a'], ['a'], 'same'],
    [[], ['a'], 'less'],
    [['b'], ['a'], 'less'],
    [['a', 'b'], ['a'], 'more'],
  ] as const)('%j, then %j: %s', (before, now, expected) => expect(compareReadings(before, now)).toBe(expected));
});
