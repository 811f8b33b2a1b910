/** Each form of a role's policies beside each form of its trust, its boundary and of another role: the level that it has, and why. */
import { expect, test } from '@jest/globals';
import { beside, line, tell } from '../support/paired-lines.ts';
import {
  account,
  administratorAccess,
  byPods,
  everything,
  levelOfApp,
  policyArn,
  policyOf,
  roleArn,
  type SmallRole,
  type StatementText,
} from './reach-world.ts';

const open = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
const own = policyArn('own');
const allow = (Action: unknown, Resource: unknown = '*', over: StatementText = {}): StatementText => ({
  Action,
  Resource,
  ...over,
});
const pass = (service: string): StatementText =>
  allow('iam:PassRole', roleArn('other'), { Condition: { StringEquals: { 'iam:PassedToService': service } } });

const policies: Readonly<Record<string, readonly StatementText[]>> = {
  nothing: [],
  everything: [allow('*')],
  'everything, if': [allow('*', '*', { Condition: open })],
  'all but IAM': [{ NotAction: 'iam:*', Resource: '*' }],
  'all but some of IAM': [{ NotAction: ['iam:PutRolePolicy', 's3:*'], Resource: '*' }],
  'all but one bucket': [{ Action: '*', NotResource: 'arn:aws:s3:::own/*' }],
  'all of IAM': [allow('iam:*')],
  'all of IAM and S3': [allow(['iam:*', 's3:*'])],
  'its own policies': [allow(['iam:PutRolePolicy', 'iam:AttachRolePolicy'], roleArn('app'))],
  'a version of its policy': [allow('iam:CreatePolicyVersion', own)],
  'its boundary': [allow(['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePolicy'], roleArn('app'))],
  'the other role': [allow('sts:AssumeRole', roleArn('other'))],
  'the other role, if': [allow('sts:AssumeRole', roleArn('other'), { Condition: open })],
  'the policies of the other role': [allow(['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'], roleArn('other'))],
  'a function as the other role': [
    pass('lambda.amazonaws.com'),
    allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
  ],
  'an instance as the other role': [pass('ec2.amazonaws.com'), allow('ec2:RunInstances')],
  'a stack as the other role': [
    pass('cloudformation.amazonaws.com'),
    allow('cloudformation:CreateStack', 'arn:aws:cloudformation:*:*:stack/own/*'),
  ],
  'a command on instances': [allow(['ssm:SendCommand', 'ssm:StartSession'])],
  'a user': [allow(['iam:CreateUser', 'iam:AttachUserPolicy', 'iam:CreateAccessKey'])],
  secrets: [allow(['secretsmanager:GetSecretValue', 's3:GetObject'])],
  'one bucket': [allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::own/*')],
  'lists alone': [allow(['s3:ListAllMyBuckets', 'ec2:DescribeInstances'])],
};
const otherRoles: Readonly<Record<string, readonly SmallRole[]>> = {
  none: [],
  'an administrator for the account': [
    { name: 'other', trusts: { AWS: `arn:aws:iam::${account}:root` }, attached: [administratorAccess] },
  ],
  'an administrator for it': [{ name: 'other', trusts: { AWS: roleArn('app') }, attached: [administratorAccess] }],
  'an administrator of functions': [
    {
      name: 'other',
      trusts: { Service: ['lambda.amazonaws.com', 'cloudformation.amazonaws.com'] },
      attached: [administratorAccess],
    },
  ],
  'an administrator of instances': [
    { name: 'other', trusts: { Service: 'ec2.amazonaws.com' }, attached: [administratorAccess], inProfile: true },
  ],
  'an administrator in no profile': [
    { name: 'other', trusts: { Service: 'ec2.amazonaws.com' }, attached: [administratorAccess] },
  ],
  'one that was not read': [
    {
      name: 'other',
      trusts: { Service: ['ec2.amazonaws.com', 'lambda.amazonaws.com'], AWS: roleArn('app') },
      isUnread: true,
    },
  ],
  'a service role': [
    { name: 'other', path: '/aws-service-role/x/', trusts: { AWS: roleArn('app') }, attached: [administratorAccess] },
  ],
  'one for it, by its tag': [
    {
      name: 'other',
      trusts: { AWS: roleArn('app') },
      condition: { StringEquals: { 'aws:PrincipalTag/team': 'shop' } },
      attached: [administratorAccess],
    },
  ],
  'a reader': [
    { name: 'other', trusts: { AWS: roleArn('app') }, inline: [policyOf(allow('secretsmanager:GetSecretValue'))] },
  ],
};

test('levels', () => {
  const cases = beside({
    policies,
    others: otherRoles,
    second: {
      none: [],
      'a Deny of IAM': [{ Effect: 'Deny', ...allow('iam:*') }],
      'a Deny, if': [{ Effect: 'Deny', ...allow('*', '*', { Condition: open }) }],
      'a Deny of the other role': [{ Effect: 'Deny', ...allow('sts:AssumeRole', roleArn('other')) }],
    },
    boundary: {
      none: undefined,
      all: policyOf(allow('*')),
      'S3 alone': policyOf(allow('s3:*')),
      'all but IAM': policyOf({ NotAction: 'iam:*', Resource: '*' }),
    },
    controls: {
      unread: undefined,
      all: [[everything]],
      'no IAM': [[everything], [policyOf({ Effect: 'Deny', ...allow('iam:*') }), everything]],
    },
    tags: { none: {}, team: { team: 'shop' } },
    how: { inline: false, attached: true },
  });
  expect(cases.length).toBeGreaterThan(200);
  tell(
    'levels',
    cases.map(([title, { policies: of, others, second, boundary, controls, tags, how }]) => {
      const text = policyOf(...of, ...second);
      const held = of.length + second.length === 0 ? {} : how ? { attached: [own] } : { inline: [text] };
      const app: SmallRole = {
        name: 'app',
        trusts: byPods,
        tags,
        ...held,
        ...(boundary !== undefined && { boundary: policyArn('bound') }),
      };
      const level = levelOfApp({
        roles: [app, ...others],
        policies: { [own]: text, ...(boundary !== undefined && { [policyArn('bound')]: boundary }) },
        ...(controls !== undefined && { controls }),
      });
      return line(title, level);
    }),
  );
});
