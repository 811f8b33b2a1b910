import { describe, expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { RoleLevel } from '../../../lib/model/role-level.ts';
import { reachAdministrator } from '../../../lib/rules/reach/reach-administrator.ts';
import { aServiceAccount } from '../../support/example-cluster.ts';
import type { Bound } from '../../support/reach-world.ts';
import { reportedBy } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { administrator, changesData, worldOf } from './worlds.ts';

const told = (facts: Parameters<typeof evaluate>[0]) =>
  evaluate(facts, { rules: [reachAdministrator] }).findings.map(({ severity, messageId, data }) => [
    severity,
    messageId,
    data.who,
  ]);

describe('who is told', () => {
  test.each<[string, readonly Bound[], readonly unknown[]]>([
    [
      'a group with rights of the namespace',
      [{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }],
      ['high', 'editor', 'group devs'],
    ],
    [
      'a user',
      [{ who: 'user:ann', in: 'checkout', rules: ['create serviceaccounts/token'] }],
      ['high', 'editor', 'user ann'],
    ],
    [
      'everyone who is known',
      [{ who: 'group:system:authenticated', in: 'checkout', rules: ['create pods'] }],
      ['critical', 'everyone', 'group system:authenticated'],
    ],
    [
      'everyone, in the whole cluster',
      [{ who: 'group:system:unauthenticated', rules: ['create pods'] }],
      ['critical', 'everyone', 'group system:unauthenticated'],
    ],
    [
      'every service account',
      [{ who: 'group:system:serviceaccounts', rules: ['* *|*'] }],
      ['critical', 'everyone', 'group system:serviceaccounts'],
    ],
    [
      'every service account of a namespace',
      [{ who: 'group:system:serviceaccounts:ci', in: 'checkout', rules: ['create pods'] }],
      ['high', 'editor', 'group system:serviceaccounts:ci'],
    ],
    [
      'another workload',
      [{ who: 'sa:ci/runner', in: 'checkout', rules: ['create pods/exec'] }],
      ['high', 'workload', 'service account ci/runner'],
    ],
    [
      'another workload, in the whole cluster',
      [{ who: 'sa:ci/runner', rules: ['create apps|deployments'] }],
      ['high', 'workload', 'service account ci/runner'],
    ],
  ])('%s', (_title, bound, wanted) => {
    expect(told(worldOf(bound))).toEqual([wanted]);
  });

  test('somebody who becomes a workload that becomes it: both, each by its own way', () => {
    const bound: Bound[] = [
      { who: 'group:devs', in: 'ci', rules: ['create pods/exec'] },
      { who: 'sa:ci/runner', in: 'checkout', rules: ['create pods'] },
    ];
    expect(told(worldOf(bound))).toEqual([
      ['high', 'editor', 'group devs'],
      ['high', 'workload', 'service account ci/runner'],
    ]);
  });
});

describe('who is not told', () => {
  test.each<[string, readonly Bound[]]>([
    ['administrators of the cluster', [{ who: 'group:admins', rules: ['* *|*'] }]],
    [
      'an administrator with rights of the namespace too',
      [
        { who: 'user:ann', rules: ['* *|*'] },
        { who: 'user:ann', in: 'checkout', rules: ['create pods'] },
      ],
    ],
    ['people with rights in all of it', [{ who: 'group:sre', rules: ['create pods'] }]],
    ['its masters', [{ who: 'group:system:masters', rules: ['* *|*'] }]],
    ['its own service account', [{ who: 'sa:checkout/cart', in: 'checkout', rules: ['create pods'] }]],
    ['a built-in user', [{ who: 'user:system:kube-scheduler', rules: ['create pods'] }]],
    ['a way that may be closed', [{ who: 'group:devs', in: 'ci', rules: ['create pods'] }]],
    ['Argo CD', [{ who: 'sa:argocd/argocd-application-controller', rules: ['* *|*'] }]],
    ['Flux', [{ who: 'sa:flux-system/kustomize-controller', rules: ['* *|*'] }]],
    ['cert-manager', [{ who: 'sa:cert-manager/cert-manager', rules: ['create pods'] }]],
    [
      'Crossplane and its provider',
      [
        { who: 'sa:crossplane-system/crossplane', rules: ['* *|*'] },
        { who: 'sa:crossplane-system/provider-aws-s3-1a2b3c', rules: ['create secrets', 'get secrets'] },
      ],
    ],
    ['Velero', [{ who: 'sa:velero/velero-server', rules: ['* *|*'] }]],
    [
      'the Prometheus operator',
      [{ who: 'sa:monitoring/kube-prometheus-stack-operator', rules: ['* apps|statefulsets'] }],
    ],
    ['external-dns', [{ who: 'sa:dns/external-dns', rules: ['get,list,watch services', 'get,list pods'] }]],
  ])('%s', (_title, bound) => {
    expect(told(worldOf(bound))).toEqual([]);
  });

  test('a built-in controller of kube-system', () => {
    const facts = worldOf([
      { who: 'sa:kube-system/job-controller', rules: ['create pods'], role: 'system:controller:job' },
    ]);
    expect(told(facts)).toHaveLength(1);
    const renamed = JSON.parse(JSON.stringify(facts).replaceAll('binds-system:', 'system:')) as typeof facts;
    expect(told(renamed)).toEqual([]);
  });

  test('a role that is no administrator', () => {
    expect(told(worldOf([{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }], changesData))).toEqual([]);
  });
});

describe('what is not known', () => {
  const bound: Bound[] = [{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }];

  test('the permissions of the role: nothing is claimed', () => {
    expect(
      reportedBy('reach-administrator', worldOf(bound, { level: 'unknown', because: 'denied', isAsked: true })),
    ).toEqual([['unknown', 'unread']]);
  });

  test('permissions that nobody asked for', () => {
    const { rolePermissions: _, ...snapshot } = worldOf(bound).snapshot;
    expect(reportedBy('reach-administrator', { ...worldOf(bound), snapshot })).toEqual([['unknown', 'not-asked-for']]);
  });

  test('a list of bindings that was refused', () => {
    const reason = { kind: 'denied', operation: 'list rolebindings', message: '403: no' } as const;
    const none = complete([]);
    const rbac = {
      status: 'partial' as const,
      value: { roles: none, clusterRoles: none, roleBindings: unavailable<never>(reason), clusterRoleBindings: none },
      gaps: [{ what: 'roleBindings', reason }],
    };
    expect(reportedBy('reach-administrator', worldOf([], administrator, undefined, { rbac }))).toEqual([
      ['unknown', 'unread'],
    ]);
  });
});

test('each step is a fact with its source, and a new way is another finding', () => {
  const way = (rules: readonly string[]): Bound[] => [{ who: 'group:devs', in: 'checkout', rules }];
  const [finding] = evaluate(worldOf(way(['create pods'])), { rules: [reachAdministrator] }).findings;
  expect(finding?.evidence.map(({ what, got }) => [what, got])).toEqual([
    [
      'step 1: group devs creates pods with any service account',
      'RoleBinding checkout/binds-role-0 → ClusterRole role-0 → service account checkout/cart',
    ],
    [
      'step 2: service account checkout/cart assumes the role with its token',
      expect.stringContaining('→ role checkout-cart'),
    ],
  ]);
  const both = [...way(['create pods']), { who: 'group:ops', in: 'checkout', rules: ['create pods'] }];
  const ids = (bound: readonly Bound[]) =>
    evaluate(worldOf(bound), { rules: [reachAdministrator] }).findings.map(({ id }) => id);
  expect(ids(both)).toHaveLength(2);
  expect(ids(both)).toContain(ids(way(['create pods']))[0]);
});

test('a role that can become an administrator is one', () => {
  const level: RoleLevel = { level: 'can-become-administrator', way: { way: 'iam-005', steps: [] } };
  const facts = worldOf([{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }], level, undefined, {
    serviceAccounts: complete([aServiceAccount()]),
  });
  expect(told(facts)).toEqual([['high', 'editor', 'group devs']]);
});
