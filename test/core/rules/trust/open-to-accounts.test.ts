import { describe, expect, test } from '@jest/globals';
import { runLint } from '../../../cli/lint/run-lint.ts';
import { judge, policy, statement, worldOf } from './judge.ts';

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
