import { describe, expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { trustRules } from '../../../lib/rules/trust/rules.ts';
import { runLint } from '../../cli/lint/run-lint.ts';
import { aRole } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { findingsIn, judge, policy, statement, worldOf } from './judge.ts';

const open = (condition: unknown = {}, over = {}) =>
  statement({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition: condition, ...over });
const everyone = ['trust-principal-wildcard critical'];
const critical = ['trust-open-to-accounts critical'];

describe('a role for service accounts that other AWS accounts can assume', () => {
  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['everyone', open(), everyone],
    ['everyone by sts:*', open({}, { Action: 'sts:*' }), everyone],
    ['any organization', open({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }), critical],
    ['all but one organization', open({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } }), everyone],
    ['an exact organization', open({ StringEquals: { 'aws:PrincipalOrgID': 'o-abc1234567' } }), []],
    [
      'people with MFA',
      statement({
        Principal: { AWS: 'arn:aws:iam::111122223333:role/people' },
        Action: 'sts:AssumeRole',
        Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
      [],
    ],
  ])('%s: scan and lint say the same, once', async (_, beside, expected) => {
    const text = policy(statement(), beside);
    expect(judge(worldOf(text))).toEqual(expected);
    const { out } = await runLint(['--json', '-'], text);
    const found = JSON.parse(out).findings.map(
      (one: { ruleId: string; severity: string }) => `${one.ruleId} ${one.severity}`,
    );
    expect(found).toEqual(expected);
  });
});

test('the tests that strangers pass are told, with the place of the principal', () => {
  const text = policy(statement(), open({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }));
  const [found] = findingsIn(worldOf(text));
  expect(found).toMatchObject({
    messageId: 'tested',
    data: { tests: ['StringLike aws:PrincipalOrgID'] },
    discriminator: 'StringLike aws:PrincipalOrgID',
    evidence: [{ what: 'Principal', got: '*', at: { line: 1, column: text.indexOf('"*"') + 1 } }, {}],
  });
});

test('a tag of the role that was not read restricts nobody: it is the same for every caller', () => {
  const tagged = policy(statement(), open({ StringEquals: { 'aws:ResourceTag/team': 'a' } }));
  const role = aRole({ trustPolicy: tagged });
  const unread = { ...role, detail: unavailable<never>({ kind: 'denied', operation: 'iam:GetRole', message: 'no' }) };
  const said = evaluate(worldOf(tagged, { roles: complete([unread]) }), { rules: trustRules });
  expect(said.findings.map(({ ruleId, severity }) => `${ruleId} ${severity}`)).toEqual(everyone);
});
