import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod } from '../../support/example-cluster.ts';
import { bareContainer, barePod, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { type Case, fixOf, run } from './worlds.ts';

const { createdAt: _made, ...undated } = aPod();

run('pod-service-account-gone', [
  ['is silent for a pod of unknown age', worldOf({ ...withPods(undated), serviceAccounts: complete([]) }), []],
  [
    'reports a template whose service account is one edit away from one with a role',
    worldOf(withPods({ ...undated, serviceAccount: 'carts' })),
    ['medium mistyped'],
  ],
  [
    'is silent for a template whose service account is two edits away',
    worldOf(withPods({ ...undated, serviceAccount: 'cartss' })),
    [],
  ],
  [
    'reports a pod that was given a role by hand',
    worldOf({ ...withPods(aPod({ volumes: [] })), serviceAccounts: complete([]) }),
    ['medium gone'],
  ],
  ['is silent for a pod that has no role', worldOf({ ...withPods(barePod()), serviceAccounts: complete([]) }), []],
  [
    'is silent for a young pod of a service account that is not listed yet',
    worldOf(withPods(aPod({ serviceAccount: 'new', createdAt: '2026-11-01T05:58:00Z' }))),
    [],
  ],
  ...(
    [
      ['is silent for a pod of ten minutes', '2026-11-01T05:50:00.000Z', []],
      ['reports a pod of a moment more', '2026-11-01T05:49:59.999Z', ['medium gone']],
    ] as const
  ).map(([of, createdAt, wanted]): Case => [of, worldOf(withPods(aPod({ serviceAccount: 'new', createdAt }))), wanted]),
]);

describe('fixes', () => {
  const gone = (pod: Pod) => worldOf({ ...withPods(pod), serviceAccounts: complete([]) });

  test('a missing service account comes back with the role of its pods, then the pods are restarted', () => {
    const commands = fixOf('pod-service-account-gone', gone(aPod()))?.commands;
    expect(commands).toHaveLength(2);
    expect(commands?.[0]).toContain(
      '"annotations":{"eks.amazonaws.com/role-arn":"arn:aws:iam::111122223333:role/checkout-cart"}',
    );
    expect(commands?.[0]).toMatch(/\| kubectl --context \S+ --namespace checkout apply --filename -$/);
    expect(commands?.[1]).toMatch(/ patch .*restartedAt.* -- deployment\/cart$/);
  });

  test('no service account is created without a role where the role is not known', () => {
    const unknownRole = aPod({ containers: [aContainer({ irsaEnvironment: { AWS_ROLE_ARN: '' } })] });
    const lost = fixOf('pod-service-account-gone', {
      ...gone(aPod()),
      snapshot: { ...gone(aPod()).snapshot, roles: complete([]) },
    });
    expect([lost?.steps, lost?.choice]).toEqual([[], expect.stringContaining('role/checkout-cart does not exist')]);
    expect(fixOf('pod-service-account-gone', gone(unknownRole))).toMatchObject({
      commands: [],
      choice: expect.any(String),
    });
  });

  test('a service account of Pod Identity needs no annotation', () => {
    const volumes = [
      { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' },
    ];
    const commands = fixOf(
      'pod-service-account-gone',
      gone(aPod({ containers: [bareContainer()], volumes })),
    )?.commands;
    expect(commands?.[0]).toContain('"annotations":{}');
  });
});
