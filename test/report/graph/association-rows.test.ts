/** Roles by EKS Pod Identity belong to the answer of who can assume what. */
import { expect, test } from '@jest/globals';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { associationRows } from '../../../lib/report/graph/association-rows.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, someFacts } from '../../support/example-world.ts';

const trusting = (Action: readonly string[], Condition: object = {}) =>
  aRole({
    name: 'paid',
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action, Condition },
    }),
  });
const both = ['sts:AssumeRole', 'sts:TagSession'];
const api: PodIdentityAssociation = {
  ...{ id: 'a-1', namespace: 'payments', serviceAccount: 'api', roleArn: trusting(both).arn },
};
const answerOf = (role: ReturnType<typeof aRole>, over: Partial<PodIdentityAssociation> = {}) =>
  associationRows([
    someFacts({
      clusters: complete([{ ...aReadCluster({}), podIdentity: complete([{ ...api, ...over }]) }]),
      roles: complete([role]),
    }),
  ]).rows.map(({ roleArn, namespace, serviceAccount, decision }) => [
    roleArn.split('/').at(-1),
    `${namespace}/${serviceAccount}`,
    decision,
  ]);

test.each<[string, ReturnType<typeof aRole>, Partial<PodIdentityAssociation>, readonly (readonly string[])[]]>([
  ['a role that trusts it', trusting(both), {}, [['paid', 'payments/api', 'allow']]],
  ['a role that does not allow the tags', trusting(['sts:AssumeRole']), {}, []],
  [
    'no tags that the role would have to allow',
    trusting(['sts:AssumeRole']),
    { sessionTags: false },
    [['paid', 'payments/api', 'allow']],
  ],
  [
    'a role that asks for the name of the cluster',
    trusting(both, { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'shop' } }),
    {},
    [['paid', 'payments/api', 'allow']],
  ],
  [
    'a role that asks for the name of another cluster',
    trusting(both, { StringEquals: { 'aws:RequestTag/eks-cluster-name': 'depot' } }),
    {},
    [],
  ],
  [
    'a role that asks for what the request does not tell',
    trusting(both, { StringEquals: { 'aws:RequestTag/kubernetes-pod-name': 'api-1' } }),
    {},
    [['paid', 'payments/api', 'unknown']],
  ],
  ['a role that does not trust it', aRole({ name: 'paid' }), {}, []],
  ['a role that was not read', aRole(), {}, [['paid', 'payments/api', 'unknown']]],
  [
    'a second role',
    trusting(both),
    { targetRoleArn: 'arn:aws:iam::444455556666:role/far' },
    [['far', 'payments/api', 'unknown']],
  ],
])('%s', (_, role, over, rows) => {
  expect(answerOf(role, over)).toEqual(rows);
});

test('associations that were not read are missing', () => {
  const cluster = { ...aReadCluster({}), podIdentity: notAskedFor<never>('eks:ListPodIdentityAssociations') };
  expect(associationRows([someFacts({ clusters: complete([cluster]) })])).toEqual({
    rows: [],
    missing: ['not all Pod Identity associations of cluster shop were read'],
  });
});
