import { expect, test } from '@jest/globals';
import { complete, withGaps } from '../../lib/model/collected.ts';
import { otherNamespaces } from '../../lib/model/kubernetes.ts';
import { findTarget, firstUnread } from '../../lib/why/why-subject.ts';
import { aPod, aServiceAccount, someKubernetes } from '../support/example-cluster.ts';

const namespace = 'checkout';
const reason = { kind: 'denied', operation: 'list pods', message: 'no' } as const;

test('of names that are not there the one with the longest beginning in common comes first, then by the alphabet', () => {
  const pods = complete(['a-1', 'cart-9', 'cart-7d9f-b', 'cart-7d9f-a'].map(name => aPod({ name })));
  expect(findTarget({ kind: 'Pod', namespace, name: 'cart-7d9f-x' }, someKubernetes({ pods }))).toEqual({
    status: 'absent',
    known: ['cart-7d9f-a', 'cart-7d9f-b', 'cart-9', 'a-1'],
  });
  const serviceAccounts = complete(['pay', 'card'].map(name => aServiceAccount({ name })));
  expect(findTarget({ kind: 'ServiceAccount', namespace, name: 'cart' }, someKubernetes({ serviceAccounts }))).toEqual({
    status: 'absent',
    known: ['card', 'pay'],
  });
});

test('other namespaces that were not read say nothing of this one', () => {
  const gapOf = (what: string) => ({ what, reason });
  expect(firstUnread(withGaps([], [gapOf(otherNamespaces)]))).toBeUndefined();
  expect(firstUnread(withGaps([], [gapOf(otherNamespaces), gapOf('a page')]))).toEqual(reason);
  expect(firstUnread(complete([]))).toBeUndefined();
});

test('a workload without a pod is found where workloads were read, by its kind, namespace and name', () => {
  const workload = { kind: 'Deployment', namespace, name: 'idle', serviceAccount: 'cart', roleArns: [] };
  const kubernetes = someKubernetes({ workloads: complete([workload]) });
  const idle = { kind: 'Deployment', namespace, name: 'idle' };
  expect(findTarget(idle, kubernetes)).toEqual({ status: 'found', pods: [], serviceAccount: 'cart', others: [] });
  for (const other of [{ kind: 'StatefulSet' }, { namespace: 'orders' }, { name: 'id' }])
    expect(findTarget({ ...idle, ...other }, kubernetes).status).toBe('absent');
  expect(findTarget(idle, someKubernetes()).status).toBe('absent');
});
