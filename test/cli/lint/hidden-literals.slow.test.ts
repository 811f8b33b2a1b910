import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runLint } from './run-lint.ts';

const host = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const policyOf = (subject: unknown, operator = 'StringLike') => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { [operator]: { [`${host}:sub`]: subject, [`${host}:aud`]: 'sts.amazonaws.com' } },
    },
  ],
});
const wide = 'system:serviceaccount:*:*';
const template = (subject: unknown, over: object = {}, type = 'AWS::IAM::Role') =>
  JSON.stringify({
    Resources: { Role: { Type: type, Properties: { AssumeRolePolicyDocument: policyOf(subject) } } },
    ...over,
  });
const parameter = (Default: string, Type = 'String') => ({ Parameters: { Subject: { Type, Default } } });
const mapping = (...values: readonly string[]) => ({
  Mappings: { M: Object.fromEntries(values.map((value, at) => [`r${at}`, { sub: value }])) },
});
const codeOf = async (text: string, ...more: readonly string[]) => (await runLint(['-', ...more], text)).code;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'irsa-lint-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a literal that a function hides is found', () => {
  test.each<[string, string, number]>([
    ['in an item of a list', template({ 'Fn::Select': [1, ['x', wide]] }), 1],
    ['in a list with an exact item', template({ 'Fn::Select': [0, ['system:serviceaccount:a:b', wide]] }), 0],
    [
      'in a text that is split at one character',
      template({ 'Fn::Select': ['1', { 'Fn::Split': ['|', `x|${wide}`] }] }),
      1,
    ],
    ['in a mapping', template({ 'Fn::FindInMap': ['M', 'r0', 'sub'] }, mapping(wide)), 1],
    [
      'in a mapping by region, the same for all',
      template({ 'Fn::FindInMap': ['M', { Ref: 'AWS::Region' }, 'sub'] }, mapping(wide, wide)),
      1,
    ],
    [
      'in a mapping that is exact',
      template({ 'Fn::FindInMap': ['M', 'r0', 'sub'] }, mapping('system:serviceaccount:a:b', wide)),
      0,
    ],
    ['in the default of a parameter', template({ Ref: 'Subject' }, parameter('*')), 1],
    [
      'in the default of a parameter, in a text',
      template({ 'Fn::Sub': 'system:serviceaccount:${Subject}:*' }, parameter('*')),
      1,
    ],
    [
      'in the default of a parameter that is exact',
      template({ Ref: 'Subject' }, parameter('system:serviceaccount:a:b')),
      0,
    ],
    [
      'not in the name of a parameter of Systems Manager',
      template({ Ref: 'Subject' }, parameter('*', 'AWS::SSM::Parameter::Value<String>')),
      0,
    ],
    ['in a function of SAM', template(wide, {}, 'AWS::Serverless::Function'), 1],
  ])('%s', async (_, text, code) => expect(await codeOf(text)).toBe(code));

  test('in a role of awscc', async () => {
    const values = { assume_role_policy_document: JSON.stringify(policyOf(wide)) };
    const plan = {
      format_version: '1.2',
      planned_values: {
        root_module: { resources: [{ address: 'awscc_iam_role.x', mode: 'managed', type: 'awscc_iam_role', values }] },
      },
    };
    expect(await codeOf(JSON.stringify(plan))).toBe(1);
  });
});

describe('what was not checked', () => {
  const module = JSON.stringify({ Resources: { Roles: { Type: 'My::Roles::Irsa::MODULE' } } });

  test('is told, and fails where that is asked for', async () => {
    const { code, err } = await runLint(['-'], module);
    expect([code, err]).toEqual([
      0,
      expect.stringContaining('My::Roles::Irsa::MODULE Roles: the resources of a module are not in the template'),
    ]);
    expect(await codeOf(module, '--fail-on-unchecked')).toBe(2);
    expect(await codeOf(template('system:serviceaccount:a:b'), '--fail-on-unchecked')).toBe(0);
  });

  test('no policy at all is a warning, and an error where one is required', async () => {
    const none = JSON.stringify({ Resources: { Bucket: { Type: 'AWS::S3::Bucket' } } });
    const { code, err } = await runLint(['-'], none);
    expect([code, err]).toEqual([0, 'irsa-auditor: no trust policy and no service account was found in these files\n']);
    expect(await codeOf(none, '--require')).toBe(2);
    expect(await codeOf(template('system:serviceaccount:a:b'), '--require')).toBe(0);
  });
});

