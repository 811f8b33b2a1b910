import { createRequire } from 'node:module';
import { beforeAll, expect, test } from '@jest/globals';
import type { PolicyValidationPluginReport, Stack } from 'aws-cdk-lib/core';
import { auditorStack, everything, everythingFast, memberRoleStack, templateOf } from '../support/synthesized.ts';
import { acknowledgedRules } from './acknowledged-rules.ts';

/** Its types import all of aws-cdk-lib: half of the declarations that the compiler would read. */
type Checks = new () => { validateScope(stack: Stack): PolicyValidationPluginReport };
const {
  AwsSolutionsChecks,
  NIST80053R5Checks,
}: { readonly AwsSolutionsChecks: Checks; readonly NIST80053R5Checks: Checks } = createRequire(import.meta.url)(
  'cdk-nag',
);

interface Violation {
  readonly rule: string;
  readonly at: string;
}

let violations: readonly Violation[] = [];
beforeAll(() => {
  violations = [auditorStack(everythingFast), auditorStack(), memberRoleStack(everything)].flatMap(stack => {
    const reports = [AwsSolutionsChecks, NIST80053R5Checks].map(Checks => new Checks().validateScope(stack));
    return reports
      .flatMap(({ violations: all = [] }) => all)
      .flatMap(({ ruleName, violatingResources = [] }) =>
        violatingResources.map(({ constructPath }) => ({ rule: ruleName, at: constructPath ?? '' })),
      );
  });
});

const covers = ({ rule, at }: (typeof acknowledgedRules)[number], violation: Violation) =>
  rule.test(violation.rule) && at.test(violation.at);

test('nothing breaks a rule of AwsSolutions or NIST 800-53 without a reason', () => {
  for (const pack of ['AwsSolutions-', 'NIST.800.53.R5-'])
    expect(violations.filter(({ rule }) => rule.startsWith(pack)).length).toBeGreaterThan(0);
  expect(violations.filter(violation => !acknowledgedRules.some(each => covers(each, violation)))).toEqual([]);
});

test('no reason is left over', () => {
  expect(acknowledgedRules.filter(each => !violations.some(violation => covers(each, violation)))).toEqual([]);
});

test('no role may do an action with a wildcard in it', () => {
  const policies = [auditorStack(everythingFast), memberRoleStack(everything)].flatMap(stack =>
    Object.values(templateOf(stack).Resources).filter(({ Type }) => /^AWS::IAM::(Policy|Role)$/.test(Type)),
  );
  const actions = policies
    .flatMap(each => [...JSON.stringify(each).matchAll(/"Action":("[^"]+"|\[[^\]]*\])/g)])
    .flatMap(([, list = '']) => [JSON.parse(list)].flat());
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter(action => String(action).includes('*'))).toEqual([]);
});
