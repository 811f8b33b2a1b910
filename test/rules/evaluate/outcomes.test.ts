/** The outcome that stands where a rule says several things of one subject. */
import { expect, test } from '@jest/globals';
import type { UnknownKind } from '../../../lib/model/finding.ts';
import { defineRule, failOrPass, type Verdict } from '../../../lib/rules/define-rule.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { isGone, outcomeKey } from '../../../lib/rules/evaluate/evaluation.ts';
import type { Explained, Failure } from '../../../lib/rules/failure.ts';
import { aCluster, someFacts } from '../../support/example-world.ts';

const subject = aCluster().arn;
const failure = (explains: readonly Explained[] = []): Failure => ({
  ...{ messageId: 'broken', data: {}, evidence: [], explains },
  fix: { summary: 'fix it', steps: [] },
});
const ruleOf = (id: string, check: () => Verdict) =>
  defineRule({
    ...{ id, kind: 'cluster', needs: [], check, impact: 'breaks', severity: 'low', shownAt: 'provider-exists' },
    ...{
      title: 'healthy',
      fault: 'faulty',
      says: { broken: ['broken', 'it is broken'] },
      why: '',
      fix: '',
      references: [],
    },
  });
const missing = { kind: 'unread' satisfies UnknownKind, missing: 'x' } as const;
const cause = ruleOf('cause', () => failOrPass([failure([{ ruleId: 'effect', subject }])]));

test.each<[string, () => Verdict, boolean, boolean, string | undefined]>([
  ['it passes', () => failOrPass([]), false, true, undefined],
  ['it fails', () => failOrPass([failure()]), false, true, 'fail'],
  ['it fails, and a part is not known', () => failOrPass([failure()], missing), false, true, 'unknown'],
  ['its failure is explained', () => failOrPass([failure()]), true, true, 'explained'],
  ['its failure is explained, and a part is not known', () => failOrPass([failure()], missing), true, true, 'unknown'],
  ['it is off', () => failOrPass([failure()]), true, false, 'off'],
])('%s', (_title, check, isExplained, enabled, expected) => {
  const rules = [ruleOf('effect', check), ...(isExplained ? [cause] : [])];
  const { outcomes } = evaluate(someFacts(), { rules, overrides: { effect: { enabled } } });
  expect(outcomes[outcomeKey('effect', subject)]).toBe(expected);
});

/** A run of eu-west-1 alone says nothing of the issuers of another region: a finding about one stays open. */
test.each<[string, boolean]>([
  ['https://oidc.eks.eu-west-1.amazonaws.com/id/0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F', true],
  ['https://oidc.eks.us-west-2.amazonaws.com/id/0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F', false],
  ['https://oidc-eks.eu-west-10.api.aws/id/0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F', false],
  ['https://issuer.example.com', true],
])('issuer %s, which the run does not have, is gone: %s', (issuer, expected) => {
  expect(isGone(evaluate(someFacts(), { rules: [], overrides: {} }), issuer)).toBe(expected);
});
