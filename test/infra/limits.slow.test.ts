import { expect, test } from '@jest/globals';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnResource, Stack } from 'aws-cdk-lib/core';
import { tooLarge } from '../../lib/infra/limits.ts';
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
    expect.stringMatching(/^Stack\/Policy\/Resource: a policy of \d{4}, wanted at most 6144$/),
  ]);
  const many = new Stack(undefined, 'Stack');
  for (let at = 0; at <= 500; at += 1) new CfnResource(many, `R${at}`, { type: 'AWS::SNS::Topic' });
  expect(tooLarge(many)).toEqual(['Stack: a number of resources of 501, wanted at most 500']);
});

test('cdk synth ends with that sentence', () => {
  const stack = auditorStack({});
  const auditor = stack.node.findChild('Default');
  for (let at = 0; at <= 500; at += 1) new CfnResource(auditor, `R${at}`, { type: 'AWS::SNS::Topic' });
  expect(() => templateOf(stack)).toThrow(/a number of resources of \d{3}, wanted at most 500/);
});
