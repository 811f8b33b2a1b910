/** Ways by rights on objects of the cluster: one right of each pair, by name and in one namespace. */
import { describe, expect, test } from '@jest/globals';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { reachGraphOf } from '../../../lib/reach/graph/reach-of.ts';
import { groupNode } from '../../../lib/reach/node/ids.ts';
import { aCluster, aRole } from '../../support/example-world.ts';
import { type Bound, reachFacts } from '../../support/reach-world.ts';

const { arn } = aCluster();
const rbac = 'rbac.authorization.k8s.io|';
const webhooks = 'admissionregistration.k8s.io|mutatingwebhookconfigurations';

/** The first steps of the group `devs` to the role of checkout/cart: `?` where they depend on something. */
const firstWays = (bound: readonly Omit<Bound, 'who'>[], others: readonly Bound[] = []): string => {
  const devs = bound.map(one => ({ who: 'group:devs', ...one }));
  const path = pathsFrom(reachGraphOf([reachFacts([...devs, ...others])]), groupNode(arn, 'devs').id).get(aRole().arn);
  const ways = path?.steps.map(({ way }) => way).filter(way => !['includes', 'assume'].includes(way)) ?? ['none'];
  return `${path?.isCertain === false ? '? ' : ''}${ways[0] ?? 'none'}`;
};
const everywhere = (...rules: readonly string[]) => firstWays([{ rules }]);
const inCheckout = (...rules: readonly string[]) => firstWays([{ in: 'checkout', rules }]);

describe('nodes and webhooks', () => {
  test.each([
    ['get nodes/proxy', 'node-proxy'],
    ['create nodes/proxy', 'node-proxy'],
    ['create nodes/proxy:ip-10-0-0-1', '? node-proxy'],
    ['list nodes/proxy', 'none'],
    ['get nodes', 'none'],
    [`create ${webhooks}`, 'webhook'],
    [`update ${webhooks}`, 'webhook'],
    [`patch ${webhooks}`, 'webhook'],
    [`patch ${webhooks}:pod-identity-webhook`, '? webhook'],
    [`update ${webhooks}:other`, '? webhook'],
    [`delete ${webhooks}`, 'none'],
    ['create admissionregistration.k8s.io|mutatingadmissionpolicies', '? webhook'],
    ['create mutatingwebhookconfigurations', 'none'],
  ])('%s', (rule, way) => {
    expect(everywhere(rule)).toBe(way);
    // Objects without a namespace: a RoleBinding gives no right on them.
    expect(inCheckout(rule)).toBe('none');
  });
});

describe('the ConfigMap aws-auth', () => {
  test.each([
    ['kube-system', ['update configmaps:aws-auth'], '? aws-auth'],
    ['kube-system', ['patch configmaps'], '? aws-auth'],
    ['kube-system', ['delete configmaps', 'create configmaps'], '? aws-auth'],
    ['kube-system', ['delete configmaps'], 'none'],
    ['kube-system', ['create configmaps'], 'none'],
    ['kube-system', ['patch configmaps:other'], 'none'],
    ['checkout', ['patch configmaps:aws-auth'], 'none'],
    [undefined, ['patch configmaps:aws-auth'], '? aws-auth'],
  ] as const)('in %s %j', (namespace, rules, way) => {
    expect(firstWays([{ rules, ...(namespace !== undefined && { in: namespace }) }])).toBe(way);
  });
});

describe('impersonation', () => {
  const ops: Bound = { who: 'group:ops', in: 'checkout', rules: ['create pods'] };
  const ann: Bound = { who: 'user:ann', in: 'checkout', rules: ['create pods'] };
  test.each<[string, readonly string[], readonly Bound[], string]>([
    ['a user', ['impersonate users'], [ann], 'impersonate'],
    ['a user of this name', ['impersonate users:ann'], [ann], 'impersonate'],
    ['a user of another name', ['impersonate users:bob'], [ann], 'none'],
    ['a group alone, which needs somebody', ['impersonate groups'], [ops], 'none'],
    ['a group beside a user', ['impersonate groups', 'impersonate users:bob'], [ops], 'impersonate'],
    ['a group of this name beside users', ['impersonate groups:ops', 'impersonate users'], [ops], 'impersonate'],
    ['a group of another name', ['impersonate groups:dev', 'impersonate users'], [ops], 'none'],
    [
      'the second of two users',
      ['impersonate users:ann'],
      [{ ...ann, who: 'user:bob', rules: ['get pods'] }, ann],
      'impersonate',
    ],
  ])('%s', (_, rules, others, way) => {
    expect(firstWays([{ rules }], others)).toBe(way);
  });
});

