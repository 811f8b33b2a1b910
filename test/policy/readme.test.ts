import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { decide, defaultAudience, explainDecision, parsePolicy, subjectOf } from '../../lib/policy.ts';

const answerTo = (text: string) => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  const request = {
    roleArn: 'arn:aws:iam::111122223333:role/orders',
    issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    subject: subjectOf('shop', 'orders'),
    audience: defaultAudience,
  };
  const decision = decide(parsed.policy, request);
  const lines = explainDecision(decision, request);
  return { decision: decision.decision, first: lines[0] };
};

const host = 'oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';
const policyFor = (subject: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${host}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: 'sts.amazonaws.com' } },
      },
    ],
  });

test.each([
  ['system:serviceaccount:shop:orders', 'allow', 'may assume'],
  ['system:serviceaccount:shop:bills', 'deny', 'may not assume'],
] as const)('the example of the README decides a policy for %s: %s', (subject, decision, verb) => {
  expect(answerTo(policyFor(subject))).toEqual({
    decision,
    first: `${decision}: system:serviceaccount:shop:orders ${verb} arn:aws:iam::111122223333:role/orders with audience sts.amazonaws.com`,
  });
});

test('the README shows the code that is tested here', () => {
  const shown = /```ts\n(.*?)```/s.exec(readFileSync('lib/policy/README.md', 'utf8'))?.[1] ?? '';
  const indented = shown.replace(/^(?=.)/gm, '  ');
  expect(shown.split('\n').length).toBeGreaterThan(5);
  expect(readFileSync('test/policy/readme.test.ts', 'utf8')).toContain(indented);
});
