import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aPod } from '../../support/example-cluster.ts';
import { annotatedWith, worldOf } from '../../support/in-cluster-world.ts';
import { fixOf } from './worlds.ts';

describe('after a change of the annotation', () => {
  const typo = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/checkout-card' };
  const restarted = (...pods: readonly Pod[]) =>
    fixOf('service-account-role-missing', worldOf({ ...annotatedWith(typo), pods: complete(pods) }))
      ?.commands.slice(1)
      .map(command => command.replace(/^.* --namespace checkout /, ''));
  const podIdentity = { name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'token' };
  const other = aPod({ name: 'web-1', owner: { kind: 'Deployment', name: 'web' } });

  test.each<[string, Partial<Pod>]>([
    ['a mirror pod: its node owns it', { isMirror: true, owner: { kind: 'Node', name: 'ip-10-0-0-1' } }],
    ['a pod that keeps the webhook away', { labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': 'true' } }],
    ['a pod with Pod Identity', { volumes: [{ ...podIdentity, expirationSeconds: 86400 }] }],
  ])('nobody restarts %s', (_title, over) => {
    expect(restarted(aPod(over))).toEqual([]);
    expect(restarted(other, aPod(over))).toEqual(['delete pod --ignore-not-found web-1']);
  });

  test('what the webhook gave a role is restarted', () =>
    expect(restarted(aPod())).toEqual(['delete pod --ignore-not-found cart-7d9f6c5b8-x2x4z']));
});
