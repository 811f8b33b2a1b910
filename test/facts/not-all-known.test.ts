/** The answer where a part is not known: a correction of another partition, a security group that was not read. */
import { expect, test } from '@jest/globals';
import { groupsOfPod } from '../../lib/facts/pod-egress.ts';
import { roleArnFault } from '../../lib/facts/role-arn-fault.ts';
import { aPod } from '../support/example-cluster.ts';

const arn = 'arn:aws:iam::111122223333:role/cart';

test.each([
  ['aws', { id: 'white-space', data: {}, corrected: arn }],
  [undefined, { id: 'white-space', data: {}, corrected: arn }],
  ['aws-cn', { id: 'white-space', data: {} }],
])('an ARN with white space in partition %j', (partition, expected) => {
  expect(roleArnFault(` ${arn}`, partition)).toEqual(expected);
});

const closed = (id: string) => ({ id, ingress: [], egress: [] });
const group = {
  ...{ namespace: 'checkout', name: 'own', podSelector: { matchLabels: {}, matchExpressions: [] } },
  groupIds: ['sg-1', 'sg-2'],
};

test.each([
  ['both groups', ['sg-1', 'sg-2'], 'closed'],
  ['one of two groups', ['sg-1'], 'unknown'],
  ['neither', [], 'unknown'],
])('security groups of a pod where %s were read', (_title, read, kind) => {
  const network = { places: [], routeTables: [], stsEndpoints: [], securityGroups: read.map(closed) };
  const pod = aPod({ hasOwnInterface: true });
  expect(groupsOfPod(pod, { policies: [], groups: [group] }, network).kind).toBe(kind);
});
