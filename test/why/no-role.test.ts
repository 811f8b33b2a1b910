import { expect, test } from '@jest/globals';
import { complete, withGaps } from '../../lib/model/collected.ts';
import type { ServiceAccount } from '../../lib/model/kubernetes.ts';
import { aContainer, aPod, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, aRole, aTrustPolicy, exampleIssuer } from '../support/example-world.ts';
import { aWhyWorld, chainOf, deployment, pod, wholeChainOf } from './why-worlds.ts';

/** Pods whose service account names no role, and what a person is told to do: whole answers. */

const roleKey = 'eks.amazonaws.com/role-arn';
const arnOf = (name: string): string => `arn:aws:iam::111122223333:role/${name}`;
const bare = { containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] };
const plain = (over: Partial<ServiceAccount> = {}) => aServiceAccount({ annotations: {}, ...over });
const withRole = (name: string, over: Partial<ServiceAccount> = {}) =>
  aServiceAccount({ name, annotations: { [roleKey]: arnOf(name) }, ...over });
const gap = [{ what: 'a page', reason: { kind: 'throttled', operation: 'list pods', message: 'slow' } as const }];
const forPods = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
});
const ofPods = (...names: readonly string[]) =>
  complete(names.map(name => aRole({ name, arn: arnOf(name), trustPolicy: forPods })));
const world = (accounts: readonly ServiceAccount[], over: Parameters<typeof aWhyWorld>[0] = {}) =>
  aWhyWorld({
    roles: complete([]),
    ...over,
    inside: { serviceAccounts: complete(accounts), pods: complete([aPod(bare)]), ...over.inside },
    cluster: { podIdentity: complete([]), ...over.cluster },
  });
const named = (name: string) => ({ ...bare, name: `${name}-1`, serviceAccount: name });

test('a role that a service keeps is not offered, whatever its name', () => {
  const kept = aRole({
    ...{ name: 'AWSServiceRoleForCart', path: '/aws-service-role/cart.amazonaws.com/', trustPolicy: forPods },
    arn: arnOf('aws-service-role/cart.amazonaws.com/AWSServiceRoleForCart'),
  });
  expect(JSON.stringify(chainOf(world([plain()], { roles: complete([kept]) })))).not.toContain('AWSServiceRole');
});

