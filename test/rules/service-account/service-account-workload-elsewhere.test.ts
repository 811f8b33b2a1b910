import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { RoleDetail } from '../../../lib/model/account.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole } from '../../support/example-world.ts';
import { aGap, bareContainer, barePod, refused, verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';

const roleKey = 'eks.amazonaws.com/role-arn';
const as = (serviceAccount: string, over: Partial<Pod> = {}): Facts =>
  worldOf(withPods(barePod({ serviceAccount, ...over })));
const accounts = (...over: readonly Parameters<typeof aServiceAccount>[0][]) => ({
  serviceAccounts: complete(over.map(one => aServiceAccount(one))),
});

/** The pod `cart-7d9f6c5b8-x2x4z` has the role and started another one. */
const started = (over: Partial<Pod>): Facts =>
  worldOf(
    withPods(
      aPod(),
      barePod({ name: 'exec-1', serviceAccount: 'default', owner: { kind: 'Pod', name: aPod().name }, ...over }),
    ),
  );

const web = barePod({ serviceAccount: 'web', owner: { kind: 'Deployment', name: 'web' } });
/** An account without pods, beside others; `detail` is what IAM says of its role. */
const idle = (
  detail: Partial<RoleDetail> | 'refused' | undefined,
  own: Partial<ServiceAccount> = {},
  pods: readonly Pod[] = [web],
): Facts =>
  worldOf(
    { ...accounts(own, { name: 'web', annotations: {} }), ...withPods(...pods) },
    detail === undefined
      ? {}
      : {
          roles: complete([
            aRole({
              detail:
                detail === 'refused'
                  ? refused
                  : complete({ attachedPolicyArns: [], isAdministrator: false, tags: {}, ...detail }),
            }),
          ]),
        },
  );

/** The annotated account is in one namespace, and pods run as its namesake in `checkout`. */
const namesake = (namespace: string, more: readonly ServiceAccount[] = [], others: readonly Pod[] = []): Facts =>
  worldOf({
    serviceAccounts: complete([aServiceAccount({ namespace }), aServiceAccount({ annotations: {} }), ...more]),
    ...withPods(barePod(), ...others),
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
  [
    'a workload of another name',
    as('default', { owner: { kind: 'Deployment', name: 'cart-cache' } }),
    ['unknown not-asked-for'],
  ],
  ['a workload of another namespace', as('default', { namespace: 'kube-system' }), []],
  ['a service account that a job uses now and then', worldOf(withPods()), []],
  [
    'a pod without an owner',
    worldOf(withPods((({ owner: _, ...pod }) => pod)(barePod({ serviceAccount: 'default' })))),
    ['unknown not-asked-for'],
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
    ['unknown not-asked-for'],
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
  ['a pod of its own started one without the role', started({}), ['low started']],
  ['one with the role', started({ serviceAccount: 'cart', containers: [aContainer()] }), []],
  ['one with keys', started({ containers: [bareContainer({ awsVariables: ['AWS_ACCESS_KEY_ID'] })] }), []],
  ['a pod of another account started one', started({ owner: { kind: 'Pod', name: 'other' } }), []],
  ['its role was never used, and nothing has a role', idle({}), ['low unused']],
  ['its role was used', idle({ lastUsedAt: '2026-10-01T00:00:00Z' }), []],
  ['it is annotated since yesterday', idle({}, { annotatedAt: '2026-10-31T00:00:00Z' }), []],
  ['the uses of roles were not asked for', idle(undefined), ['unknown not-asked-for']],
  ['the uses of roles were refused', idle('refused'), ['unknown unread']],
  [
    'they were refused, and it is annotated since yesterday',
    idle('refused', { annotatedAt: '2026-10-31T00:00:00Z' }),
    [],
  ],
  ['they were refused, and something has a role', idle('refused', {}, [web, aPod({ serviceAccount: 'web' })]), []],
  [
    'the roles were refused',
    worldOf({ ...accounts({}, { name: 'web', annotations: {} }), ...withPods(web) }, { roles: refused }),
    ['unknown unread'],
  ],
  ['nothing runs in its namespace', idle({}, {}, []), []],
  ['something has a role', idle({}, {}, [web, aPod({ serviceAccount: 'web', owner: { kind: 'Job', name: 'x' } })]), []],
  ['a namesake of an account in default has the pods', namesake('default'), ['low namesake']],
  ['a namesake of one in a namespace without pods', namesake('orders'), ['low namesake']],
  [
    'a namesake of one in a namespace with pods',
    namesake(
      'orders',
      [],
      [barePod({ namespace: 'orders', serviceAccount: 'web', owner: { kind: 'Job', name: 'x' } })],
    ),
    ['unknown not-asked-for'],
  ],
  [
    'two namesakes of one in default',
    namesake('default', [aServiceAccount({ namespace: 'orders', annotations: {} })]),
    [],
  ],
])('%s', (_title, facts, expected) => {
  expect(verdicts('service-account-workload-elsewhere', facts)).toEqual(expected);
});
