import { expect, test } from '@jest/globals';
import { CfnManagedPolicy, CfnPolicy, CfnRole, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CfnResource, Stack } from 'aws-cdk-lib/core';
import { tooLarge } from '../../lib/infra/limits.ts';
import { logRetentionOf } from '../../lib/infra/storage.ts';
import { auditorStack, everythingFast, templateOf } from '../support/synthesized.ts';

const arns = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => `arn:aws:iam::${200_000_000_000 + at}:role/irsa-auditor-read`);
const withPolicy = (count: number): Stack => {
  const stack = new Stack(undefined, 'Stack');
  new ManagedPolicy(stack, 'Policy', {
    statements: [new PolicyStatement({ actions: ['sts:AssumeRole'], resources: arns(count) })],
  });
  return stack;
};

test('the stack with everything is within the limits', () => {
  expect(tooLarge(auditorStack(everythingFast))).toEqual([]);
});

test('a policy and a number of resources that AWS would refuse are told at synth, with the size and the limit', () => {
  expect(tooLarge(withPolicy(100))).toEqual([]);
  expect(tooLarge(withPolicy(130))).toEqual([
    expect.stringMatching(
      /^Stack\/Policy\/Resource: a policy of \d{4}, wanted at most 6144 \(quota: characters in a managed policy of IAM\)$/,
    ),
  ]);
  const many = new Stack(undefined, 'Stack');
  for (let at = 0; at <= 500; at += 1) new CfnResource(many, `R${at}`, { type: 'AWS::SNS::Topic' });
  expect(tooLarge(many)).toEqual([
    'Stack: a number of resources of 501, wanted at most 500 (quota: resources in a CloudFormation template)',
  ]);
});

test('cdk synth ends with that sentence', () => {
  const stack = auditorStack({});
  const auditor = stack.node.findChild('Default');
  for (let at = 0; at <= 500; at += 1) new CfnResource(auditor, `R${at}`, { type: 'AWS::SNS::Topic' });
  expect(() => templateOf(stack)).toThrow(/a number of resources of \d{3}, wanted at most 500/);
});

/** Text so long that a value as JSON has a size. */
const filling = (size: number, of: (text: string) => unknown): string =>
  'x'.repeat(size - JSON.stringify(of('')).length);
const statement = (text: string) => ({ Statement: [{ Sid: text }] });
const document = (size: number) => statement(filling(size, statement));

const parts: readonly (readonly [name: string, limit: number, make: (stack: Stack, size: number) => unknown])[] = [
  ['a policy', 6_144, (stack, size) => new CfnManagedPolicy(stack, 'A', { policyDocument: document(size) })],
  [
    'inline policies',
    10_240,
    (stack, size) => {
      for (const [at, part] of [size - 100, 100].entries())
        new CfnPolicy(stack, `A${at}`, { policyName: 'a', policyDocument: document(part), roles: ['role'] });
    },
  ],
  [
    'inline policies',
    10_240,
    (stack, size) => {
      const of = (text: string) => [{ policyName: 'a', policyDocument: statement(text) }];
      const [policy] = of(filling(size, text => [{ policyName: 'a', policyDocument: statement(text) }]));
      return new CfnRole(stack, 'A', { assumeRolePolicyDocument: {}, policies: policy === undefined ? [] : [policy] });
    },
  ],
  [
    'an environment',
    4_096,
    (stack, size) => {
      const of = (text: string) => ({ variables: { A: text } });
      return new CfnFunction(stack, 'A', { role: 'a', code: {}, environment: of(filling(size, of)) });
    },
  ],
  [
    'a definition',
    1_048_576,
    (stack, size) => new CfnStateMachine(stack, 'A', { roleArn: 'a', definitionString: filling(size, text => text) }),
  ],
];

test.each(parts)('%s of %i bytes is taken, and one byte more is told', (name, limit, make) => {
  const told = (size: number) => {
    const stack = new Stack(undefined, 'Stack');
    make(stack, size);
    return tooLarge(stack);
  };
  expect(told(limit)).toEqual([]);
  expect(told(limit + 1)).toEqual([expect.stringContaining(`: ${name} of ${limit + 1}, wanted at most ${limit}`)]);
});

test('policies of two roles are not added up, and a number of resources is told from the first beyond', () => {
  const stack = new Stack(undefined, 'Stack');
  for (const role of ['a', 'b'])
    new CfnPolicy(stack, role, { policyName: role, policyDocument: document(6_000), roles: [role] });
  expect(tooLarge(stack)).toEqual([]);
  const full = new Stack(undefined, 'Stack');
  for (let at = 0; at < 500; at += 1) new CfnResource(full, `R${at}`, { type: 'AWS::SNS::Topic' });
  expect(tooLarge(full)).toEqual([]);
});

test('whoever deploys is told to confirm, and that nobody reads alarms', () => {
  const told = (configuration: object) =>
    auditorStack(configuration)
      .node.findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => /:(?:info|warning|error)$/.test(type)))
      .map(({ type, data }) => `${type} ${data}`);
  const email = { to: 'email', addresses: ['a@example.com', 'b@example.com'] };
  expect(told({ notifications: [email], operations: { ...email, addresses: ['a@example.com'] } })).toEqual([
    'aws:cdk:info AWS asks a@example.com, b@example.com by mail to confirm; who has not confirmed within 48 hours gets nothing: irsa-auditor doctor tells [ack: irsa-auditor:subscriptions]',
  ]);
  expect(told({ operations: 'none' })).toEqual([
    'aws:cdk:warning operations is "none": nobody is told when the auditor itself fails [ack: irsa-auditor:operations]',
  ]);
});

test.each([
  [1, 1],
  [2, 3],
  [30, 30],
  [31, 60],
  [3288, 3288],
  [3289, 3653],
  [3653, 3653],
  [3654, 3653],
])('logs that are wanted for %i days are kept for %i', (wanted, days) => {
  expect(logRetentionOf(wanted)).toBe(days);
});
