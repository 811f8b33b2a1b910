/** Rights of one request: those of a user, its groups and its access policies together; and who an IAM principal is. */
import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { AccessEntry, AwsAuthMapping } from '../../../lib/model/rbac.ts';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { groupNode, principalNode, rightsNode, userNode } from '../../../lib/reach/node/ids.ts';
import { aPod } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';
import { type Bound, rbacWith, reachCluster } from '../../support/reach-world.ts';
import { reachOf } from '../../support/whole/reach-of.ts';

const { arn } = aCluster();
const role = aRole().arn;
const principalArn = 'arn:aws:iam::111122223333:role/dev';
const rbacGroup = 'rbac.authorization.k8s.io';

interface World {
  readonly bound?: readonly Bound[];
  readonly entry?: Partial<AccessEntry>;
  readonly mapping?: Partial<AwsAuthMapping>;
  readonly over?: Partial<KubernetesFacts>;
}

const graphOf = ({ bound = [], entry, mapping, over }: World) => {
  const plain = { principalArn, username: principalArn, groups: [] };
  const entries = entry === undefined ? [] : [{ ...plain, type: 'STANDARD', policies: [], ...entry }];
  const awsAuth = complete(mapping === undefined ? [] : [{ ...plain, ...mapping }]);
  return reachOf([someFacts({ clusters: complete([reachCluster(rbacWith(bound), { awsAuth, ...over }, entries)]) })]);
};

/** `group:devs`, `user:ann`, `sa:ci/runner`, `principal`. */
const nodeOf = (who: string): string => {
  const [kind, ...rest] = who.split(':');
  const name = rest.join(':');
  if (kind === 'group') return groupNode(arn, name).id;
  if (kind === 'user') return userNode(arn, name).id;
  const [namespace = '', own = ''] = name.split('/');
  return kind === 'sa' ? rightsNode(arn, namespace, own).id : principalNode(arn, principalArn, false).id;
};

const wayOf = (who: string, world: World): string => {
  const path = pathsFrom(graphOf(world), nodeOf(who)).get(role);
  if (path === undefined) return 'no way';
  const ways = path.steps.map(({ way }) => way).filter(way => way !== 'includes');
  return `${path.isCertain ? '' : '? '}${ways.join(' ')}`;
};

const at = (who: string, ...rules: readonly string[]): Bound => ({ who, in: 'checkout', rules });
const everywhere = (who: string, ...rules: readonly string[]): Bound => ({ who, rules });
const deployer = (namespace: string): Bound => ({
  who: 'user:x',
  in: namespace,
  rules: ['create pods'],
  role: 'deployer',
});
const makes = `create ${rbacGroup}|rolebindings`;
const binds = `bind ${rbacGroup}|clusterroles:deployer`;

