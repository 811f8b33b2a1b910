import { expect, test } from '@jest/globals';
import { asksForDecision } from '../../lib/plan/plan.ts';
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
