import { describe, expect, test } from '@jest/globals';
import { type Collected, complete, withGaps } from '../../../lib/model/collected.ts';
import type { Pod, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import { podIdentityServiceAccountMissing } from '../../../lib/rules/pod-identity/pod-identity-service-account-missing.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { barePod } from '../../support/in-cluster-world.ts';
import { anAssociation } from './example-association.ts';
import { gap, judge } from './worlds.ts';

describe('the service account of a Pod Identity association', () => {
  const of = (
    accounts: Collected<readonly ServiceAccount[]>,
    createdAt: string | undefined = '2026-02-01T10:00:00.000Z',
  ) => {
    const { createdAt: _none, ...rest } = anAssociation({ serviceAccount: 'carts' });
    const association = { ...rest, ...(createdAt === '' ? {} : { createdAt }) };
    return judge(
      podIdentityServiceAccountMissing,
      { serviceAccounts: accounts },
      { podIdentity: complete([association]) },
    );
  };
  const account = (name: string, namespace = 'checkout') => aServiceAccount({ name, namespace, annotations: {} });

  test('exists, or may still come within a day', () => {
    expect(of(complete([account('carts')])).findings).toEqual([]);
    expect(of(complete([]), '2026-10-31T12:00:00.000Z').findings).toEqual([]);
    expect(of(complete([]), '2026-10-31T05:00:00.000Z').findings).toHaveLength(1);
  });

  test.each([
    ['another namespace', account('carts', 'orders'), 'missing'],
    ['a name like it', account('cart'), 'nearby'],
  ])('with %s alone it is missing', (_title, other, messageId) => {
    expect(of(complete([other])).findings).toMatchObject([{ messageId, severity: 'low', impact: 'hygiene' }]);
  });

  describe('whose pods run as another one', () => {
    const withPods = (accounts: readonly ServiceAccount[], pods: readonly Pod[], own: readonly string[] = []) =>
      judge(
        podIdentityServiceAccountMissing,
        { serviceAccounts: complete(accounts), pods: complete(pods) },
        {
          podIdentity: complete([
            anAssociation({ serviceAccount: 'carts' }),
            ...own.map(namespace => anAssociation({ id: 'a-2', namespace, serviceAccount: 'carts' })),
          ]),
        },
      ).findings;
    const orders = account('carts', 'orders');
    const pod = barePod({ namespace: 'orders', serviceAccount: 'carts' });

    test('is for the one that misses its role', () => {
      expect(withPods([orders], [pod])).toMatchObject([
        {
          messageId: 'elsewhere',
          severity: 'medium',
          impact: 'breaks',
          fix: {
            summary: 'Create the association for orders/carts, delete that of checkout/carts, then restart the pods.',
          },
        },
      ]);
      expect(withPods([account('cart')], [barePod()])).toMatchObject([{ messageId: 'elsewhere', severity: 'medium' }]);
    });

    test('is not deleted where its role was not read: it could not be created again', () => {
      const { roleArn: _unread, ...association } = anAssociation({ serviceAccount: 'carts' });
      const { findings } = judge(
        podIdentityServiceAccountMissing,
        { serviceAccounts: complete([orders]), pods: complete([pod]) },
        { podIdentity: complete([association]) },
      );
      expect(findings.map(({ messageId, fix: { commands } }) => [messageId, commands])).toEqual([['elsewhere', []]]);
    });

    test('is told as before for default, which every namespace has', () =>
      expect(
        judge(
          podIdentityServiceAccountMissing,
          {
            serviceAccounts: complete([account('default', 'orders')]),
            pods: complete([barePod({ namespace: 'orders', serviceAccount: 'default' })]),
          },
          { podIdentity: complete([anAssociation({ serviceAccount: 'default' })]) },
        ).findings,
      ).toMatchObject([{ messageId: 'missing', severity: 'low' }]));

    test.each<readonly [string, readonly ServiceAccount[], readonly Pod[], readonly string[]]>([
      ['has an association of its own', [orders], [pod], ['orders']],
      ['has pods with a role', [orders], [aPod({ namespace: 'orders', serviceAccount: 'carts' })], []],
      ['is annotated', [aServiceAccount({ name: 'carts', namespace: 'orders' })], [pod], []],
      [
        'is one of several',
        [orders, account('carts', 'billing')],
        [pod, barePod({ namespace: 'billing', serviceAccount: 'carts' })],
        [],
      ],
    ])('is told as before where the other one %s', (_title, accounts, pods, own) =>
      expect(withPods(accounts, pods, own)).toMatchObject([
        { messageId: 'missing', severity: 'low', impact: 'hygiene' },
      ]),
    );
  });

  test('is unknown on a page that was not read, or where the time of the association was not', () => {
    for (const { findings, undecided } of [of(withGaps([], [gap('list serviceaccounts')])), of(complete([]), '')]) {
      expect(findings).toEqual([]);
      expect(undecided).toMatchObject([{ kind: 'unread' }]);
    }
  });
});
