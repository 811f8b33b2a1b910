import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aGap, bareContainer, barePod, refused, verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';

const roleKey = 'eks.amazonaws.com/role-arn';
const as = (serviceAccount: string, over: Partial<Pod> = {}): Facts =>
  worldOf(withPods(barePod({ serviceAccount, ...over })));
const accounts = (...over: readonly Parameters<typeof aServiceAccount>[0][]) => ({
  serviceAccounts: complete(over.map(one => aServiceAccount(one))),
});

test.each<[string, Facts, readonly string[]]>([
  ['the template names no service account', as('default'), ['low elsewhere']],
  [
    'it names another one without a role',
    worldOf({ ...accounts({}, { name: 'web', annotations: {} }), ...withPods(barePod({ serviceAccount: 'web' })) }),
    ['low elsewhere'],
  ],
  [
    'the other one has a role of its own',
    worldOf({ ...accounts({}, { name: 'web' }), ...withPods(barePod({ serviceAccount: 'web' })) }),
    [],
  ],
  ['other pods run as it', worldOf(withPods(aPod(), barePod({ name: 'b', serviceAccount: 'default' }))), []],
  ['a workload of another name', as('default', { owner: { kind: 'Deployment', name: 'cart-cache' } }), []],
  ['a workload of another namespace', as('default', { namespace: 'kube-system' }), []],
  ['a service account that a job uses now and then', worldOf(withPods()), []],
  [
    'a pod without an owner',
    worldOf(withPods((({ owner: _, ...pod }) => pod)(barePod({ serviceAccount: 'default' })))),
    [],
  ],
  ['pods with a role set by hand', worldOf(withPods(aPod({ serviceAccount: 'default' }))), []],
  [
    'pods with Pod Identity',
    as('default', { containers: [bareContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] })] }),
    [],
  ],
  [
    'a chart made an account of its own beside that of eksctl',
    worldOf({
      ...accounts({}, { name: 'shop-cart', annotations: {}, managedBy: { tool: 'Helm', name: 'shop' } }),
      ...withPods(barePod({ serviceAccount: 'shop-cart', owner: { kind: 'Deployment', name: 'shop-cart' } })),
    }),
    ['low elsewhere'],
  ],
  [
    'another chart has an account that ends in the same word',
    worldOf({
      ...accounts({}, { name: 'web-cart', annotations: {}, managedBy: { tool: 'Helm', name: 'shop' } }),
      ...withPods(barePod({ serviceAccount: 'web-cart', owner: { kind: 'Deployment', name: 'web-cart' } })),
    }),
    [],
  ],
  ['a mirror pod', as('default', { isMirror: true }), []],
  [
    'default itself is annotated',
    worldOf({
      ...accounts({ name: 'default' }),
      ...withPods(barePod({ serviceAccount: 'web', owner: { kind: 'Deployment', name: 'default' } })),
    }),
    [],
  ],
  [
    'the annotation is malformed: another rule tells that',
    worldOf({
      ...accounts({ annotations: { [roleKey]: 'cart' } }),
      ...withPods(barePod({ serviceAccount: 'default' })),
    }),
    [],
  ],
  [
    'not all pods were read',
    worldOf({
      pods: { status: 'partial', value: [barePod({ serviceAccount: 'default' })], gaps: [aGap('list pods')] },
    }),
    ['unknown unread'],
  ],
  ['pods were refused', worldOf({ pods: refused }), ['unknown unread']],
])('%s', (_title, facts, expected) => {
  expect(verdicts('service-account-workload-elsewhere', facts)).toEqual(expected);
});
