import { expect, test } from '@jest/globals';
import { isAsAudited, isAsWritten, undoOf } from '../../lib/fixes/change-table.ts';
import { act, commandsOf } from '../../lib/fixes/step.ts';
import type { Change } from '../../lib/model/step.ts';

const association = {
  namespace: 'checkout',
  serviceAccount: 'cart',
  roleArn: 'arn:aws:iam::111122223333:role/cart',
  targetRoleArn: 'arn:aws:iam::444455556666:role/target',
  disableSessionTags: true,
  policy: '{"Version":"2012-10-17","Statement":[]}',
};
const deleted: Change = {
  kind: 'association-deleted',
  clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/shop',
  associationId: 'a-1',
  namespace: association.namespace,
  serviceAccount: association.serviceAccount,
};

test('an association that was deleted comes back with its roles, its session policy and without session tags: no more than it gave', () => {
  const back = undoOf(deleted, { kind: 'there', text: JSON.stringify(association) }) ?? [];
  expect(back.map(each => commandsOf(act(each)).map(({ args }) => args.slice(2)))).toEqual([
    [
      [
        ...['--cluster-name', 'shop', '--region', 'eu-west-1', '--namespace', 'checkout', '--service-account', 'cart'],
        ...['--role-arn', association.roleArn, '--target-role-arn', association.targetRoleArn],
        ...['--disable-session-tags', '--policy', association.policy],
      ],
    ],
  ]);
});

test('thumbprints are the same in whichever case and order they were written', () => {
  const a = 'ab'.repeat(20);
  const b = '0E'.repeat(20);
  const change: Change = {
    kind: 'thumbprints',
    providerArn: 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A',
    before: [a, b].map(one => one.toUpperCase()),
    after: [b],
  };
  const read = (...thumbprints: readonly string[]) => ({
    kind: 'there' as const,
    text: JSON.stringify({ audiences: [], thumbprints: thumbprints.map(one => one.toLowerCase()).sort() }),
  });
  const states = [read(b, a), read(b), read(a)];
  expect(states.map(state => [isAsAudited(change, state), isAsWritten(change, state)])).toEqual([
    [true, false],
    [false, true],
    [false, false],
  ]);
});

test('a service account is as it was made while it has its annotations alone, and what kubectl notes', () => {
  const annotations = { 'eks.amazonaws.com/role-arn': association.roleArn };
  const change: Change = {
    kind: 'service-account-deleted',
    cluster: { name: 'shop', server: 'https://shop.example' },
    ...{ namespace: 'checkout', serviceAccount: 'cart', annotations },
  };
  const there = (more: object) => ({ kind: 'there' as const, text: JSON.stringify({ ...annotations, ...more }) });
  const applied = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
  const states = [there({}), there(applied), there({ owner: 'shop' }), { kind: 'absent' as const }];
  expect(states.map(state => [isAsAudited(change, state), isAsWritten(change, state)])).toEqual([
    [true, false],
    [true, false],
    [false, false],
    [false, true],
  ]);
});

test('a workload gets the service account back that it had', () => {
  const change: Change = {
    kind: 'workload-service-account',
    cluster: { name: 'shop', server: 'https://shop.example' },
    namespace: 'checkout',
    workload: 'deployment/cart',
    before: 'default',
    after: 'cart',
  };
  expect(undoOf(change, { kind: 'there', text: '"default"' })).toEqual([
    { ...change, before: 'cart', after: 'default' },
  ]);
});

test('an association that was made is deleted by its id, and stays where that is not known', () => {
  const { clusterArn, namespace, serviceAccount } = deleted;
  const created: Change = { kind: 'association-created', clusterArn, association };
  const { roleArn, targetRoleArn } = association;
  expect(undoOf(created, { kind: 'absent' }, { kind: 'there', text: '["a-7"]' })).toEqual([
    {
      ...{ kind: 'association-deleted', clusterArn, associationId: 'a-7', namespace, serviceAccount },
      before: { roleArn, targetRoleArn },
    },
  ]);
  expect(undoOf(created, { kind: 'absent' })).toBeUndefined();
});