describe('bind and escalate', () => {
  const pods: Bound = { who: 'group:none', in: 'ci', role: 'pods', rules: ['create pods'] };
  const reader: Bound = { who: 'group:none', in: 'ci', role: 'reader', rules: ['get pods'] };
  test.each<[string, readonly string[], string]>([
    ['any role, in new bindings', [`bind ${rbac}clusterroles`, `create ${rbac}rolebindings`], 'bind'],
    ['no new bindings', [`bind ${rbac}clusterroles`], 'none'],
    ['bindings without bind', [`create ${rbac}rolebindings`], 'none'],
    ['a role that makes pods', [`bind ${rbac}clusterroles:pods`, `create ${rbac}rolebindings`], 'bind'],
    ['a role that does not', [`bind ${rbac}clusterroles:reader`, `create ${rbac}rolebindings`], 'none'],
    ['a role that is not there', [`bind ${rbac}clusterroles:gone`, `create ${rbac}rolebindings`], 'none'],
    [
      'the second of two',
      [`bind ${rbac}clusterroles:reader`, `bind ${rbac}clusterroles:pods`, `create ${rbac}rolebindings`],
      'bind',
    ],
    ['Roles of one’s own', [`escalate,bind ${rbac}roles`, `create ${rbac}roles`, `create ${rbac}rolebindings`], 'bind'],
    ['the same without bind', [`escalate ${rbac}roles`, `create ${rbac}roles`, `create ${rbac}rolebindings`], 'none'],
    [
      'the same with bind for another role alone',
      [`bind ${rbac}clusterroles:reader`, `escalate ${rbac}roles`, `create ${rbac}roles`, `create ${rbac}rolebindings`],
      'none',
    ],
    ['the same without new Roles', [`escalate,bind ${rbac}roles`, `create ${rbac}rolebindings`], 'none'],
  ])('in one namespace, and by rights everywhere: %s', (_, rules, way) => {
    expect(firstWays([{ in: 'checkout', rules }], [pods, reader])).toBe(way);
    expect(firstWays([{ rules }], [pods, reader])).toBe(way);
    // Over a privileged pod, on the node where the other namespace has one.
    expect(firstWays([{ in: 'ci', rules }], [pods, reader])).toBe(way === 'bind' ? '? bind' : 'none');
  });

  test.each<[string, readonly Omit<Bound, 'who'>[], string]>([
    [
      'a role that one has in the namespace, by rights on all roles',
      [{ rules: [`escalate,patch ${rbac}clusterroles`] }, { in: 'checkout', role: 'own', rules: ['get pods'] }],
      'escalate',
    ],
    [
      'by rights on its name',
      [{ rules: [`escalate,update ${rbac}clusterroles:own`] }, { in: 'checkout', role: 'own', rules: ['get pods'] }],
      'escalate',
    ],
    [
      'by rights on another name',
      [{ rules: [`escalate,update ${rbac}clusterroles:other`] }, { in: 'checkout', role: 'own', rules: ['get pods'] }],
      'none',
    ],
    [
      'without a change',
      [{ rules: [`escalate ${rbac}clusterroles:own`] }, { in: 'checkout', role: 'own', rules: ['get pods'] }],
      'none',
    ],
    [
      'by rights in a namespace, which no ClusterRole is in',
      [{ in: 'checkout', rules: [`escalate,patch ${rbac}clusterroles`] }],
      'none',
    ],
  ])('escalate: %s', (_, bound, way) => {
    expect(firstWays(bound)).toBe(way);
  });
});
