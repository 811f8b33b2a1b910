/** Ways that depend on something else, objects with a name of their own, and lists that were not read. */
import { describe, expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { RbacObjects } from '../../../lib/model/rbac.ts';
import { pathsFrom } from '../../../lib/reach/graph/paths.ts';
import { groupNode, podsNode, principalNode, rightsNode } from '../../../lib/reach/node/ids.ts';
import { aContainer, aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { type Bound, rbacWith, reachCluster, reachFacts } from '../../support/reach-world.ts';
import { reachOf } from '../../support/whole/reach-of.ts';

const { arn } = aCluster();
const role = aRole().arn;
const devs = groupNode(arn, 'devs').id;
const denied = unavailable<never>({ kind: 'denied', operation: 'list', message: 'forbidden' });

type World = Parameters<typeof reachOf>[0];
const wayIn = (world: World, to = role, from = devs) => {
  const path = pathsFrom(reachOf(world), from).get(to);
  if (path === undefined) return 'no way';
  const ways = path.steps.map(({ way }) => way).filter(way => way !== 'includes');
  return `${path.isCertain ? '' : '? '}${ways.join(' ')}`;
};
const dependsIn = (world: World, to = role, from = devs) =>
  pathsFrom(reachOf(world), from)
    .get(to)
    ?.steps.flatMap(({ depends }) => depends ?? []);
const of = (rules: readonly string[], namespace = 'checkout'): Bound[] => [
  { who: 'group:devs', rules, ...(namespace === '' ? {} : { in: namespace }) },
];
const world = (bound: readonly Bound[], over: Partial<KubernetesFacts> = {}, facts = {}): World => [
  reachFacts(bound, over, facts),
];
const tokenMaker: Bound = { who: 'sa:ci/runner', in: 'checkout', rules: ['create serviceaccounts/token'] };

describe('webhooks', () => {
  test.each([
    ['patch admissionregistration.k8s.io|mutatingwebhookconfigurations', 'webhook assume'],
    ['update admissionregistration.k8s.io|mutatingwebhookconfigurations', 'webhook assume'],
    ['get admissionregistration.k8s.io|mutatingwebhookconfigurations', 'no way'],
    ['patch admissionregistration.k8s.io|validatingwebhookconfigurations', 'no way'],
  ])('%s: %s', (rule, wanted) => {
    expect(wayIn(world(of([rule], '')))).toBe(wanted);
  });
});

describe('rights of a service account by its Secrets', () => {
  test.each([
    [['get secrets'], '? token-secret create-token assume'],
    [['get,create secrets'], 'token-secret create-token assume'],
    [['create secrets'], 'no way'],
  ])('%j: %s', (rules, wanted) => {
    expect(wayIn(world([...of(rules, 'ci'), tokenMaker]))).toBe(wanted);
  });
});

test('the named annotation of a service account needs a restart of its pods', () => {
  const pods = complete([aPod({ containers: [], volumes: [] })]);
  const rules = ['create pods/exec', 'patch serviceaccounts:cart'];
  expect(wayIn(world(of(rules), { pods }))).toBe('? annotate assume');
  expect(dependsIn(world(of(rules), { pods }))).toEqual(['the pods have to be started again']);
});

test('a service account that nobody made, in a namespace that nobody made', () => {
  const ghost = aRole({ name: 'ghost', trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:ghosts:ghost' }) });
  const facts = { roles: complete([ghost]) };
  const rules = ['create serviceaccounts', 'create pods'];
  expect(dependsIn(world(of(rules, ''), {}, facts), ghost.arn)).toEqual(['namespace ghosts has to exist']);
});

describe('a Role of a namespace', () => {
  const withRole = (rules: readonly string[]): World => {
    const rbac = rbacWith(of(rules));
    const [named] = rbac.clusterRoles.status === 'complete' ? rbac.clusterRoles.value : [];
    const [binding] = rbac.roleBindings.status === 'complete' ? rbac.roleBindings.value : [];
    if (named === undefined || binding === undefined) throw new Error('no role');
    const own: RbacObjects = {
      ...rbac,
      clusterRoles: complete([]),
      roles: complete([{ ...named, namespace: 'checkout' }]),
      roleBindings: complete([{ ...binding, role: { kind: 'Role', name: named.name } }]),
    };
    return [someFacts({ clusters: complete([reachCluster(own)]) })];
  };

  test('that may be changed and raised gives every service account of it', () => {
    expect(wayIn(withRole(['patch,escalate rbac.authorization.k8s.io|roles']))).toBe('escalate assume');
    expect(wayIn(withRole(['patch,escalate rbac.authorization.k8s.io|clusterroles']))).toBe('no way');
    expect(wayIn(withRole(['patch rbac.authorization.k8s.io|roles']))).toBe('no way');
  });

  test('gives what it has by its binding', () => {
    expect(wayIn(withRole(['create pods']))).toBe('create-pod assume');
  });
});

describe('running pods', () => {
  const inCi = (apiToken: 'mounted' | 'off' | undefined) => {
    const pod = aPod({ namespace: 'ci', name: 'runner-0', serviceAccount: 'runner', containers: [], volumes: [] });
    return complete([aPod(), { ...pod, ...(apiToken === undefined ? {} : { apiToken }) }]);
  };
  test.each([
    ['mounted', 'exec token create-token assume'],
    ['off', 'no way'],
    [undefined, '? exec token create-token assume'],
  ] as const)('with a token for the API server: %s', (apiToken, wanted) => {
    expect(wayIn(world([...of(['create pods/exec'], 'ci'), tokenMaker], { pods: inCi(apiToken) }))).toBe(wanted);
  });

  test('have the role of their association only where the agent set its variable', () => {
    const own = 'arn:aws:iam::111122223333:role/own';
    const podIdentity = complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: own }]);
    const wayOf = (awsVariables: readonly string[]) => {
      const pod = aPod({ containers: [aContainer({ awsVariables, irsaEnvironment: {} })], volumes: [] });
      const cluster = reachCluster(rbacWith(of(['create pods/exec'])), { pods: complete([pod]) });
      return wayIn([someFacts({ clusters: complete([{ ...cluster, podIdentity }]) })], own);
    };
    expect(wayOf(['AWS_CONTAINER_CREDENTIALS_FULL_URI'])).toBe('exec pod-identity');
    expect(wayOf([])).toBe('no way');
  });

  test('of a namespace with pod security of either kind take no node over', () => {
    const labelled = (level: string) =>
      complete([{ name: 'ci', labels: { 'pod-security.kubernetes.io/enforce': level }, terminating: false }]);
    for (const level of ['baseline', 'restricted'])
      expect(wayIn(world(of(['create pods'], 'ci'), { namespaces: labelled(level) }))).toBe('no way');
  });
});

describe('roles of AWS', () => {
  const create = of(['create serviceaccounts/token']);

  test('a pod has the second role of its association, not the first', () => {
    const [first, second] = ['first', 'second'].map(name => `arn:aws:iam::111122223333:role/${name}`) as [
      string,
      string,
    ];
    const podIdentity = complete([
      { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: first, targetRoleArn: second },
    ]);
    const facts: World = [someFacts({ clusters: complete([{ ...reachCluster(rbacWith(create)), podIdentity }]) })];
    expect([wayIn(facts, first), wayIn(facts, second)]).toEqual(['no way', 'create-token pod-identity']);
  });

  test('a provider that was not read leaves it open, and one that is gone leaves no way', () => {
    expect(wayIn(world(create, {}, { providers: denied }))).toBe('? create-token assume');
    expect(dependsIn(world(create, {}, { providers: denied }))).toEqual([
      expect.stringContaining(`the provider ${aProvider().arn} was not read`),
    ]);
    expect(wayIn(world(create, {}, { providers: complete([]) }))).toBe('no way');
  });

  test('a statement for everyone may concern each cluster', () => {
    const trustPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Federated: '*' }, Action: 'sts:AssumeRoleWithWebIdentity' }],
    });
    const roles = complete([aRole({ name: 'open', trustPolicy })]);
    expect(wayIn(world(create, {}, { roles }), aRole({ name: 'open' }).arn)).toBe('? create-token assume');
  });

  test('a policy with a test that is not documented may allow each service account', () => {
    const { Statement } = JSON.parse(aTrustPolicy());
    const trustPolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ ...Statement[0], Condition: { StringEquals: { 'sts:UnknownKey': 'x' } } }],
    });
    const roles = complete([aRole({ trustPolicy })]);
    const accounts = complete([aServiceAccount({ name: 'other', annotations: {} })]);
    expect(wayIn(world(create, { serviceAccounts: accounts }, { roles }))).toMatch(/create-token assume$/);
  });
});

