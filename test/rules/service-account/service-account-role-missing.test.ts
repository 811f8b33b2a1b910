import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, withGaps } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aPod } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy } from '../../support/example-world.ts';
import { aGap, annotatedWith, worldOf } from '../../support/in-cluster-world.ts';
import { elsewhere, fixOf, foreignAccount, run, withFleet } from './worlds.ts';

const withGapOf = (accountId: string, facts: Facts): Facts => ({
  ...facts,
  fleet: {
    ...facts.fleet,
    gaps: [{ accountId, section: 'account', reason: { kind: 'denied', operation: 'sts:AssumeRole', message: 'no' } }],
  },
});

run('service-account-role-missing', [
  ['reports a role that does not exist', worldOf(annotatedWith({}), { roles: complete([]) }), ['high missing']],
  [
    'tells a role with another path',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/checkout-cart' })]),
    }),
    ['high otherPath'],
  ],
  [
    'tells a role whose name differs in case alone: it exists, but its ARN is another one',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/Checkout-Cart', name: 'Checkout-Cart' })]),
    }),
    ['high otherCase'],
  ],
  [
    'tells both of a role with another path and another case',
    worldOf(annotatedWith({}), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/Checkout-Cart', name: 'Checkout-Cart' })]),
    }),
    ['high otherPathAndCase'],
  ],
  [
    'tells a path that differs in case alone',
    worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/Team/checkout-cart' }), {
      roles: complete([aRole({ arn: 'arn:aws:iam::111122223333:role/team/checkout-cart' })]),
    }),
    ['high otherCase'],
  ],
  [
    'does not offer a role that a service keeps: no pod can ever have it',
    worldOf(
      annotatedWith({ 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/AWSServiceRoleForAmazonEKS' }),
      {
        roles: complete([
          aRole({
            name: 'AWSServiceRoleForAmazonEKS',
            path: '/aws-service-role/eks.amazonaws.com/',
            arn: 'arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS',
          }),
        ]),
      },
    ),
    ['high missing'],
  ],
  ['leaves a role of another account to others', worldOf(elsewhere()), []],
  [
    'reports a role that the named account lacks and this one has by the same name',
    withFleet(worldOf(elsewhere(), { roles: complete([aRole({ name: 'cart' })]) }), foreignAccount(true, true)),
    ['high otherAccount'],
  ],
  [
    'leaves one of an account that is not audited: roles of one name in two accounts are usual',
    worldOf(elsewhere(), { roles: complete([aRole({ name: 'cart' })]) }),
    [],
  ],
  [
    'leaves it where the role here was made for another one, and the named account is not audited',
    worldOf(elsewhere(), {
      roles: complete([aRole({ name: 'cart', trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]),
    }),
    [],
  ],
  [
    'cannot tell of a role of another account that could not be read at all, where the role here was made for another one',
    withGapOf(
      '444455556666',
      worldOf(elsewhere(), {
        roles: complete([aRole({ name: 'cart', trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:a:b' }) })]),
      }),
    ),
    ['unknown unread'],
  ],
  [
    'cannot tell of a role of another account where the roles here are not read',
    withFleet(worldOf(elsewhere(), { roles: withGaps([], [aGap('iam:ListRoles')]) }), foreignAccount(true, true)),
    ['unknown unread'],
  ],
]);

describe('after a change of the annotation', () => {
  const typo = { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/Checkout-cart' };
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
    expect(restarted(other, aPod(over))).toEqual([expect.stringMatching(/^patch .*restartedAt.* -- deployment\/web$/)]);
  });

  test('what the webhook gave a role is restarted', () =>
    expect(restarted(aPod())).toEqual([expect.stringMatching(/^patch .*restartedAt.* -- deployment\/cart$/)]));
});
