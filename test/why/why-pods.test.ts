import { expect, test } from '@jest/globals';
import type { Pod } from '../../lib/model/kubernetes.ts';
import type { WhyContext } from '../../lib/why/why-context.ts';
import { injectionSeen } from '../../lib/why/why-pods.ts';
import { aContainer, aPod } from '../support/example-cluster.ts';

const seen = (...pods: readonly Pod[]) => injectionSeen({ pods, audience: 'sts.amazonaws.com' } as WhyContext);
const bare = (name: string) => aContainer({ name, awsVariables: [], irsaEnvironment: {}, mounts: {} });

test('of one pod each container is told but those of a mesh', () => {
  const whole = seen(aPod({ containers: [aContainer()] }));
  expect(whole).toMatch(/ in app$/);
  expect(seen(aPod({ containers: [aContainer(), bare('istio-proxy')] }))).toBe(whole);
  expect(seen(aPod({ containers: [aContainer(), bare('sidecar')] }))).toContain('in sidecar');
});

test('of several pods the number with a role, and the roles', () => {
  const without = aPod({ name: 'cart-2', containers: [bare('app')], volumes: [] });
  expect(seen(aPod(), without)).toBe('1 of 2 pods with a role: checkout-cart');
  expect(seen(without, without)).toBe('0 of 2 pods with a role');
  expect(seen()).toBe('');
});
