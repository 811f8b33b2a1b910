import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { podNotInjected } from '../../../lib/rules/pod/pod-not-injected.ts';
import { aPod, aWebhook } from '../../support/example-cluster.ts';
import { barePod, refused, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { account, fixOf, run } from './worlds.ts';

const skipLabel = 'eks.amazonaws.com/skip-pod-identity-webhook';

const optingOut = complete(
  aWebhook({
    objectSelector: { matchLabels: {}, matchExpressions: [{ key: skipLabel, operator: 'DoesNotExist', values: [] }] },
  }),
);

const { createdAt: _bareMade, ...undatedBare } = barePod();

run('pod-not-injected', [
  [
    'proves that the service account is newer',
    worldOf({ ...withPods(barePod()), ...account({ createdAt: '2026-10-02T00:00:00Z' }) }),
    ['high serviceAccountNewer'],
  ],
  [
    'says that the annotation may be newer where its last write is',
    worldOf({ ...withPods(barePod()), ...account({ annotatedAt: '2026-10-02T00:00:00Z' }) }),
    ['high annotationNewer'],
  ],
  [
    'names no cause where the annotation is long older: why the webhook did nothing is not known',
    worldOf({ ...withPods(barePod()), ...account({ annotatedAt: '2026-02-01T00:00:00Z' }) }),
    ['high annotationOlder'],
  ],
  [
    'says that both were written in the same seconds: the webhook’s cache lags',
    worldOf({
      ...withPods(barePod({ createdAt: '2026-10-01T10:00:00Z' })),
      ...account({ annotatedAt: '2026-10-01T10:00:00Z' }),
    }),
    ['high together'],
  ],
  [
    'proves nothing some minutes later',
    worldOf({
      ...withPods(barePod({ createdAt: '2026-10-01T10:05:00Z' })),
      ...account({ annotatedAt: '2026-10-01T10:00:00Z' }),
    }),
    ['high unclear'],
  ],
  ['proves nothing where no time is known', worldOf(withPods(undatedBare)), ['high unclear']],
  [
    'proves by a newer pod that has the role',
    worldOf(
      withPods(barePod(), aPod({ name: 'b', createdAt: '2026-10-02T00:00:00Z', owner: { kind: 'Job', name: 'b' } })),
    ),
    ['high newerPodsInjected'],
  ],
  [
    'proves nothing where pods of one owner have different causes',
    worldOf({
      ...withPods(barePod(), barePod({ name: 'b', createdAt: '2026-10-03T00:00:00Z' })),
      ...account({ createdAt: '2026-10-02T00:00:00Z' }),
    }),
    ['high unclear'],
  ],
  [
    'is silent for a pod that opts out',
    worldOf({ ...withPods(barePod({ labels: { [skipLabel]: 'true' } })), webhook: optingOut }),
    [],
  ],
  [
    'is silent for a pod that opts out where the configuration was not read',
    worldOf({ ...withPods(barePod({ labels: { [skipLabel]: '1' } })), webhook: refused }),
    [],
  ],
  [
    'is silent for a pod whose own mark makes a condition of the webhook leave it out',
    worldOf(withPods(barePod({ conditions: { kind: 'unmet', condition: 'no-skip', byOwnMark: true } }))),
    [],
  ],
  [
    'is silent for a pod that opts out where the configuration is gone',
    worldOf({ ...withPods(barePod({ labels: { [skipLabel]: '1' } })), webhook: complete(undefined) }),
    [],
  ],
  [
    'is silent for a pod that opts out by a label of the webhook’s own',
    worldOf({
      ...withPods(barePod({ labels: { inject: 'no' } })),
      webhook: complete(
        aWebhook({
          objectSelector: { matchLabels: {}, matchExpressions: [{ key: 'inject', operator: 'NotIn', values: ['no'] }] },
        }),
      ),
    }),
    [],
  ],
  [
    'tells a label that opts out whatever its value says',
    worldOf({ ...withPods(barePod({ labels: { [skipLabel]: 'false' } })), webhook: optingOut }),
    ['medium optedOut'],
  ],
  ['passes over mirror pods', worldOf(withPods(barePod({ isMirror: true }))), []],
]);

test('seven pods are evidence that changes by itself, and an age that is not known is not made up', () => {
  const seven = Array.from({ length: 7 }, (_, at) => ({ ...undatedBare, name: `cart-${at}` }));
  const [found] = verdictOf(podNotInjected, worldOf(withPods(...seven))).findings;
  expect(found?.data).toEqual({ workload: 'Deployment checkout/cart', role: 'checkout-cart' });
  const [, pods, age] = found?.evidence ?? [];
  expect(pods).toMatchObject({ got: '7 of 7 pods: cart-0, cart-1, cart-2, cart-3, cart-4 and 2 more', volatile: true });
  expect(age).toMatchObject({ got: 'unknown', volatile: true });
});

describe('fixes', () => {
  test('commands carry the context of the kubeconfig where it is known', () => {
    const facts = worldOf(withPods(barePod()));
    const [region] = facts.snapshot.regions;
    if (region?.clusters.status !== 'complete') throw new Error('there is a cluster');
    const clusters = region.clusters.value.map(one => ({ ...one, cluster: { ...one.cluster, context: 'prod admin' } }));
    const seen = { ...facts, snapshot: { ...facts.snapshot, regions: [{ ...region, clusters: complete(clusters) }] } };
    expect(fixOf('pod-not-injected', seen)?.commands[0]).toMatch(
      /^kubectl --context 'prod admin' --namespace checkout /,
    );
  });
});
