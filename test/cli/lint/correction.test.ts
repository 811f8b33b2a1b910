/** Which text of a file the corrected line of a role that does not trust a service account changes. */
import { expect, test } from '@jest/globals';
import { withCorrection } from '../../../lib/cli/lint/correction.ts';
import type { LintFinding } from '../../../lib/cli/lint/lint-finding.ts';
import { aFinding } from '../../support/drift-builders.ts';

const wrong = 'system:serviceaccount:shop:card';
const right = 'system:serviceaccount:shop:cart';
const correctionIn = (before: readonly string[], policy: readonly string[], after: readonly string[]) => {
  const head = before.map(line => `${line}\n`).join('');
  const body = policy.join('\n');
  const text = `${head}${body}\n${after.join('\n')}`;
  const found: LintFinding = {
    ...{ file: 'account.yaml', line: 1, column: 1, owner: 'cart' },
    policySpan: { file: 'roles.json', at: head.length, end: head.length + body.length },
    finding: aFinding({
      ruleId: 'service-account-role-not-trusting',
      evidence: [{ what: 'condition on x:sub', got: right, wanted: wrong, readFrom: 'the files' }],
    }),
  };
  return withCorrection(
    found,
    new Map([
      ['account.yaml', ''],
      ['roles.json', text],
    ]),
  ).correction;
};
const at = (line: number) => ({ file: 'roles.json', line, before: `"${wrong}"`, after: `"${right}"` });

test.each<[string, Parameters<typeof correctionIn>, ReturnType<typeof correctionIn>]>([
  ['once, in its policy', [[], ['{', `"${wrong}"`], []], at(2)],
  ['in its policy and that of a role below', [[], ['{', `"${wrong}"`], ['}', `"${wrong}"`]], at(2)],
  ['in its policy and that of a role above', [[`"${wrong}"`], ['{', `"${wrong}"`], []], at(3)],
  ['in its policy between two others', [[`"${wrong}"`], [`"${wrong}"`, '}'], [`"${wrong}"`]], at(2)],
  ['twice in its policy', [[], [`"${wrong}"`, `"${wrong}"`], []], undefined],
  ['in the policy of a role below alone', [[], ['{', '}'], [`"${wrong}"`]], undefined],
  ['in the policy of a role above alone', [[`"${wrong}"`], ['{', '}'], []], undefined],
])('the wrong subject stands %s', (_, texts, correction) => {
  expect(correctionIn(...texts)).toEqual(correction);
});
