/** An audience that no token has is told as not checked, and so is a service that is nearly that of Pod Identity; one beside the usual
 *  one is not. */
import { expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const issuer = 'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';
const lintedWith = async (operator: string, audience: string | readonly string[]) => {
  const subject = { [`${issuer}:sub`]: 'system:serviceaccount:shop:cart' };
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: subject, [operator]: { ...subject, [`${issuer}:aud`]: audience } },
  };
  const report = await lintTexts({ 'policy.json': JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }) });
  return doubtsIn(report).map(one => /its audience is (.*): tokens have/.exec(one)?.[1] ?? one);
};

test.each<[string, string | readonly string[], readonly string[]]>([
  ['StringEquals', 'sts.amazonaws.com', []],
  ['StringEquals', 'sts.amazon.com', ['sts.amazon.com']],
  ['StringEquals', ['sts.amazonaws.com', 'vault'], []],
  ['StringEquals', ['vault', 'sts.amazonaws.com'], []],
  ['StringEquals', ['vault', 'sts.amazonaws.com.cn'], ['vault']],
  ['StringEquals', ['vault', 'argo'], ['vault']],
  ['StringLike', ['vault', 'sts.*'], []],
  ['StringLike', ['vault*', 'argo*'], ['vault*']],
  ['StringNotEquals', ['vault', 'argo'], []],
])('%s %j', async (operator, audience, told) => {
  expect(await lintedWith(operator, audience)).toEqual(told);
});

test.each([
  ['pods.eks.amazonaws.com', []],
  ['pods.eks.amazonaws.com.cn', ['pods.eks.amazonaws.com.cn']],
  ['pod.eks.amazonaws.com', ['pod.eks.amazonaws.com']],
  ['eks-pods.amazonaws.com', ['eks-pods.amazonaws.com']],
  ['eks.amazonaws.com', []],
  ['eks-fargate-pods.amazonaws.com', []],
  ['<POD_SERVICE_OF_EKS>', []],
])('service %s', async (service, told) => {
  const Statement = { Effect: 'Allow', Principal: { Service: service }, Action: ['sts:AssumeRole', 'sts:TagSession'] };
  const report = await lintTexts({ 'policy.json': JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }) });
  expect(findingsIn(report)).toEqual([]);
  expect(doubtsIn(report).map(one => /its principal (.*) is no service/.exec(one)?.[1])).toEqual(told);
});