test.each<readonly [string, ReturnType<typeof world>, typeof pod]>([
  ['no other one has a role', world([plain()]), pod],
  ['one beside it has a role and no pods', world([plain(), withRole('pay')]), pod],
  [
    'two beside it have a role, and its workload has the name of one',
    world([plain(), withRole('pay'), withRole('ship')], {
      inside: { pods: complete([aPod({ ...bare, owner: { kind: 'Deployment', name: 'pay' } })]) },
    }),
    pod,
  ],
  ['two beside it have a role and no pods', world([plain(), withRole('pay'), withRole('ship')]), pod],
  [
    'one beside it has a role, and not all pods were read',
    world([plain(), withRole('pay')], { inside: { pods: withGaps([aPod(bare)], gap) } }),
    pod,
  ],
  [
    'one beside it has a role and pods',
    world([plain(), withRole('pay')], {
      inside: { pods: complete([aPod(bare), aPod({ name: 'pay-1', serviceAccount: 'pay' })]) },
    }),
    pod,
  ],
  [
    'its namesake in another namespace has a role and no pods',
    world([plain(), withRole('cart', { namespace: 'old' })]),
    pod,
  ],
  [
    'its namesake in another namespace has a role and pods',
    world([plain(), withRole('cart', { namespace: 'old' })], {
      inside: { pods: complete([aPod(bare), aPod({ namespace: 'old', name: 'x' })]) },
    }),
    pod,
  ],
  ['a role of EKS Pod Identity is called after it', world([plain()], { roles: ofPods('shop-Cart') }), pod],
  ['two such roles', world([plain()], { roles: ofPods('shop-cart', 'cart2') }), pod],
  [
    'its name is too short to say anything',
    world([plain({ name: 'ci' })], { roles: ofPods('circle'), inside: { pods: complete([aPod(named('ci'))]) } }),
    { ...pod, name: 'ci-1' },
  ],
  [
    'it is default',
    world([plain({ name: 'default' })], { inside: { pods: complete([aPod(named('default'))]) } }),
    { ...pod, name: 'default-1' },
  ],
  [
    'it is default beside one with a role',
    world([plain({ name: 'default' }), withRole('pay')], { inside: { pods: complete([aPod(named('default'))]) } }),
    { ...pod, name: 'default-1' },
  ],
  [
    'it is default beside two with a role',
    world([plain({ name: 'default' }), withRole('pay'), withRole('ship')], {
      inside: { pods: complete([aPod(named('default'))]) },
    }),
    { ...pod, name: 'default-1' },
  ],
  [
    'two owners have pods of it',
    world([plain()], {
      inside: {
        pods: complete([aPod(bare), aPod({ ...bare, name: 'x', owner: { kind: 'StatefulSet', name: 'db' } })]),
      },
    }),
    { ...pod, kind: 'ServiceAccount', name: 'cart' },
  ],
  [
    'two owners of one name have pods of it',
    world([plain()], {
      inside: {
        pods: complete([
          aPod({ ...bare, name: 'x-1', owner: { kind: 'Deployment', name: 'x' } }),
          aPod({ ...bare, name: 'x-0', owner: { kind: 'StatefulSet', name: 'x' } }),
        ]),
      },
      roles: complete([aRole()]),
    }),
    { ...pod, kind: 'ServiceAccount', name: 'cart' },
  ],
  [
    'the pods have secrets of the driver',
    world([plain()], { inside: { pods: complete([aPod({ ...bare, mountsSecretsStore: true })]) } }),
    pod,
  ],
  [
    'its annotation is empty, which the webhook takes as none',
    world([plain({ annotations: { 'eks.amazonaws.com/role-arn': '' } })], { inside: { pods: complete([aPod(bare)]) } }),
    pod,
  ],
  ['it is not there', world([withRole('pay')]), deployment],
  [
    'the label of its pods says to leave them alone',
    world([aServiceAccount()], {
      inside: { pods: complete([aPod({ ...bare, labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' } })]) },
      roles: complete([aRole()]),
    }),
    pod,
  ],
])('%s', (_title, facts, target) => {
  expect(wholeChainOf(facts, target).verdict).toBe('cause');
});

test('a controller asks for a role with a token of the service account', () => {
  const facts = world([plain()], {
    inside: {
      controllerRoles: complete([
        {
          ...{ controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn: arnOf('zones'), by: 'token' },
          account: { namespace: 'checkout', name: 'cart' },
        },
      ]),
    },
  });
  expect(wholeChainOf(facts).cause).toMatchObject({
    message: expect.stringMatching(/ClusterIssuer letsencrypt needs none there: it asks for role zones/),
    fix: { commands: [] },
  });
});

test('a controller asks for a role with a token of the service account that it runs as, of which its pods have others', () => {
  const own = { controller: { name: 'cert-manager' as const } };
  const facts = world([plain()], {
    inside: {
      pods: complete([aPod({ ...bare, ...own })]),
      controllerRoles: complete([
        { controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn: arnOf('zones'), by: 'token' },
      ]),
    },
  });
  expect(wholeChainOf(facts).cause?.message).not.toMatch(/needs none there/);
});

test('a cluster whose issuer the API server alone tells', () => {
  const { issuer: _none, createdAt: _when, version: _of, ...unknown } = aCluster();
  const facts = aWhyWorld({
    inside: { issuer: complete(exampleIssuer) },
    cluster: { cluster: unknown },
    roles: complete([aRole({ trustPolicy: aTrustPolicy() })]),
  });
  expect(wholeChainOf(facts).issuer).toBe(exampleIssuer);
});

test('a local cluster, of which EKS tells no issuer and the API server does', () => {
  const { issuer: _none, ...local } = aCluster();
  const facts = aWhyWorld({
    inside: { issuer: complete(exampleIssuer) },
    cluster: { cluster: local },
    roles: complete([aRole({ trustPolicy: aTrustPolicy() })]),
  });
  expect(wholeChainOf(facts).cause).toBeUndefined();
});
