import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { RbacObjects, RbacRule } from '../../../lib/model/rbac.ts';
import { ruleAllows } from '../../../lib/reach/rbac/decide.ts';
import { rbacOf } from '../../../lib/reach/rbac/grants.ts';
import { rbacTrial } from '../../support/rbac-trial.ts';
import { mayDo, serviceAccountUser } from '../../support/rbac-user.ts';
import { casesOf } from '../../support/sample.ts';

const rule = (over: Partial<RbacRule>): RbacRule => ({
  verbs: ['get'],
  apiGroups: [''],
  resources: [],
  resourceNames: [],
  nonResourceURLs: [],
  ...over,
});
const asked = { verb: 'get', apiGroup: '', resource: 'pods', subresource: '', namespace: 'orders', name: 'cart' };
const exec = { ...asked, subresource: 'exec' };

test('the decision agrees with brute force', () => {
  const trial = rbacTrial(casesOf(10_000), 21);
  expect(trial.failures).toEqual([]);
  expect(trial.failed).toBe(0);
  expect(trial.counts.allowed).toBeGreaterThan(500);
});

describe('one rule', () => {
  test.each([
    ['a resource covers itself', { resources: ['pods'] }, asked, true],
    ['a resource covers no subresource', { resources: ['pods'] }, exec, false],
    ['a star covers subresources', { resources: ['*'] }, exec, true],
    ['a star before the slash covers the subresource of anything', { resources: ['*/exec'] }, exec, true],
    ['a star before the slash covers no resource', { resources: ['*/exec'] }, asked, false],
    ['a star behind the slash covers nothing', { resources: ['pods/*'] }, exec, false],
    ['a name is one of those', { resources: ['pods'], resourceNames: ['db', 'cart'] }, asked, true],
    ['another name is none', { resources: ['pods'], resourceNames: ['db'] }, asked, false],
    [
      'no name is none of those: create',
      { resources: ['pods'], resourceNames: ['cart'] },
      { ...asked, name: '' },
      false,
    ],
    ['verbs are exact', { resources: ['pods'], verbs: ['GET'] }, asked, false],
    ['groups are exact', { resources: ['pods'], apiGroups: ['apps'] }, asked, false],
    ['a path by its beginning', { nonResourceURLs: ['/healthz/*'] }, { verb: 'get', path: '/healthz/etcd' }, true],
    ['a path without the rest', { nonResourceURLs: ['/healthz/*'] }, { verb: 'get', path: '/healthz' }, false],
    ['a star within a path is a letter', { nonResourceURLs: ['/*/x'] }, { verb: 'get', path: '/a/x' }, false],
    ['rules of paths cover no resource', { nonResourceURLs: ['*'] }, asked, false],
    ['rules of resources cover no path', { resources: ['*'] }, { verb: 'get', path: '/metrics' }, false],
  ])('%s', (_title, over, question, wanted) => {
    expect(ruleAllows(rule(over), question)).toBe(wanted);
  });
});

describe('bindings', () => {
  const objects = (over: Partial<RbacObjects>): RbacObjects => ({
    roles: complete([]),
    clusterRoles: complete([{ name: 'reader', rules: [rule({ resources: ['pods'] })] }]),
    roleBindings: complete([]),
    clusterRoleBindings: complete([]),
    ...over,
  });
  const role = { kind: 'ClusterRole', name: 'reader' };
  const cart = serviceAccountUser('orders', 'cart');
  const bound = (subject: { readonly kind: string; readonly name: string; readonly namespace?: string }) =>
    rbacOf(objects({ roleBindings: complete([{ namespace: 'orders', name: 'b', role, subjects: [subject] }]) }));

  test.each([
    ['its service account', { kind: 'ServiceAccount', namespace: 'orders', name: 'cart' }, true],
    ['without a namespace, one of the binding', { kind: 'ServiceAccount', name: 'cart' }, true],
    ['of another namespace', { kind: 'ServiceAccount', namespace: 'shop', name: 'cart' }, false],
    ['by its user name', { kind: 'User', name: 'system:serviceaccount:orders:cart' }, true],
    ['the group of its namespace', { kind: 'Group', name: 'system:serviceaccounts:orders' }, true],
    ['everyone who is known', { kind: 'Group', name: 'system:authenticated' }, true],
    ['everyone who is not', { kind: 'Group', name: 'system:unauthenticated' }, false],
    ['a kind that there is not', { kind: 'Robot', name: 'cart' }, false],
  ])('%s', (_title, subject, wanted) => {
    expect(mayDo(bound(subject), cart, asked)).toBe(wanted);
  });

  test('a ClusterRole in a RoleBinding holds in its namespace alone', () => {
    const rbac = bound({ kind: 'ServiceAccount', name: 'cart' });
    expect([
      mayDo(rbac, cart, { ...asked, namespace: 'shop' }),
      mayDo(rbac, cart, { ...asked, namespace: '' }),
    ]).toEqual([false, false]);
  });

  test('the masters may do everything without a rule', () => {
    expect(mayDo(rbacOf(objects({})), { name: 'x', groups: ['system:masters'] }, exec)).toBe(true);
  });

  test('of an aggregated ClusterRole what is written counts only where some may not have been read', () => {
    const wide = { name: 'wide', aggregation: [], rules: [rule({ resources: ['pods'] })] };
    const bindings = complete([
      { name: 'b', role: { kind: 'ClusterRole', name: 'wide' }, subjects: [{ kind: 'User', name: 'ann' }] },
    ]);
    const ann = { name: 'ann', groups: [] };
    const gap = { what: 'page 2', reason: { kind: 'denied', operation: 'list', message: 'no' } } as const;
    const ask = (clusterRoles: RbacObjects['clusterRoles']) =>
      mayDo(rbacOf(objects({ clusterRoles, clusterRoleBindings: bindings })), ann, asked);
    expect(ask(complete([wide]))).toBe(false);
    expect(ask({ status: 'partial', value: [wide], gaps: [gap] })).toBe(true);
  });
});
