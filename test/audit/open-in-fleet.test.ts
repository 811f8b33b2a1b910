import { expect, test } from '@jest/globals';
import { openCounts, openInFleet, openSum } from '../../lib/audit/steps/open-in-fleet.ts';
import { nothingKnown } from '../../lib/history/known-state.ts';
import { openedOf } from '../support/digest-builders.ts';
import { aKnown, aRoleFinding } from '../support/drift-builders.ts';

const none = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
const known = (name: string, over: Parameters<typeof aKnown>[0] = {}) =>
  aKnown({ finding: aRoleFinding(name, { clusterArn: 'shop', clusterName: 'shop' }), ...over });

test('of several states of a finding the last counts, and open ones alone', () => {
  const [opened] = openedOf([aRoleFinding('c', { severity: 'low' })]);
  const closed = openedOf([aRoleFinding('a')]).map(step => ({ ...step, after: known('a', { status: 'resolved' }) }));
  const state = { ...nothingKnown, findings: [known('a'), known('b'), known('w', { status: 'waived' })] };
  expect(openCounts(state).open).toEqual({ ...none, high: 2 });
  expect(openCounts(state, [...closed, ...(opened ? [opened] : [])]).open).toEqual({ ...none, high: 1, low: 1 });
  expect(openCounts(nothingKnown)).toEqual({ open: none, openByCluster: [] });
});

test('items of a newer version are counted in the table alone', () => {
  const newer = { count: 1, findings: [], facts: [], isWhole: false };
  expect(openCounts({ ...nothingKnown, findings: [known('a')], newer })).toEqual({});
});

test('sums are known only where every account tells', () => {
  const [shop, bank] = ['shop', 'bank'].map(clusterArn => ({ clusterArn, open: { ...none, high: 1 } }));
  const told = { open: { ...none, high: 1 }, openByCluster: shop ? [shop] : [] };
  const sumOf = (...each: readonly Parameters<ReturnType<typeof openSum>['add']>[0][]) => {
    const sum = openSum();
    for (const one of each) sum.add(one);
    return [sum.sum(), sum.byCluster()?.map(({ clusterArn, open }) => [clusterArn, open.high])];
  };
  expect(sumOf()).toEqual([none, []]);
  expect(sumOf(told, { ...told, openByCluster: bank ? [bank] : [] })).toEqual([
    { ...none, high: 2 },
    [
      ['shop', 1],
      ['bank', 1],
    ],
  ]);
  expect(sumOf(told, told)).toEqual([{ ...none, high: 2 }, [['shop', 2]]]);
  expect(sumOf(told, { open: none }, told)).toEqual([{ ...none, high: 2 }, undefined]);
  expect(sumOf({ openByCluster: [] }, told)).toEqual([undefined, [['shop', 1]]]);
});

test('the table is asked only where some account did not tell, or one that is gone may have open findings', async () => {
  const ofTable = { ...none, critical: 9 };
  const sum = { ...none, high: 1 };
  const ask = (known: readonly { readonly accountId: string; readonly closedAt?: string }[], told?: typeof sum) => {
    const findings = { accounts: async () => known, openBySeverity: async () => ofTable };
    return openInFleet(findings, ['a'], told);
  };
  expect(await ask([{ accountId: 'a' }], sum)).toBe(sum);
  expect(await ask([{ accountId: 'a' }])).toBe(ofTable);
  expect(await ask([{ accountId: 'a' }, { accountId: 'b' }], sum)).toBe(ofTable);
  expect(await ask([{ accountId: 'a' }, { accountId: 'b', closedAt: '2026-11-01' }], sum)).toBe(sum);
});
