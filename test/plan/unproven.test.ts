import { expect, test } from '@jest/globals';
import { complete } from '../../lib/model/collected.ts';
import { planOfFacts } from '../../lib/plan/plan.ts';
import type { Verdict } from '../../lib/rules/define-rule.ts';
import { providerAudienceMissing } from '../../lib/rules/provider/provider-audience-missing.ts';
import { aProvider, someFacts } from '../support/example-world.ts';

const facts = someFacts({ providers: complete([aProvider({ audiences: ['sts.amazon.com'] })]) });
const choices = { wants: () => true, isDecided: () => true };

/** The same rule, where no fix changes what it says. */
const said = new Map<string, Verdict>();
const { check } = providerAudienceMissing;
const deaf: typeof providerAudienceMissing = {
  ...providerAudienceMissing,
  check: (subject, from) => {
    const verdict = said.get(subject.id) ?? check(subject, from);
    said.set(subject.id, verdict);
    return verdict;
  },
};

test('a fix is planned only where the rules say that its finding is gone afterwards', () => {
  expect(planOfFacts(facts, { rules: [providerAudienceMissing] }, choices)).toMatchObject({
    steps: [{ change: { kind: 'audience-added' } }],
    left: [],
  });
  expect(planOfFacts(facts, { rules: [deaf] }, choices)).toMatchObject({
    steps: [],
    left: [{ why: 'No step is given: by the rules the finding would still be there afterwards.' }],
  });
});
