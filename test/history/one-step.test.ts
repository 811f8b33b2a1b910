import { describe, expect, test } from '@jest/globals';
import { oneStepEach } from '../../lib/history/one-step.ts';
import { rememberOpenAs } from '../../lib/history/open-as.ts';
import type { Transition } from '../../lib/history/transition.ts';
import { aFinding, aKnown, aRun } from '../support/drift-builders.ts';

const step = (kind: Transition['kind'], version: number, life: number, over: Partial<Transition> = {}): Transition => ({
  kind,
  ...aRun(version),
  after: aKnown({ version, firstSeenAt: aRun(life).at, status: kind === 'resolved' ? 'resolved' : 'open' }),
  summary: `${kind} ${version}`,
  ...over,
});

test('a finding that was forgotten and is back is open, though its versions begin again', () => {
  const before = aKnown({ version: 2 });
  const [one, ...others] = oneStepEach([step('opened', 1, 9), step('resolved', 3, 1, { before })]);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ kind: 'changed', after: { status: 'open', firstSeenAt: aRun(9).at }, before });
});

test('the steps of one life are in the order of their versions', () => {
  const before = aKnown({ version: 1 });
  const steps = [step('resolved', 3, 1), step('changed', 2, 1, { before })];
  expect(oneStepEach(steps)).toMatchObject([{ kind: 'resolved', after: { version: 3 }, before }]);
});

describe('a finding remembers how it was open', () => {
  const of = (severity: 'critical' | 'high' | 'medium', owner?: string) =>
    aFinding({ severity, ...(owner === undefined ? {} : { owner }) });
  test.each([
    ['nothing before', undefined, aKnown({ finding: of('high') }), undefined],
    ['worse before', aKnown({ finding: of('critical') }), aKnown({ finding: of('high') }), 'critical'],
    [
      'worse while it was waived',
      aKnown({ finding: of('critical'), status: 'waived' }),
      aKnown({ finding: of('high') }),
      'critical',
    ],
    ['milder before', aKnown({ finding: of('medium') }), aKnown({ finding: of('high') }), undefined],
    [
      'waived from the beginning',
      aKnown({ finding: of('high'), status: 'waived' }),
      aKnown({ finding: of('high'), status: 'waived' }),
      undefined,
    ],
    [
      'open before it was resolved',
      aKnown({ finding: of('high') }),
      aKnown({ finding: of('high'), status: 'resolved' }),
      'high',
    ],
  ] as const)('%s', (_of, before, after, severity) => {
    expect(rememberOpenAs(before, after).openAs?.severity).toBe(severity);
  });

  test('with each owner that it had', () => {
    const before = aKnown({ finding: of('high', 'b') });
    expect(rememberOpenAs(before, aKnown({ finding: of('high', 'a') }))).toEqual({
      openAs: { severity: 'high', owners: ['a', 'b'] },
    });
  });

  test('with each place that it had, and each owner there', () => {
    const inPlace = (clusterName: string, owner?: string) =>
      aFinding({ severity: 'high', clusterName, ...(owner === undefined ? {} : { owner }) });
    const first = aKnown({ finding: inPlace('shop', 'b') });
    const moved = aKnown({
      finding: inPlace('stock', 'a'),
      ...rememberOpenAs(first, aKnown({ finding: inPlace('stock', 'a') })),
    });
    expect(moved.openAs).toEqual({ severity: 'high', owners: ['a'], elsewhere: [{ clusterName: 'shop', owner: 'b' }] });
    const back = rememberOpenAs(moved, aKnown({ finding: inPlace('shop') }));
    expect(back.openAs).toEqual({ severity: 'high', owners: ['b'], elsewhere: [{ clusterName: 'stock', owner: 'a' }] });
    const resolved = rememberOpenAs(
      aKnown({ finding: inPlace('shop'), ...back }),
      aKnown({ finding: inPlace('shop'), status: 'resolved' }),
    );
    expect(resolved).toEqual(back);
  });

  test('with the last fifty of the other places', () => {
    const inPlace = (at: number) => aKnown({ finding: aFinding({ clusterName: `c${at}`, namespace: `n${at}` }) });
    let known = inPlace(0);
    for (let at = 1; at <= 52; at += 1) known = { ...inPlace(at), ...rememberOpenAs(known, inPlace(at)) };
    expect(known.openAs?.elsewhere).toEqual(
      Array.from({ length: 50 }, (_, at) => ({ clusterName: `c${at + 2}`, namespace: `n${at + 2}` })),
    );
  });
});