const both = { groups: ['a', 'b'] };
const secrets = { arn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSSecretReaderPolicy' };
const cart: Bound = { who: 'sa:checkout/cart', in: 'checkout', rules: ['create pods'] };
const raises = everywhere('group:b', `escalate ${rbacGroup}|clusterroles`);
const toMasters = everywhere('group:b', 'impersonate groups:system:masters');
const reviews = everywhere('group:system:authenticated', 'create authorization.k8s.io|selfsubjectaccessreviews');

describe('rights that are split', () => {
  const ofA = at('group:a', makes);
  const ofB = at('group:b', binds);
  test.each<[string, string, readonly Bound[], string, Partial<AccessEntry>?]>([
    ['two groups', 'principal', [ofA, ofB], 'bind create-pod assume'],
    ['each of the two groups alone', 'group:a', [ofA, ofB], 'no way'],
    ['groups in two namespaces', 'principal', [ofA, { ...ofB, in: 'ci' }], 'no way'],
    ['one of them everywhere', 'principal', [ofA, everywhere('group:b', binds)], 'bind create-pod assume'],
    ['its user and a group', 'principal', [at('user:dev', makes), ofB], 'bind create-pod assume', { username: 'dev' }],
    [
      ...(['its access policy and a group', 'principal', [at('group:a', 'create secrets'), cart]] as const),
      ...(['token-secret create-pod assume', { policies: [secrets] }] as const),
    ],
    [
      'create and patch of one name',
      'principal',
      [at('group:a', 'create pods:x'), at('group:b', 'patch pods:x')],
      'create-pod assume',
    ],
    [
      'create and patch of two names',
      'principal',
      [at('group:a', 'create pods:x'), at('group:b', 'patch pods:y')],
      'no way',
    ],
    [
      'change of a role, and escalate',
      'principal',
      [everywhere('group:a', `patch ${rbacGroup}|clusterroles:role-0`), raises],
      'escalate assume',
    ],
    [
      'users, and a group',
      'principal',
      [everywhere('group:a', 'impersonate users'), toMasters],
      'impersonate administrator assume',
    ],
    [
      'a way of one group is not told twice',
      'principal',
      [at('group:a', 'create pods'), ofB],
      'mapped create-pod assume',
    ],
  ])('of a principal: %s', (...[, who, bound, wanted, entry]) => {
    const all = [...bound, deployer('ci')];
    expect(wayOf(who, { entry: { ...both, ...entry }, bound: all })).toBe(wanted);
    if (entry === undefined) expect(wayOf(who, { mapping: both, bound: all })).toBe(wanted);
  });

  test.each<[who: string, makers: string, binders: string, wanted: string]>([
    ['sa:ci/runner', 'sa:ci/runner', 'group:system:serviceaccounts:ci', 'bind create-pod assume'],
    ['sa:ci/runner', 'sa:ci/runner', 'group:system:serviceaccounts', 'bind create-pod assume'],
    ['sa:ci/runner', 'sa:ci/runner', 'group:system:serviceaccounts:checkout', 'no way'],
    ['sa:ci/runner', 'sa:ci/runner', 'group:system:authenticated', 'bind create-pod assume'],
    ['user:ann', 'user:ann', 'group:system:authenticated', 'bind create-pod assume'],
    ['group:devs', 'group:devs', 'group:system:authenticated', 'bind create-pod assume'],
    ['group:devs', 'group:devs', 'group:system:serviceaccounts', 'no way'],
    [
      'group:system:serviceaccounts:ci',
      'group:system:serviceaccounts:ci',
      'group:system:serviceaccounts',
      'bind create-pod assume',
    ],
    ['group:system:unauthenticated', 'group:system:unauthenticated', 'group:system:authenticated', 'no way'],
  ])('%s: %s makes bindings, %s may bind', (who, makers, binders, wanted) => {
    expect(wayOf(who, { bound: [at(makers, makes), at(binders, binds), deployer('ci')] })).toBe(wanted);
  });

  test('reviews that everyone may ask for are no part', () => {
    expect(wayOf('user:ann', { bound: [at('user:ann', makes), reviews] })).toBe('no way');
  });

  test('an annotation by one group, a command in the pod by another', () => {
    const over = { pods: complete([aPod({ containers: [], volumes: [] })]) };
    const bound = [at('group:a', 'patch serviceaccounts:cart', 'delete pods'), at('group:b', 'create pods/exec')];
    expect(wayOf('principal', { entry: both, bound, over })).toBe('annotate assume');
    expect(wayOf('principal', { entry: { groups: ['a'] }, bound, over })).toBe('no way');
  });

  test('the step names the groups', () => {
    const graph = graphOf({ entry: both, bound: [at('group:a', makes), at('group:b', binds), deployer('ci')] });
    expect(pathsFrom(graph, nodeOf('principal')).get(role)?.steps[0]?.by).toContain(
      'with the rights of group a and group b',
    );
  });
});

describe('a binding that is there', () => {
  const named = (name: string, ...more: readonly string[]) => [`patch ${rbacGroup}|rolebindings:${name}`, ...more];
  test.each<[string, readonly Bound[], string]>([
    [
      'by its name, with bind',
      [at('group:devs', ...named('binds-deployer', binds)), deployer('checkout')],
      'bind create-pod assume',
    ],
    [
      'by its name, with bind of every role',
      [at('group:devs', ...named('binds-deployer', `bind ${rbacGroup}|clusterroles`)), deployer('checkout')],
      'bind create-pod assume',
    ],
    ['by its name, without bind', [at('group:devs', ...named('binds-deployer')), deployer('checkout')], 'no way'],
    [
      'by its name, with bind of another role',
      [at('group:devs', ...named('binds-deployer', `bind ${rbacGroup}|clusterroles:view`)), deployer('checkout')],
      'no way',
    ],
    ['by another name', [at('group:devs', ...named('other', binds)), deployer('checkout')], 'no way'],
    ['of another namespace', [at('group:devs', ...named('binds-deployer', binds)), deployer('ci')], 'no way'],
    [
      'any of them, none of which has the role',
      [at('group:devs', `patch ${rbacGroup}|rolebindings`, binds), deployer('ci')],
      'no way',
    ],
    [
      'any of them in every namespace',
      [everywhere('group:devs', `update ${rbacGroup}|rolebindings`, binds), deployer('checkout')],
      'bind create-pod assume',
    ],
    [
      'of the cluster by its name',
      [
        everywhere('group:devs', `patch ${rbacGroup}|clusterrolebindings:binds-deployer`, binds),
        { ...everywhere('user:x', 'create pods'), role: 'deployer' },
      ],
      'bind create-pod assume',
    ],
    [
      'of the cluster, by a right of a namespace',
      [
        at('group:devs', `patch ${rbacGroup}|clusterrolebindings:binds-deployer`, binds),
        { ...everywhere('user:x', 'create pods'), role: 'deployer' },
      ],
      'no way',
    ],
    [
      'to read it',
      [at('group:devs', `get ${rbacGroup}|rolebindings:binds-deployer`, binds), deployer('checkout')],
      'no way',
    ],
  ])('%s', (_title, bound, wanted) => {
    expect(wayOf('group:devs', { bound })).toBe(wanted);
  });
});

describe('names that a session fills', () => {
  test.each<[string, Partial<AwsAuthMapping>, string, string]>([
    ['a user', { username: 'dev:{{SessionName}}' }, 'user:dev:alice', '? mapped create-pod assume'],
    ['a user of another beginning', { username: 'dev:{{SessionName}}' }, 'user:ops:alice', 'no way'],
    ['a user with a colon, which no session has', { username: '{{SessionName}}' }, 'user:system:admin', 'no way'],
    [
      'a user by two parts',
      { username: 'aws:{{AccountID}}:{{SessionName}}' },
      'user:aws:111122223333:alice',
      '? mapped create-pod assume',
    ],
    ['a user that is a part', { username: 'dev-{{SessionName}}' }, 'user:my-dev-alice', 'no way'],
    ['a group', { groups: ['team-{{SessionName}}'] }, 'group:team-a', '? mapped create-pod assume'],
    ['a group that is none', { groups: ['team.{{SessionName}}'] }, 'group:team-a', 'no way'],
    ['a user without a part', { username: 'dev' }, 'user:dev', 'mapped create-pod assume'],
    ['the masters by aws-auth', { groups: ['system:masters'] }, 'user:nobody', 'mapped administrator assume'],
  ])('%s', (_title, mapping, who, wanted) => {
    expect(wayOf('principal', { mapping, bound: [at(who, 'create pods')] })).toBe(wanted);
  });
});

describe('access entries', () => {
  test.each(['EC2_LINUX', 'EC2_WINDOWS', 'FARGATE_LINUX', 'HYBRID_LINUX', 'EC2', 'HYPERPOD_LINUX'])(
    'one of type %s is of the nodes',
    type => {
      const entry = { type, username: 'system:node:{{EC2PrivateDNSName}}', groups: ['system:nodes'] };
      expect(graphOf({ entry }).nodes.get(nodeOf('principal'))?.isBuiltIn).toBe(true);
      expect(graphOf({ entry: { groups: ['devs'] } }).nodes.get(nodeOf('principal'))?.isBuiltIn).toBeUndefined();
    },
  );

  const policy = (name: string, namespaces?: readonly string[]) => ({
    arn: `arn:aws:eks::aws:cluster-access-policy/${name}`,
    ...(namespaces && { namespaces }),
  });
  test.each<[string, readonly string[] | undefined, string]>([
    ['AmazonEKSEditPolicy', ['check*'], 'create-pod assume'],
    ['AmazonEKSEditPolicy', ['dev-*'], 'no way'],
    ['AmazonEKSEditPolicy', ['dev-*', 'checkout'], 'create-pod assume'],
    ['AmazonEKSEditPolicy', ['check'], 'no way'],
    ['AmazonEKSViewPolicy', ['checkout'], 'no way'],
    ['AmazonEKSAdminPolicy', ['checkout*'], 'create-pod assume'],
    ['AmazonEKSHybridPolicy', undefined, 'no way'],
    ['AmazonEKSSecretReaderPolicy', ['checkout'], 'no way'],
  ])('%s in %j', (name, namespaces, wanted) => {
    expect(wayOf('principal', { entry: { policies: [policy(name, namespaces)] } })).toBe(wanted);
  });
});

describe('kinds from which a controller makes pods', () => {
  test.each([
    ['create argoproj.io|workflows', '? create-workload assume'],
    ['create argoproj.io|cronworkflows', '? create-workload assume'],
    ['create tekton.dev|taskruns', '? create-workload assume'],
    ['create serving.knative.dev|services', '? create-workload assume'],
    ['create keda.sh|scaledjobs', '? create-workload assume'],
    ['create argoproj.io|workflowtemplates', 'no way'],
    ['create argoproj|workflows', 'no way'],
    ['get argoproj.io|workflows', 'no way'],
    ['create services', 'no way'],
    // Its operator makes the service accounts of its pods.
    ['create kafka.strimzi.io|kafkas', 'no way'],
    ['create argoproj.io|*', '? create-workload assume'],
  ])('%s', (rule, wanted) => {
    expect(wayOf('group:devs', { bound: [at('group:devs', rule)] })).toBe(wanted);
  });

  test('a kind of Kubernetes itself is told before them', () => {
    const bound = [at('group:devs', 'create tekton.dev|taskruns', 'create batch|jobs')];
    expect(wayOf('group:devs', { bound })).toBe('create-workload assume');
  });
});
