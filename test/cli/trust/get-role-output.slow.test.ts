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

/** The trust policy alone: its role is in the account and the partition that it writes out. */
const askAlone = async (...statements: readonly object[]) => {
  const { stdout, stderr, code } = await ask(JSON.stringify({ Version: '2012-10-17', Statement: statements }));
  return code === 2 ? stderr : [code, JSON.parse(stdout).principals.map(({ verdict }: { verdict: string }) => verdict)];
};
const everyone = (Condition: object, Effect = 'Allow') => ({
  ...{ Effect, Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition },
});

test('without an ARN of its own a role is in the partition that its policy names', async () => {
  const ofChina = { ArnLike: { 'aws:PrincipalArn': 'arn:aws-cn:iam::*:role/deploy' } };
  expect(await askAlone(everyone(ofChina))).toEqual([0, ['open']]);
  const others = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws-us-gov:iam::*:*' } };
  expect(await askAlone(everyone({}), everyone(others, 'Deny'))).toEqual([0, ['open']]);
  const both = { ArnLike: { 'aws:PrincipalArn': ['arn:aws-cn:iam::*:role/a', 'arn:aws:iam::*:role/a'] } };
  expect(await askAlone(everyone(both))).toContain('names ARNs of several partitions: give --role-arn');
});

test('without an ARN of its own a role is in the account of its SAML provider', async () => {
  const Principal = { Federated: 'arn:aws:iam::415263748596:saml-provider/Okta' };
  expect(await askAlone({ Effect: 'Allow', Principal, Action: 'sts:AssumeRoleWithSAML' })).toEqual([0, ['closed']]);
});

test.each(['Principal', 'Effect', 'Action', 'Statement'])(
  'a policy with %s twice is unknown, whichever counts',
  async key => {
    const own = '{"AWS":"arn:aws:iam::415263748596:root"}';
    const twice: Readonly<Record<string, string>> = {
      Principal: `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Principal":${own}}`,
      Effect: `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Effect":"Deny"}`,
      Action: `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Action":"sts:TagSession"}`,
      Statement: `{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}],"Statement":[{"Effect":"Allow","Principal":${own},"Action":"sts:AssumeRole"}`,
    };
    const { stdout, code } = await ask(`{"Version":"2012-10-17","Statement":[${twice[key]}]}`);
    expect([code, stdout]).toEqual([3, expect.stringContaining(`the key \\"${key}\\" is used twice`)]);
  },
);
