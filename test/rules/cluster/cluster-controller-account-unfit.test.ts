import { expect, test } from '@jest/globals';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { ControllerRole } from '../../../lib/model/controller-role.ts';
import { clusterControllerAccountUnfit } from '../../../lib/rules/cluster/cluster-controller-account-unfit.ts';
import { aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { aStore, withStore } from './cluster-controller-account-unfit.examples.ts';
import { denied } from './worlds.ts';

const roleArn = 'arn:aws:iam::111122223333:role/zones';
const anIssuer = (name: string): ControllerRole => ({
  ...{ controller: 'cert-manager', namedBy: 'Issuer shop/dns', roleArn, by: 'token' },
  account: { namespace: 'shop', name },
});
const ofController: ControllerRole = {
  ...{ controller: 'external-secrets', namedBy: 'SecretStore shop/own', roleArn, by: 'role' },
};
const store = 'SecretStore shop/aws';
const absent = { namedBy: store, serviceAccount: 'shop/nobody' };
const noRole = `medium: noRole ${JSON.stringify({ namedBy: store, serviceAccount: 'shop/reader' })}`;
const some = withGaps([aServiceAccount()], [{ what: 'a page', reason: denied }]);

const unread = 'unknown';
/** One row a world: how it looks, and what the rule says of it. */
test.each([
  ['no controller', withStore(undefined, {}, { pods: complete([aPod()]) }), []],
  ['a store that names no service account', withStore(complete([ofController])), []],
  ['a store whose account has no annotation', withStore(complete([aStore('reader')]), { annotations: {} }), [noRole]],
  [
    'a store whose account has an empty annotation',
    withStore(complete([aStore('reader')]), { annotations: { 'eks.amazonaws.com/role-arn': '' } }),
    [noRole],
  ],
  [
    'a store whose account has its role from the ConfigMap of the webhook',
    withStore(complete([aStore('reader')]), { configMap: 'kube-system/pod-identity-webhook' }),
    [noRole],
  ],
  [
    'a store whose account does not exist',
    withStore(complete([aStore('nobody')])),
    [`medium: absent ${JSON.stringify(absent)}`],
  ],
  [
    'a store whose account is written wrong',
    withStore(complete([aStore('raeder')])),
    [`medium: nearby ${JSON.stringify({ namedBy: store, serviceAccount: 'shop/raeder', candidate: 'reader' })}`],
  ],
  [
    'an Issuer whose account has no annotation: it needs none',
    withStore(complete([anIssuer('reader')]), { annotations: {} }),
    [],
  ],
  [
    'an Issuer whose account does not exist, told once for both of its roles',
    withStore(complete([anIssuer('nobody'), { ...anIssuer('nobody'), roleArn: `${roleArn}-b` }])),
    [`medium: absent ${JSON.stringify({ namedBy: 'Issuer shop/dns', serviceAccount: 'shop/nobody' })}`],
  ],
  [
    'a later role of a chain',
    withStore(complete([{ ...anIssuer('nobody'), by: 'role' as const, after: `${roleArn}-b` }])),
    [],
  ],
  [
    'service accounts that were not all read',
    withStore(complete([aStore('nobody')]), {}, { serviceAccounts: some }),
    [unread],
  ],
  [
    'stores that were not all read',
    withStore(withGaps([aStore('reader')], [{ what: 'external-secrets: SecretStore', reason: denied }]), {
      annotations: {},
    }),
    [noRole, unread],
  ],
  ['stores that were not read', withStore(unavailable(denied)), [unread]],
] as const)('%s', (_title, facts, said) => {
  expect(verdictOf(clusterControllerAccountUnfit, facts).said.map(text => text.replace(/: .*: 403$/, ''))).toEqual(
    said,
  );
});
