import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import type { Verdict } from '../../lib/rules/define-rule.ts';
import { aProvider, someFacts } from '../support/example-world.ts';

const facts = someFacts({ providers: complete([aProvider({ audiences: ['sts.amazon.com'] })]) });
const choices = { wants: () => true, isDecided: () => true };

/** The rule, and the same rule where no fix changes what it says. */
const rule = ruleById('provider-audience-missing');
const said = new Map<string, Verdict>();
const deaf = rule && {
  ...rule,
  check: (...args: Parameters<typeof rule.check>) => {
    const [{ id }] = args as unknown as readonly [{ readonly id: string }];
    const verdict = said.get(id) ?? rule.check(...args);
    said.set(id, verdict);
    return verdict;
  },
};

test('a fix is planned only where the rules say that its finding is gone afterwards', () => {
  if (rule === undefined || deaf === undefined) throw new Error('no rule');
  expect(planOfFacts(facts, { rules: [rule] }, choices)).toMatchObject({
    steps: [{ change: { kind: 'audience-added' } }],
    left: [],
  });
  expect(planOfFacts(facts, { rules: [deaf] }, choices)).toMatchObject({
    steps: [],
    left: [{ why: 'No step is given: by the rules the finding would still be there afterwards.' }],
  });
});
