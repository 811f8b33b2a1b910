import { expect, test } from '@jest/globals';
import { setTrustPolicy } from '../../lib/fixes/aws-steps.ts';
import { asksForDecision, opensWide } from '../../lib/plan/plan.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** The fixes of all rules, from the examples in which they fail. */
const fixed = catalog.flatMap(rule => evaluate(examplesOf(rule).fail.facts(), { rules: catalog }).findings);
const losing = fixed.filter(({ fix }) =>
  (fix.steps ?? []).some(({ access = [] }) => access.some(({ loses }) => loses.length > 0)),
);

test('a fix by which a service account loses a role asks for a decision, with or without a question of its own', () => {
  expect(losing.length).toBeGreaterThan(0);
  const unasked = losing.map(({ fix: { choice: _, ...fix }, ...one }) => ({ ...one, fix }));
  expect([...losing, ...unasked].filter(one => !asksForDecision(one))).toEqual([]);
});

test('a fix that only gives what is missing, without a question, needs no decision', () => {
  const free = fixed.filter(one => (one.fix.steps ?? []).length > 0 && !asksForDecision(one));
  expect(new Set(free.map(({ ruleId }) => ruleId)).size).toBeGreaterThan(3);
});

test.each([
  ['loses', true, false],
  ['gains', false, false],
  ['gains two', false, true],
  ['isOpen', true, true],
])('a fix by which a service account %s: asks %j, opens wide %j', (what, asks, wide) => {
  const [one] = fixed;
  if (one === undefined) throw new Error('no example fails');
  const who = { issuer: 'i', audience: 'a', subjects: ['s'], patterns: [], except: [] };
  const change = {
    loses: { loses: [who], gains: [] },
    gains: { gains: [who], loses: [] },
    'gains two': { gains: [{ ...who, subjects: ['s', 't'] }], loses: [] },
    isOpen: { gains: [], loses: [], isOpen: true as const },
  }[what as 'loses'];
  const { change: edit } = setTrustPolicy('arn:aws:iam::111122223333:role/a', '{}', {});
  const fix = { summary: 's', commands: [], steps: [{ change: edit, access: [{ roleArn: 'r', ...change }] }] };
  expect([asksForDecision({ ...one, fix }), opensWide({ ...one, fix })]).toEqual([asks, wide]);
});

test('a fix without steps gives nothing to anybody: only its question is one', () => {
  const [one] = fixed;
  if (one === undefined) throw new Error('no example fails');
  const fixes = [
    { summary: 's', commands: [] },
    { summary: 's', commands: [], choice: 'Whose is it?' },
  ];
  expect(fixes.map(fix => [asksForDecision({ ...one, fix }), opensWide({ ...one, fix })])).toEqual([
    [false, false],
    [true, false],
  ]);
});
