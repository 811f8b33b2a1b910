import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aProvider, aRole, exampleIssuer } from '../../support/example-world.ts';
import { aud, exact, host, judge, policy, statement, sub, worldOf } from './judge.ts';

const second = exampleIssuer.replace('5C1D', '7777');
const secondHost = second.slice('https://'.length);
const forSecond = statement({
  Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${secondHost}` },
  Condition: { StringEquals: { [`${secondHost}:aud`]: 'sts.amazonaws.com', [`${secondHost}:sub`]: exact } },
});
const federated = (issuer: string, condition: unknown) => ({
  Effect: 'Allow',
  Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: condition,
});
const github = federated('token.actions.githubusercontent.com', {
  StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
  StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:acme/shop:*' },
});
const gitlab = federated('gitlab.com', { StringLike: { 'gitlab.com:sub': 'project_path:acme/shop:*' } });
const saml = {
  Effect: 'Allow',
  Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/adfs' },
  Action: 'sts:AssumeRoleWithSAML',
  Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
};
const podIdentity = {
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
};
const twoClusters = {
  clusters: complete([aClusterSnapshot(), aClusterSnapshot({ cluster: aCluster({ name: 'shop-2', issuer: second }) })]),
  providers: complete([aProvider(), aProvider({ issuer: second })]),
};

/** The same world in another partition: every ARN and issuer of it. */
const inPartition = (partition: string, region: string, suffix: string): Facts => {
  const issuer = `https://oidc.eks.${region}.${suffix}/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F`;
  const bare = issuer.slice('https://'.length);
  const arn = `arn:${partition}:iam::111122223333:oidc-provider/${bare}`;
  const trustPolicy = policy(
    statement({
      Principal: { Federated: arn },
      Condition: { StringEquals: { [`${bare}:aud`]: 'sts.amazonaws.com', [`${bare}:sub`]: exact } },
    }),
  );
  return worldOf(trustPolicy, {
    partition,
    providers: complete([aProvider({ issuer, arn })]),
    roles: complete([aRole({ arn: `arn:${partition}:iam::111122223333:role/cart`, trustPolicy })]),
    regions: [
      {
        region,
        clusters: complete([
          aClusterSnapshot({
            cluster: aCluster({ region, issuer, arn: `arn:${partition}:eks:${region}:111122223333:cluster/shop` }),
          }),
        ]),
      },
    ],
  });
};

describe('a healthy world is silent', () => {
  test.each<[string, () => Facts]>([
    ['a role as eksctl makes it', () => worldOf(policy(statement({ Action: ['sts:AssumeRoleWithWebIdentity'] })))],
    ['statements for two clusters', () => worldOf(policy(statement(), forSecond), twoClusters)],
    [
      'StringLike without wildcards',
      () => worldOf(policy(statement({ Condition: { StringLike: { [sub]: exact, [aud]: 'sts.amazonaws.com' } } }))),
    ],
    ['GitHub, GitLab and SAML beside it', () => worldOf(policy(statement(), github, gitlab, saml))],
    ['GitHub, GitLab and SAML alone', () => worldOf(policy(github, gitlab, saml))],
    ['a Pod Identity role', () => worldOf(policy(podIdentity))],
    ['Pod Identity beside IRSA, while migrating', () => worldOf(policy(statement(), podIdentity))],
    [
      'a role of EC2 alone',
      () => worldOf(policy({ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' })),
    ],
    [
      'AWS "*" for an organization',
      () =>
        worldOf(
          policy(statement(), {
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: 'sts:*',
            Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
          }),
        ),
    ],
    [
      'everyone denied',
      () => worldOf(policy(statement(), { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' })),
    ],
    ['China', () => inPartition('aws-cn', 'cn-north-1', 'amazonaws.com.cn')],
    ['GovCloud', () => inPartition('aws-us-gov', 'us-gov-west-1', 'amazonaws.com')],
    [
      'a role with a path',
      () =>
        worldOf('', {
          roles: complete([
            aRole({
              arn: 'arn:aws:iam::111122223333:role/team/a/cart',
              path: '/team/a/',
              name: 'cart',
              trustPolicy: policy(statement()),
            }),
          ]),
        }),
    ],
    ['no roles at all', () => worldOf('', { roles: complete([]) })],
    [
      'keys in another case',
      () =>
        worldOf(
          policy(
            statement({
              Condition: { StringEquals: { [sub.toUpperCase()]: exact, [aud.toUpperCase()]: 'sts.amazonaws.com' } },
            }),
          ),
        ),
    ],
    [
      'the action in a statement of its own',
      () => worldOf(policy(statement(), statement({ Action: 'sts:TagSession' }))),
    ],
    [
      'sts:TagSession for more accounts than may assume',
      () =>
        worldOf(
          policy(
            statement(),
            statement({
              Action: 'sts:TagSession',
              Condition: { StringEquals: { [sub]: 'system:serviceaccount:checkout:till' } },
            }),
          ),
        ),
    ],
    [
      'sts:AssumeRole for principals that another statement allows',
      () => worldOf(policy(statement(), statement({ Action: 'sts:AssumeRole' }))),
    ],
    ['an action pattern', () => worldOf(policy(statement({ Action: 'sts:AssumeRoleWith*' })))],
    [
      'several exact accounts',
      () =>
        worldOf(
          policy(
            statement({
              Condition: {
                StringEquals: { [sub]: [exact, 'system:serviceaccount:checkout:pay.v2'], [aud]: ['sts.amazonaws.com'] },
              },
            }),
          ),
        ),
    ],
    [
      'IfExists on a key that every token has',
      () =>
        worldOf(
          policy(statement({ Condition: { StringEqualsIfExists: { [sub]: exact, [aud]: 'sts.amazonaws.com' } } })),
        ),
    ],
    [
      'a Deny for other accounts',
      () =>
        worldOf(
          policy(
            statement(),
            statement({
              Effect: 'Deny',
              Condition: { StringEquals: { [sub]: 'system:serviceaccount:default:default' } },
            }),
          ),
        ),
    ],
    [
      'a pattern narrowed to one account',
      () =>
        worldOf(
          policy(
            statement({
              Condition: {
                StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
                StringLike: { [sub]: 'system:serviceaccount:*' },
              },
            }),
          ),
        ),
    ],
    [
      'the audience by pattern',
      () =>
        worldOf(policy(statement({ Condition: { StringEquals: { [sub]: exact }, StringLike: { [aud]: 'sts.*' } } }))),
    ],
    [
      'a single statement that is no list',
      () => worldOf(JSON.stringify({ Version: '2012-10-17', Statement: statement() })),
    ],
    ['the older version', () => worldOf(JSON.stringify({ Version: '2008-10-17', Statement: [statement()] }))],
    [
      'everything inside the cluster read',
      () => worldOf(policy(statement()), { clusters: complete([aReadCluster()]) }),
    ],
    [
      'a self-hosted issuer that nobody registered',
      () =>
        worldOf(
          policy(
            federated('s3.eu-west-1.amazonaws.com/my-oidc', {
              StringLike: { 's3.eu-west-1.amazonaws.com/my-oidc:sub': '*' },
            }),
          ),
        ),
    ],
    [
      'another account in use yesterday',
      () =>
        worldOf('', {
          roles: complete([
            aRole({
              trustPolicy: policy(statement()),
              detail: complete({
                lastUsedAt: '2026-10-31T00:00:00.000Z',
                attachedPolicyArns: [],
                isAdministrator: true,
                tags: {},
              }),
            }),
          ]),
        }),
    ],
  ])('%s', (_, facts) => {
    expect(judge(facts())).toEqual([]);
  });

  test('the issuer of the table is the one of the world', () => {
    expect(`https://${host}`).toBe(exampleIssuer);
  });
});

test('GitHub beside a cluster in one statement is not a Kubernetes issuer', () => {
  const issuer = 'token.actions.githubusercontent.com';
  const shared = statement({
    Principal: {
      Federated: [
        `arn:aws:iam::111122223333:oidc-provider/${host}`,
        `arn:aws:iam::111122223333:oidc-provider/${issuer}`,
      ],
    },
    Condition: {
      StringEqualsIfExists: {
        [sub]: exact,
        [aud]: 'sts.amazonaws.com',
        [`${issuer}:sub`]: 'repo:acme/shop:ref:refs/heads/main',
      },
    },
  });
  expect(judge(worldOf(policy(shared)))).toEqual([]);
  expect(judge(worldOf(policy(statement(), github)))).toEqual([]);
});
