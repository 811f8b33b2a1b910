/** The outcome that stands where a rule says several things of one subject. */
import { expect, test } from '@jest/globals';
import type { UnknownKind } from '../../../lib/model/finding.ts';
import { defineRule, failOrPass, type Verdict } from '../../../lib/rules/define-rule.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { outcomeKey } from '../../../lib/rules/evaluate/evaluation.ts';
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
