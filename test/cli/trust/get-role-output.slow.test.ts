/** `who-can-assume --policy` of what `aws iam get-role` prints, as lint reads it. */
import { expect, test } from '@jest/globals';
import { runCommand } from '../../support/captured-io.ts';

const policyFor = (account: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' }],
});
const outputOf = (account: string, document: unknown) =>
  JSON.stringify({
    Role: { Path: '/', RoleName: 'ship', Arn: `arn:aws:iam::${account}:role/ship`, AssumeRolePolicyDocument: document },
  });
const ask = async (text: string) => runCommand(['who-can-assume', '--policy', '-', '--json'], { stdin: text });

test.each([
  ['as the AWS CLI prints it', (document: object) => document],
  ['as the API answers', (document: object) => encodeURIComponent(JSON.stringify(document))],
])('the account of the role is in its ARN, %s', async (_, written) => {
  const principals = async (account: string) => {
    const { stdout, code } = await ask(outputOf(account, written(policyFor('415263748596'))));
    return [code, JSON.parse(stdout).principals.map(({ verdict }: { verdict: string }) => verdict)];
  };
  expect(await principals('415263748596')).toEqual([0, ['closed']]);
  expect(await principals('998877665544')).toEqual([0, ['open']]);
});

test('two roles are one question too many', async () => {
  const role = JSON.parse(outputOf('415263748596', policyFor('415263748596'))).Role;
  const { stderr, code } = await ask(JSON.stringify({ Roles: [role, { ...role, RoleName: 'other' }] }));
  expect([code, stderr]).toEqual([2, expect.stringContaining('has the trust policies of 2 roles, wanted one')]);
});
