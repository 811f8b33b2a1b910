import { expect, test } from '@jest/globals';
import type { Pod } from '../../lib/model/kubernetes.ts';
import type { WhyContext } from '../../lib/why/why-context.ts';
import { injectionSeen, lacksInjection, ownRole } from '../../lib/why/why-pods.ts';
import { aContainer, aPod } from '../support/example-cluster.ts';

const seen = (...pods: readonly Pod[]) => injectionSeen({ pods, audience: 'sts.amazonaws.com' } as WhyContext);
const bare = (name: string) => aContainer({ name, awsVariables: [], irsaEnvironment: {}, mounts: {} });

test('of one pod each container is told but those of a mesh', () => {
  const whole = seen(aPod({ containers: [aContainer()] }));
  expect(whole).toMatch(/ in app$/);
  expect(seen(aPod({ containers: [aContainer(), bare('istio-proxy')] }))).toBe(whole);
  expect(seen(aPod({ containers: [aContainer(), bare('sidecar')] }))).toContain('in sidecar');
});

test('a container is told by what it lacks', () => {
  const of = (over: Parameters<typeof aContainer>[0]) => seen(aPod({ containers: [aContainer(over)] }));
  expect([
    of({}),
    of({ awsVariables: ['AWS_ROLE_ARN'] }),
    of({ awsVariables: ['AWS_WEB_IDENTITY_TOKEN_FILE'] }),
    of({ mounts: {} }),
    seen(aPod({ containers: [bare('app')] })),
    of({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'] }),
  ]).toEqual([
    'role checkout-cart in app',
    'one of the two variables in app',
    'one of the two variables in app',
    'role checkout-cart, but no token, in app',
    'nothing in app',
    'Pod Identity in app',
  ]);
});

test('of several pods the number with a role, and the roles', () => {
  const without = aPod({ name: 'cart-2', containers: [bare('app')], volumes: [] });
  expect(seen(aPod(), without)).toBe('1 of 2 pods with a role: checkout-cart');
  expect(seen(without, without)).toBe('0 of 2 pods with a role');
  expect(seen()).toBe('');
});

test('a pod of a node lacks nothing, any other without a role does', () => {
  const lacks = (...pods: readonly Pod[]) => lacksInjection({ pods, audience: 'sts.amazonaws.com' } as WhyContext);
  const without = aPod({ name: 'cart-2', containers: [bare('app')], volumes: [] });
  expect(lacks(aPod(), { ...without, isMirror: true })).toBe(false);
  expect(lacks(aPod(), without)).toBe(true);
});

test('a role of the template is told only where every pod has one', () => {
  const own = (...pods: readonly Pod[]) => ownRole({ pods } as unknown as WhyContext);
  const without = aPod({ name: 'cart-2', containers: [bare('app')], volumes: [] });
  expect(own(aPod(), aPod())).toMatch(/^app has AWS_ROLE_ARN all the same: arn:aws:iam::/);
  expect([own(aPod(), without), own(without, aPod()), own()]).toEqual([undefined, undefined, undefined]);
});
