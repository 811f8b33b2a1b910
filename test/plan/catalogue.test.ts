import { describe, expect, test } from '@jest/globals';
import { newExposures } from '../../lib/plan/plan.ts';
import { afterStep } from '../../lib/plan/simulate.ts';
import { isWide } from '../../lib/rules/access/access-change.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { examplesOf } from '../support/rule-examples.ts';

/** Each rule's fail example, its own fix applied to the facts, and the whole catalogue asked again. */
const fixable = catalog.flatMap(rule => {
  const facts = examplesOf(rule).fail.facts();
  return evaluate(facts, { rules: [rule] })
    .findings.filter(({ fix }) => fix.steps?.some(({ change }) => change !== undefined))
    .map((finding, at) => ({ title: `${rule.id} ${at}`, rule, facts, finding }));
});

test('most rules have a step for their example', () => {
  expect(new Set(fixable.map(({ rule }) => rule.id)).size).toBeGreaterThanOrEqual(30);
});

describe('a fix of the catalogue resolves its finding', () => {
  test.each(fixable)('$title', ({ facts, finding }) => {
    const before = evaluate(facts, { rules: catalog }).findings;
    const after = (finding.fix.steps ?? []).reduce(afterStep, facts);
    const now = evaluate(after, { rules: catalog }).findings;
    expect(now.map(({ id }) => id)).not.toContain(finding.id);
    expect(newExposures(before, now).map(({ message }) => message)).toEqual([]);
  });

  test.each(fixable)('$title: more than one service account gains only where a person confirms it', ({ finding }) => {
    const access = (finding.fix.steps ?? []).flatMap(step => step.access ?? []);
    expect(isWide(access) && finding.fix.choice === undefined).toBe(false);
  });
});
