import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aRole } from '../../support/example-world.ts';
import { findingsIn, judge, policy, statement, worldOf } from './judge.ts';

describe('one fault a case', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'EC2 beside it',
      policy(statement(), { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }),
      ['role-trust-mixed low'],
    ],
    [
      'the account root beside it',
      policy(statement(), {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 'sts:AssumeRole',
      }),
      ['role-trust-mixed low'],
    ],
    ...(
      [
        [
          'a pattern that every principal of the account matches',
          { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:*' } },
          true,
        ],
        ['no role but one', { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/x' } }, true],
        ['a pattern of names', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/team-*' } }, false],
        ['a tag', { StringEquals: { 'aws:PrincipalTag/team': 'a' } }, false],
        ['MFA', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, false],
        ['a session name', { StringEquals: { 'sts:RoleSessionName': 'x' } }, true],
      ] as const
    ).map(([name, Condition, isTold]): [string, string, readonly string[]] => [
      `the account root beside it, with ${name}`,
      policy(statement(), {
        ...{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole', Condition },
      }),
      isTold ? ['role-trust-mixed low'] : [],
    ]),
  ])('%s', (_, trustPolicy, expected) => {
    expect(judge(worldOf(trustPolicy))).toEqual([...expected].sort());
  });

  test.each<[string, () => Facts, readonly string[]]>([
    [
      'instances by the role that they have',
      () =>
        worldOf('', {
          roles: complete([
            aRole({
              trustPolicy: policy(statement(), {
                Effect: 'Allow',
                Principal: { AWS: 'arn:aws:iam::111122223333:role/node' },
                Action: 'sts:AssumeRole',
              }),
            }),
            aRole({
              name: 'node',
              arn: 'arn:aws:iam::111122223333:role/node',
              trustPolicy: policy({
                Effect: 'Allow',
                Principal: { Service: 'ec2.amazonaws.com' },
                Action: 'sts:AssumeRole',
              }),
            }),
          ]),
        }),
      ['role-trust-mixed low'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});

const instanceRole = 'arn:aws:iam::111122223333:role/nodes';
const plainRole = 'arn:aws:iam::111122223333:role/batch';
const trusting = (service: string) =>
  policy({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });

/** Message and data of what makes the example's role shared. */
const told = (Principal: unknown, over: Readonly<Record<string, unknown>> = {}) => {
  const shared = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...over };
  const roles = complete([
    aRole({ trustPolicy: policy(statement(), shared) }),
    { ...aRole(), name: 'nodes', arn: instanceRole, trustPolicy: trusting('ec2.amazonaws.com') },
    { ...aRole(), name: 'batch', arn: plainRole, trustPolicy: trusting('batch.amazonaws.com') },
  ]);
  return findingsIn(worldOf('{}', { roles }))
    .filter(({ ruleId }) => ruleId === 'role-trust-mixed')
    .map(({ messageId, data: { role: _role, ...data } }) => [messageId, data]);
};

describe('who else shares a role with service accounts', () => {
  test.each<[string, unknown, readonly unknown[]]>([
    ['EC2', { Service: 'ec2.amazonaws.com' }, [['instances', {}]]],
    ['EC2 in China', { Service: 'ec2.amazonaws.com.cn' }, [['instances', {}]]],
    [
      'a service whose name has EC2 in it',
      { Service: 'spot.ec2.amazonaws.com' },
      [['service', { principal: 'spot.ec2.amazonaws.com' }]],
    ],
    ['a service', { Service: 'lambda.amazonaws.com' }, [['service', { principal: 'lambda.amazonaws.com' }]]],
    ['Pod Identity, which serves the same accounts', { Service: 'pods.eks.amazonaws.com' }, []],
    [
      'a service whose name only ends like it',
      { Service: 'x.pods.eks.amazonaws.com' },
      [['service', { principal: 'x.pods.eks.amazonaws.com' }]],
    ],
    ['an account by its number', { AWS: '111122223333' }, [['account', { account: '111122223333' }]]],
    ['an account by its root', { AWS: 'arn:aws:iam::111122223333:root' }, [['account', { account: '111122223333' }]]],
    ['an account outside of the zone of trust, which another rule tells', { AWS: '999999999999' }, []],
    ['a role that instances have', { AWS: instanceRole }, [['instance-role', { other: 'nodes' }]]],
    ['another role: a deliberate grant', { AWS: plainRole }, []],
    ['a role of which nothing is known', { AWS: 'arn:aws:iam::999999999999:role/x' }, []],
    ['another workload identity, though its name reads like an account', { Federated: '999999999999' }, []],
  ])('%s', (_, principal, expected) => {
    expect(told(principal)).toEqual(expected);
  });

  test.each([
    ['another action', { Action: 'sts:TagSession' }],
    ['callers that a condition names', { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } }],
  ])('an account by %s is silent', (_, over) => {
    expect(told({ AWS: '111122223333' }, over)).toEqual([]);
  });
});
