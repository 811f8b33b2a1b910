/** Who an identity is: built in, by another name, or of a cluster that was not read. */
import { describe, expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { AccessEntry, RbacObjects, RbacSubject } from '../../../lib/model/rbac.ts';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { reachGraphOf } from '../../../lib/reach/graph/reach-of.ts';
import { groupNode, principalNode, rightsNode } from '../../../lib/reach/node/ids.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { type Bound, rbacWith, reachCluster, reachFacts } from '../../support/reach-world.ts';

const { arn } = aCluster();
const role = aRole().arn;

const graphOf = (rbac: RbacObjects, entries: readonly AccessEntry[] = [], over: Partial<KubernetesFacts> = {}) =>
  reachGraphOf([someFacts({ clusters: complete([reachCluster(rbac, over, entries)]) })]);
const renamed = (rbac: RbacObjects, name: string, subjects?: readonly RbacSubject[]): RbacObjects => {
  const of = (section: RbacObjects['roleBindings']): RbacObjects['roleBindings'] =>
    section.status === 'unavailable'
      ? section
      : complete(section.value.map(one => ({ ...one, name, subjects: subjects ?? one.subjects })));
  return { ...rbac, roleBindings: of(rbac.roleBindings), clusterRoleBindings: of(rbac.clusterRoleBindings) };
};

describe('a service account is a built-in controller', () => {
  const bound = (namespace: string): Bound => ({ who: `sa:${namespace}/runner`, rules: ['get pods'] });
  test.each<[string, string, string, boolean]>([
    ['of kube-system by a binding of Kubernetes', 'kube-system', 'system:controller:x', true],
    ['of kube-system by a binding of EKS', 'kube-system', 'eks:x', true],
    ['not by a binding of others', 'kube-system', 'mine', false],
    ['not in another namespace', 'ci', 'system:controller:x', false],
  ])('%s', (_, namespace, binding, isBuiltIn) => {
    const { nodes } = graphOf(renamed(rbacWith([bound(namespace)]), binding));
    expect(nodes.get(rightsNode(arn, namespace, 'runner').id)?.isBuiltIn).toBe(isBuiltIn ? true : undefined);
  });

  test('not by no binding at all', () => {
    const { nodes } = graphOf(rbacWith([]));
    expect(nodes.get(rightsNode(arn, 'ci', 'runner').id)?.isBuiltIn).toBeUndefined();
  });
});

test.each<[string, Partial<AccessEntry>, boolean]>([
  ['of a standard entry', {}, false],
  ['of nodes by its type', { type: 'EC2_LINUX' }, true],
  ['of nodes by its group', { groups: ['system:bootstrappers', 'system:nodes'] }, true],
])('an IAM principal %s', (_, over, isBuiltIn) => {
  const principalArn = 'arn:aws:iam::111122223333:role/dev';
  const entry = { ...{ principalArn, username: principalArn, groups: [], type: 'STANDARD', policies: [] }, ...over };
  const node = graphOf(rbacWith([]), [entry]).nodes.get(principalNode(arn, principalArn, false).id);
  expect([node?.kind, node?.isBuiltIn]).toEqual(['principal', isBuiltIn ? true : undefined]);
});

test.each<[string, RbacSubject, string | undefined, boolean]>([
  ['its own name', { kind: 'ServiceAccount', namespace: 'ci', name: 'runner' }, 'checkout', true],
  ['the name of its user', { kind: 'User', name: 'system:serviceaccount:ci:runner' }, 'checkout', true],
  ['no namespace, in its own', { kind: 'ServiceAccount', name: 'runner' }, 'ci', true],
  ['no namespace, in another one', { kind: 'ServiceAccount', name: 'runner' }, 'checkout', false],
  ['no namespace, in the whole cluster', { kind: 'ServiceAccount', name: 'runner' }, undefined, false],
  ['another kind', { kind: 'Robot', namespace: 'ci', name: 'runner' }, 'checkout', false],
])('a service account has the rights of a binding with %s', (_, subject, namespace, has) => {
  const rules = ['create pods', 'create secrets'];
  const bound: Bound = { who: 'group:x', rules, ...(namespace === undefined ? {} : { in: namespace }) };
  const { edges } = graphOf(renamed(rbacWith([bound]), 'b', [subject]));
  const from = rightsNode(arn, 'ci', 'runner').id;
  expect(edges.some(edge => edge.from === from && edge.way === 'create-pod')).toBe(has);
});

describe('a Role of a namespace', () => {
  const group = 'rbac.authorization.k8s.io';
  const pods = { verbs: ['create'], apiGroups: [''], resources: ['pods'], resourceNames: [], nonResourceURLs: [] };
  const deployer = { name: 'deployer', namespace: 'checkout', rules: [pods] };
  const withRoles = (rules: readonly string[], ofOthers: readonly string[] = []) => {
    const rbac = rbacWith([{ who: 'group:devs', in: 'checkout', rules }]);
    if (rbac.roleBindings.status !== 'complete') throw new Error('no binding');
    const binding = {
      ...{ name: 'other', namespace: 'checkout', role: { kind: 'Role', name: 'deployer' } },
      subjects: ofOthers.map(name => ({ kind: 'Group', name })),
    };
    return graphOf({
      ...rbac,
      roles: complete([deployer]),
      roleBindings: complete([...rbac.roleBindings.value, ...(ofOthers.length === 0 ? [] : [binding])]),
    });
  };
  const waysOf = (graph: ReturnType<typeof withRoles>) =>
    pathsFrom(graph, groupNode(arn, 'devs').id)
      .get(role)
      ?.steps.map(({ way }) => way)
      .filter(way => way !== 'includes');

  test.each<[string, readonly string[], readonly string[], readonly string[] | undefined]>([
    [
      'is bound by its name',
      [`create ${group}|rolebindings`, `bind ${group}|roles:deployer`],
      [],
      ['bind', 'create-pod', 'assume'],
    ],
    [
      'is bound by any name',
      [`create ${group}|rolebindings`, `bind ${group}|roles`],
      [],
      ['bind', 'create-pod', 'assume'],
    ],
    ['is not bound by another name', [`create ${group}|rolebindings`, `bind ${group}|roles:other`], [], undefined],
    [
      'is not bound as a ClusterRole',
      [`create ${group}|rolebindings`, `bind ${group}|clusterroles:deployer`],
      [],
      undefined,
    ],
    [
      'is had by its binding',
      [`patch ${group}|rolebindings`, `bind ${group}|roles`],
      ['x'],
      ['bind', 'create-pod', 'assume'],
    ],
    ['is not had where it has no binding', [`patch ${group}|rolebindings`, `bind ${group}|roles`], [], undefined],
    [
      'is not had by a binding that may not be changed',
      [`patch ${group}|rolebindings:others`, `bind ${group}|roles`],
      ['x'],
      undefined,
    ],
  ])('%s', (_, rules, others, ways) => {
    expect(waysOf(withRoles(rules, others))).toEqual(ways);
  });

  test('may be a new one: whoever writes, binds and raises Roles has everything of the namespace', () => {
    const all = `create,escalate,bind ${group}|roles`;
    expect(waysOf(withRoles([`create ${group}|rolebindings`, all]))).toEqual(['bind', 'assume']);
    for (const verbs of ['create,escalate', 'create,bind', 'escalate,bind'])
      expect(waysOf(withRoles([`create ${group}|rolebindings`, `${verbs} ${group}|roles`]))).not.toEqual([
        'bind',
        'assume',
      ]);
  });
});

describe('commands in a pod by reading', () => {
  const wayIn = (version: KubernetesFacts['version']) => {
    const facts = reachFacts([{ who: 'group:devs', in: 'checkout', rules: ['get pods/exec'] }], { version });
    const path = pathsFrom(reachGraphOf([facts]), groupNode(arn, 'devs').id).get(role);
    return path?.steps.flatMap(({ way, depends }) => (way === 'exec' ? [depends ?? 'certain'] : []));
  };
  const unknown = ['before Kubernetes 1.35 alone'];
  test.each<[string, KubernetesFacts['version'], readonly string[] | undefined]>([
    ['up to 1.34', complete('v1.34.9-eks-1'), ['certain']],
    ['not from 1.35 on', complete('v1.35.0'), undefined],
    ['nor from 1.36', complete('1.36'), undefined],
    ['perhaps, by an odd version', complete('latest'), unknown],
    [
      'perhaps, where the version was not read',
      unavailable({ kind: 'denied', operation: 'get /version', message: 'no' }),
      unknown,
    ],
  ])('%s', (_, version, ways) => {
    expect(wayIn(version)).toEqual(ways);
  });
});

test('a cluster whose inside was not read has no way, and says so', () => {
  const reason = { kind: 'denied', operation: 'read', message: 'no' } as const;
  const cluster = { ...aReadCluster(), kubernetes: unavailable<KubernetesFacts>(reason) };
  const { edges, missing } = reachGraphOf([someFacts({ clusters: complete([cluster]) })]);
  expect(edges.map(({ way }) => way)).toEqual(['assume']);
  expect(missing).toEqual([{ clusterArn: arn, why: 'Kubernetes objects: read: no', isAsked: true }]);
});

test.each([
  ['cart', ['assume']],
  ['other', undefined],
])('a role that asks for a tag of itself is had as its tags are: %s', (team, ways) => {
  const policy = JSON.parse(aTrustPolicy());
  const [statement] = [policy.Statement].flat();
  statement.Condition = {
    ...statement.Condition,
    StringEquals: { ...statement.Condition?.StringEquals, 'iam:ResourceTag/team': 'cart' },
  };
  const detail = complete({ attachedPolicyArns: [], isAdministrator: false, tags: { team } });
  const tagged = aRole({ trustPolicy: JSON.stringify(policy), detail });
  const { edges } = reachGraphOf([
    someFacts({ roles: complete([tagged]), clusters: complete([reachCluster(rbacWith([]))]) }),
  ]);
  const found = edges.filter(({ to, from }) => to === tagged.arn && !from.includes('/pod')).map(({ way }) => way);
  expect(found.length === 0 ? undefined : [...new Set(found)]).toEqual(ways);
});