test('the zone of trust is that of the configuration', async () => {
  const policy = policyOf('system:serviceaccount:a:b', 'StringEquals');
  const other = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::999999999999:root' }, Action: 'sts:AssumeRole' };
  const text = JSON.stringify({ ...policy, Statement: [...policy.Statement, other] });
  const file = join(folder, 'zone.json');
  writeFileSync(file, JSON.stringify({ trusted: { accounts: ['999999999999'] } }));
  expect(await codeOf(text, '--min-severity', 'medium', '--fail-on-unchecked')).toBe(2);
  expect(await codeOf(text, '--min-severity', 'medium', '--fail-on-unchecked', '--config', file)).toBe(0);
  writeFileSync(file, JSON.stringify({ trusted: { accounts: ['888888888888'] } }));
  expect(await codeOf(text, '--min-severity', 'medium', '--config', file)).toBe(1);
});

test('a role that no pod can assume is judged too', async () => {
  const github = 'token.actions.githubusercontent.com';
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${github}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringLike: { [`${github}:sub`]: '*:environment:production' } },
  };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  expect(await codeOf(text)).toBe(1);
});

test('the account of the provider is the one of the role: its principals are no strangers', async () => {
  const policy = JSON.parse(
    JSON.stringify(policyOf('system:serviceaccount:a:b', 'StringEquals')).replaceAll('111122223333', '555566667777'),
  );
  const saml = {
    Effect: 'Allow',
    Principal: { Federated: 'arn:aws:iam::555566667777:saml-provider/corp' },
    Action: 'sts:AssumeRoleWithSAML',
  };
  const account = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::555566667777:root' }, Action: 'sts:AssumeRole' };
  const text = JSON.stringify({ ...policy, Statement: [...policy.Statement, saml, account] });
  expect(await codeOf(text, '--min-severity', 'medium')).toBe(0);
  expect(await codeOf(text.replaceAll('555566667777:saml', '666677778888:saml'), '--min-severity', 'medium')).toBe(1);
});

describe('a policy variable is no placeholder: IAM resolves it for each caller', () => {
  const pods = policyOf('system:serviceaccount:a:b', 'StringEquals').Statement;
  const anyAccount = (key: string) => [
    ...pods,
    {
      Effect: 'Allow',
      Principal: { AWS: '*' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { [key]: `\${${key}}` } },
    },
  ];
  const github = 'token.actions.githubusercontent.com';
  const anyRepository = [
    ...pods,
    {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${github}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${github}:repository_owner`]: `\${${github}:repository_owner}` } },
    },
  ];

  test.each([
    ['the subject itself', policyOf(`\${${host}:sub}`).Statement, 'trust-any-subject'],
    [
      'a session name',
      policyOf('system:serviceaccount:${sts:RoleSessionName}', 'StringEquals').Statement,
      'trust-any-subject',
    ],
    ['the caller’s account', anyAccount('aws:PrincipalAccount'), 'trust-open-to-accounts'],
    ['the caller’s organization', anyAccount('aws:PrincipalOrgID'), 'trust-open-to-accounts'],
    ['a tag of the caller', anyAccount('aws:PrincipalTag/team'), 'trust-principal-wildcard'],
    ['a tag in capitals', anyAccount('aws:PrincipalTag/TEAM_NAME'), 'trust-principal-wildcard'],
    ['the owner of the repository', anyRepository, 'trust-open-to-logins'],
  ])('%s', async (_, Statement, rule) => {
    const text = JSON.stringify({ Version: '2012-10-17', Statement });
    const { findings } = JSON.parse((await runLint(['-', '--json'], text)).out);
    expect(findings.map((one: { ruleId: string }) => one.ruleId)).toContain(rule);
  });

  test.each([
    '${AWS::AccountId}',
    '${var.namespace}',
    '${NAMESPACE:-orders}',
    '${each.value["ns"]}',
    '${aws_iam_role.x.name}',
  ])('%s is one', async placeholder => {
    const text = JSON.stringify(policyOf(`system:serviceaccount:${placeholder}:api`, 'StringEquals'));
    expect((await runLint(['-', '--json'], text)).code).toBe(0);
  });
});
