/** The partition and the account of a policy's role: what is open in the one that it has is told, and what is closed there is not. */
import { describe, expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const own = '730914455082';
const partner = '558201947736';

const everyone = (condition?: object) => ({
  ...{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' },
  ...(condition === undefined ? {} : { Condition: condition }),
});
const deny = (condition: object) => ({
  ...{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole', Condition: condition },
});
const policy = (...Statement: readonly object[]) => ({ Version: '2012-10-17', Statement });

/** A file of the role as AWS prints it. */
const role = (document: object, partition = 'aws') =>
  JSON.stringify({
    Role: { RoleName: 'r', Arn: `arn:${partition}:iam::${own}:role/r`, AssumeRolePolicyDocument: document },
  });

const template = (document: object) =>
  JSON.stringify({ Resources: { R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: document } } } });

const rulesIn = async (name: string, text: string) =>
  (await lintTexts({ [name]: text })).findings.map(({ finding }) => `${finding.severity} ${finding.ruleId}`);

const byAccounts = ['critical trust-open-to-accounts'];
const asWildcard = ['critical trust-principal-wildcard'];

describe('a partition that the policy writes is one that its role may have', () => {
  test.each(['aws-cn', 'aws-us-gov', 'aws-iso', 'aws-iso-b', 'aws-eusc'])('%s', async partition => {
    const pattern = { ArnLike: { 'aws:PrincipalArn': `arn:${partition}:iam::*:role/ship` } };
    expect(await rulesIn('p.json', JSON.stringify(policy(everyone(pattern))))).toEqual(byAccounts);
    expect(await rulesIn('r.json', role(policy(everyone(pattern)), partition))).toEqual(byAccounts);
    // Nobody of another partition calls.
    expect(await rulesIn('r.json', role(policy(everyone(pattern))))).toEqual([]);
    const denied = deny({ ArnNotLike: { 'aws:PrincipalArn': `arn:${partition}:iam::*:role/ship` } });
    expect(await rulesIn('p.json', JSON.stringify(policy(everyone(), denied)))).toEqual(asWildcard);
  });

  test('each of several, and one that only a pattern names', async () => {
    const one = (partition: string, rest: string) =>
      everyone({ StringLike: { 'aws:PrincipalArn': `arn:${partition}:iam::${rest}` } });
    const closed = one('aws', `${own}:role/a`);
    expect(await rulesIn('p.json', JSON.stringify(policy(closed, one('aws-cn', '*:role/a'))))).toEqual(byAccounts);
    expect(await rulesIn('p.json', JSON.stringify(policy(one('aws-us-*', '*:user/a'))))).toEqual(byAccounts);
  });
});

describe('a partition that is a placeholder is the one of the role, whichever that is', () => {
  const forms: readonly (readonly [string, unknown])[] = [
    ['Sub', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::*:role/ship' }],
    ['Join', { 'Fn::Join': [':', ['arn', { Ref: 'AWS::Partition' }, 'iam:', '*', 'role/ship']] }],
    ['a part of it', { 'Fn::Sub': 'arn:aws${Suffix}:iam::*:role/ship' }],
    ['with a name', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::*:role/${Name}' }],
  ];
  test.each(forms)('%s', async (_, value) => {
    const allow = policy(everyone({ ArnLike: { 'aws:PrincipalArn': value } }));
    expect(await rulesIn('t.json', template(allow))).toEqual(byAccounts);
    const denied = policy(everyone(), deny({ StringNotLike: { 'aws:PrincipalArn': value } }));
    expect(await rulesIn('t.json', template(denied))).toEqual(asWildcard);
  });

  test('an account beside it keeps it closed', async () => {
    const value = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/ship' };
    expect(await rulesIn('t.json', template(policy(everyone({ ArnLike: { 'aws:PrincipalArn': value } }))))).toEqual([]);
  });

  test('in Terraform', async () => {
    const text = (pattern: string) =>
      `data "aws_partition" "here" {}\nresource "aws_iam_role" "r" {\n  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "sts:AssumeRole", Condition = { StringLike = { "aws:PrincipalArn" = "${pattern}" } } }] })\n}\n`;
    const partition = '${data.aws_partition.here.partition}';
    expect(await rulesIn('main.tf', text(`arn:${partition}:iam::*:role/*`))).toEqual(byAccounts);
    expect(await rulesIn('main.tf', text(`arn:${partition}:iam::\${var.account}:role/*`))).toEqual([]);
  });
});

describe('accounts that the tests name are no strangers of everyone', () => {
  const tests: readonly (readonly [string, readonly object[]])[] = [
    ['Deny', [everyone(), deny({ StringNotEquals: { 'aws:PrincipalAccount': own } })]],
    ['Deny by ARN', [everyone(), deny({ ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${own}:role/ops/*` } })]],
    ['Deny if it exists', [everyone(), deny({ ArnNotLikeIfExists: { 'aws:PrincipalArn': `arn:aws:iam::${own}:*` } })]],
    ['IfExists', [everyone({ StringEqualsIfExists: { 'aws:PrincipalAccount': own } })]],
    ['IfExists by ARN', [everyone({ ArnLikeIfExists: { 'aws:PrincipalArn': `arn:aws:iam::${own}:role/*` } })]],
    ['a principal', [{ ...everyone(), Principal: { AWS: `arn:aws:iam::${own}:role/ops` } }]],
  ];
  test.each(tests)('%s', async (_, statements) => {
    const ofRole = await lintTexts({ 'r.json': role(policy(...statements)) });
    expect([findingsIn(ofRole), doubtsIn(ofRole)]).toEqual([[], []]);
    const alone = await lintTexts({ 'p.json': JSON.stringify(policy(...statements)) });
    expect([findingsIn(alone), doubtsIn(alone)]).toEqual([
      [],
      [expect.stringMatching(/^p\.json:1 : whether .* is trusted/)],
    ]);
  });

  test('an account beside the own one is told as not checked, and one that is left open is critical', async () => {
    const denied = (accounts: readonly string[]) => deny({ StringNotEquals: { 'aws:PrincipalAccount': accounts } });
    const both = await lintTexts({ 'r.json': role(policy(everyone(), denied([own, partner]))) });
    expect([findingsIn(both), doubtsIn(both)]).toEqual([
      [],
      [expect.stringMatching(new RegExp(`^r\\.json:1 r: whether account ${partner} is trusted`))],
    ]);
    const open = deny({ StringEquals: { 'aws:PrincipalAccount': partner } });
    expect(await rulesIn('r.json', role(policy(everyone(), open)))).toEqual(asWildcard);
  });
});

test('a provider of another account than the role is told where the role is known', async () => {
  const issuer = 'oidc.eks.sa-east-1.amazonaws.com/id/4B1C5D7E9F2A3B4C5D6E7F8091A2B3C4';
  const statement = {
    ...{ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' },
    Principal: { Federated: `arn:aws:iam::${partner}:oidc-provider/${issuer}` },
    Condition: {
      StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:a:b', [`${issuer}:aud`]: 'sts.amazonaws.com' },
    },
  };
  expect(await rulesIn('r.json', role(policy(statement)))).toEqual([expect.stringMatching(/ trust-provider-foreign$/)]);
  expect(await rulesIn('p.json', JSON.stringify(policy(statement)))).toEqual([]);
});

test.each([
  ['oidc.eks.sa-east-1.amazonaws.com.ship.example', true],
  ['oidc.eks.sa-east-1.amazonaws.com', false],
  ['oidc-eks.cn-north-1.api.amazonwebservices.com.cn', false],
])('an issuer at %s imitates EKS: %s', async (host, isTold) => {
  const issuer = `${host}/id/4B1C5D7E9F2A3B4C5D6E7F8091A2B3C4`;
  const partition = host.endsWith('.cn') ? 'aws-cn' : 'aws';
  const statement = {
    ...{ Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity' },
    Principal: { Federated: `arn:${partition}:iam::${own}:oidc-provider/${issuer}` },
    Condition: {
      StringEquals: { [`${issuer}:sub`]: 'system:serviceaccount:a:b', [`${issuer}:aud`]: 'sts.amazonaws.com' },
    },
  };
  const { findings } = await lintTexts({ 'p.json': JSON.stringify(policy(statement)) });
  const told = findings.map(({ line, finding: { ruleId, severity } }) => [ruleId, severity, line]);
  expect(told).toEqual(isTold ? [['issuer-outside', 'critical', 1]] : []);
});

test.each([
  ['a provider of GitHub', 'token.actions.githubusercontent.com'],
  ['a provider of somebody', 'gitlab.shop.example'],
])('%s beside a cluster, each with a subject of its own, is no cluster', async (_, other) => {
  const cluster = 'oidc.eks.eu-north-1.amazonaws.com/id/7C5D7C451C576C063518F1401A680E56';
  const arn = (host: string) => `arn:aws:iam::564170874499:oidc-provider/${host}`;
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: [arn(other), arn(cluster)] },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringLikeIfExists: {
        [`${other}:sub`]: 'repo:acme/infra:*',
        [`${cluster}:sub`]: 'system:serviceaccount:ci:runner',
      },
      StringEqualsIfExists: { [`${other}:aud`]: 'sts.amazonaws.com', [`${cluster}:aud`]: 'sts.amazonaws.com' },
    },
  };
  const report = await lintTexts({ 'policy.json': JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }) });
  expect(report.findings.map(({ finding }) => finding.ruleId)).not.toContain('trust-subject-malformed');
});

test('a key that is used twice is told as not checked, whatever its last value allows', async () => {
  const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole","Effect":"Deny"}]}`;
  expect(doubtsIn(await lintTexts({ 'policy.json': policy }))).toEqual([
    expect.stringContaining('the key "Effect" is used twice: IAM refuses such a policy'),
  ]);
});