test('a policy of access entries is one of EKS by its whole ARN', () => {
  const principalArn = 'arn:aws:iam::111122223333:role/dev';
  const policies = [{ arn: 'arn:aws:eks::444455556666:cluster-access-policy/AmazonEKSClusterAdminPolicy' }];
  const entry = { principalArn, type: 'STANDARD', username: principalArn, groups: [], policies };
  const facts: World = [someFacts({ clusters: complete([reachCluster(rbacWith([]), {}, [entry])]) })];
  expect(wayIn(facts, role, principalNode(arn, principalArn, false).id)).toBe('no way');
  expect(reachOf(facts).missing.map(({ why }) => why)).toEqual([expect.stringContaining('444455556666')]);
});

describe('what was not read', () => {
  test.each(['roles', 'clusterRoles', 'roleBindings', 'clusterRoleBindings'] as const)('%s', list => {
    const rbac = { ...rbacWith(of(['create pods'])), [list]: denied };
    const graph = reachOf([someFacts({ clusters: complete([reachCluster(rbac)]) })]);
    expect(graph.missing).toEqual([{ clusterArn: arn, why: 'roles and bindings: list: forbidden', isAsked: true }]);
  });

  test.each([
    ['service accounts', 'serviceAccounts'],
    ['pods', 'pods'],
    ['namespaces', 'namespaces'],
    ['aws-auth', 'awsAuth'],
  ] as const)('%s', (what, section) => {
    const graph = reachOf(world(of(['create pods']), { [section]: denied }));
    expect(graph.missing.map(({ why }) => why)).toContain(`${what}: list: forbidden`);
  });

  test('access entries and associations', () => {
    const cluster = { ...reachCluster(rbacWith([])), accessEntries: denied, podIdentity: denied };
    const graph = reachOf([someFacts({ clusters: complete([cluster]) })]);
    expect(graph.missing.map(({ why }) => why).toSorted()).toEqual([
      'Pod Identity associations: list: forbidden',
      'access entries: list: forbidden',
    ]);
  });
});

test('a certain way is told before a shorter one that is open', () => {
  const bound = [...of(['create pods/attach']), ...of(['create pods/exec'], 'ci'), tokenMaker];
  expect(wayIn(world(bound))).toBe('exec token create-token assume');
});

test('the pods of a service account have its rights and its role', () => {
  const from = podsNode(arn, aPod()).id;
  expect(wayIn(world([]), role, from)).toBe('assume');
  expect(wayIn(world([]), rightsNode(arn, 'checkout', 'cart').id, from)).toBe('token');
});
