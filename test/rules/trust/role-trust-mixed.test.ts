import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aRole } from '../../support/example-world.ts';
import { judge, policy, statement, worldOf } from './judge.ts';

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
