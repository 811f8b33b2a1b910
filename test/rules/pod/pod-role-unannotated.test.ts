import { expect, test } from '@jest/globals';
import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aPod, type aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { bareContainer, barePod, refused, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { cart, kept, plain, roleKey, run, withEnvironment } from './worlds.ts';

const ofEks = withEnvironment({ AWS_STS_REGIONAL_ENDPOINTS: 'regional', AWS_REGION: 'eu-west-1' });

const injected = aPod({ containers: [ofEks] });

const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' };

const identity = (podIdentity: ReturnType<typeof aReadCluster>['podIdentity']) => ({ podIdentity });

const elsewhere = worldOf(
  { ...plain, ...withPods(injected), issuer: complete('https://oidc.example') },
  {},
  { cluster: { ...kept, region: 'unknown', endpoint: 'https://192.0.2.1' }, podIdentity: complete([]) },
);

run('pod-role-unannotated', [
  [
    'the annotation was removed and the pods keep the role',
    worldOf({ ...plain, ...withPods(injected) }),
    ['medium removed'],
  ],
  ['a template may set the same by hand', worldOf({ ...plain, ...withPods(aPod()) }), ['low removedOrByHand']],
  [
    'one container of the template may set the same by hand',
    worldOf({ ...plain, ...withPods(aPod({ containers: [ofEks, bareContainer({ name: 'proxy' })] })) }),
    ['low removedOrByHand'],
  ],
  ...[
    [injected, aPod({ name: 'by-hand' })],
    [aPod({ name: 'by-hand' }), injected],
  ].map((pods): Parameters<typeof run>[1][number] => [
    `of two pods ${pods[0]?.name} first, of which one has the form of EKS: a template may set the other by hand`,
    worldOf({ ...plain, ...withPods(...pods) }),
    ['low removedOrByHand'],
  ]),
  ['the annotation is there', worldOf(withPods(injected)), []],
  [
    'the annotation is empty: another rule tells that',
    worldOf({
      serviceAccounts: complete([aServiceAccount({ annotations: { [roleKey]: '' } })]),
      ...withPods(injected),
    }),
    [],
  ],
  [
    'the key was mistyped: another rule tells that',
    worldOf({
      serviceAccounts: complete([aServiceAccount({ annotations: { 'eks.amazonaws.com/role_arn': cart } })]),
      ...withPods(injected),
    }),
    [],
  ],
  [
    'the role is on a label: another rule tells that',
    worldOf({
      serviceAccounts: complete([aServiceAccount({ annotations: {}, labels: { [roleKey]: 'x' } })]),
      ...withPods(injected),
    }),
    [],
  ],
  [
    'Pod Identity took its place',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(complete([association]))),
    [],
  ],
  [
    'Pod Identity of another service account did not',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(complete([{ ...association, serviceAccount: 'other' }]))),
    ['medium removed'],
  ],
  [
    'Pod Identity of another namespace did not',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(complete([{ ...association, namespace: 'other' }]))),
    ['medium removed'],
  ],
  [
    'whether it did could not be read',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(refused)),
    ['unknown unread'],
  ],
  [
    'nobody asked whether it did',
    worldOf({ ...plain, ...withPods(injected) }, {}, identity(notAskedFor('x'))),
    ['unknown not-asked-for'],
  ],
  [
    'the pods have both',
    worldOf({
      ...plain,
      ...withPods({
        ...injected,
        volumes: [
          ...injected.volumes,
          { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'x' },
        ],
      }),
    }),
    [],
  ],
  [
    'a token in another place was mounted by hand',
    worldOf({
      ...plain,
      ...withPods(aPod({ containers: [withEnvironment({ AWS_WEB_IDENTITY_TOKEN_FILE: '/tokens/aws' })] })),
    }),
    [],
  ],
  ['a cluster that is not of EKS may have a webhook with an annotation of its own', elsewhere, []],
  ['pods without a role need no annotation', worldOf({ ...plain, ...withPods(barePod()) }), []],
  ['a mirror pod', worldOf({ ...plain, ...withPods({ ...injected, isMirror: true }) }), []],
]);

test('the fix of a removed annotation writes it again, with the role that the pods have', () => {
  const { findings } = evaluate(worldOf({ ...plain, ...withPods(injected) }), { rules: catalog });
  const [found] = findings.filter(({ ruleId }) => ruleId === 'pod-role-unannotated');
  expect(found?.fix.commands).toEqual([
    `kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster/shop --namespace checkout annotate --overwrite -- serviceaccount/cart ${roleKey}=${cart}`,
  ]);
  expect(found).toMatchObject({ namespace: 'checkout', serviceAccount: 'cart', roleArn: cart });
});
