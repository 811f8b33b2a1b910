/** A statement whose issuer is filled in later is told as not checked where every subject may pass its tests; a subject of a
 *  service account says that the issuer is a cluster, and the statement is checked. */
import { expect, test } from '@jest/globals';
import { doubtsIn, findingsIn, lintTexts } from './lint-texts.ts';

const own = 'system:serviceaccount:shop:cart';
const repository = 'repo:org/app:ref:main';
const lintedWith = async (condition: object, more: object) => {
  const Statement = {
    Effect: 'Allow',
    Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/${ISSUER}' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
    ...more,
  };
  const report = await lintTexts({ 'policy.json': JSON.stringify({ Version: '2012-10-17', Statement: [Statement] }) });
  return [
    ...doubtsIn(report).flatMap(doubt => (doubt.includes('provider is a placeholder') ? ['not checked'] : [])),
    ...findingsIn(report).map(finding => finding.split(' ').at(-1)),
  ];
};
const like = (subject: string | readonly string[]) => ({ StringLike: { '${ISSUER}:sub': subject } });
const equals = (...subjects: readonly string[]) => ({ StringEquals: { '${ISSUER}:sub': subjects } });

test.each<[object, readonly string[], object?]>([
  [like(own), []],
  [like([own, 'system:serviceaccount:shop:*']), ['trust-any-service-account-in-namespace']],
  [like('*'), ['not checked']],
  [like([own, '*']), ['trust-any-subject']],
  [like(['*', own]), ['trust-any-subject']],
  [like([repository, '*']), ['not checked']],
  [like(['**', repository]), ['not checked']],
  [like([repository, 'repo:org/*']), []],
  [{ ...like(['*', repository]), ...equals(repository) }, []],
  [{ ...like(['*', own]), ...equals(own) }, []],
  [{ StringEquals: { '${ISSUER}:aud': 'sts.amazonaws.com' } }, ['not checked']],
  [{}, ['not checked']],
  [{}, [], { Effect: 'Deny' }],
  [{}, [], { Action: 'sts:AssumeRole' }],
  [equals(repository, 'kube-system:cart'), ['not checked']],
  [equals(own, 'kube-system:cart'), ['trust-subject-malformed']],
  [equals('serviceaccount:shop:cart'), ['not checked']],
  [equals(repository), []],
  [equals('aws-load-balancer-controller'), ['not checked']],
  [equals('cart'), ['not checked']],
  [equals('104729853061'), []],
  [equals('b0c8f1de-7a44-4c0e-9a51-0d5c6f2f9e11'), []],
])('%j: %j', async (condition, told, more = {}) => {
  expect(await lintedWith(condition, more)).toEqual(told);
});
