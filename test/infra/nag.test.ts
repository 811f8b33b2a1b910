import { beforeAll, expect, test } from '@jest/globals';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgedRules } from '../../lib/infra/acknowledged-rules.ts';
import { auditorStack, everything, memberRoleStack } from '../support/synthesized.ts';

interface Violation {
  readonly rule: string;
  readonly at: string;
}

let violations: readonly Violation[] = [];
beforeAll(() => {
  violations = [auditorStack(everything), auditorStack(), memberRoleStack(everything)].flatMap(stack => {
    const report = new AwsSolutionsChecks().validateScope(stack);
    return (report.violations ?? []).flatMap(({ ruleName, violatingResources = [] }) =>
      violatingResources.map(({ constructPath }) => ({ rule: ruleName, at: constructPath ?? '' })),
    );
  });
}, 60_000);

const covers = ({ rule, at }: (typeof acknowledgedRules)[number], violation: Violation) =>
  rule.test(violation.rule) && at.test(violation.at);

test('nothing breaks a rule of AwsSolutions without a reason', () => {
  expect(violations.length).toBeGreaterThan(0);
  expect(violations.filter(violation => !acknowledgedRules.some(each => covers(each, violation)))).toEqual([]);
});

test('no reason is left over', () => {
  expect(acknowledgedRules.filter(each => !violations.some(violation => covers(each, violation)))).toEqual([]);
});
