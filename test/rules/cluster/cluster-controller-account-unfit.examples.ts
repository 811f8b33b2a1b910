import { complete } from '../../../lib/model/collected.ts';
import type { ControllerAccount } from '../../../lib/model/controller-role.ts';
import type { KubernetesFacts, ServiceAccount } from '../../../lib/model/kubernetes.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { denied } from './worlds.ts';

/** `SecretStore shop/aws`, which names no role and this service account. */
export const aStore = (name: string): ControllerAccount => ({
  ...{ controller: 'external-secrets', namedBy: 'SecretStore shop/aws', by: 'annotation' },
  account: { namespace: 'shop', name },
});

/** A cluster with External Secrets, a store and the service account `reader`. */
export const withStore = (
  controllerRoles: KubernetesFacts['controllerRoles'],
  reader: Partial<ServiceAccount> = {},
  over: Partial<KubernetesFacts> = {},
) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        pods: complete([aPod({ controller: { name: 'external-secrets' } })]),
        serviceAccounts: complete([
          aServiceAccount(),
          aServiceAccount({ namespace: 'shop', name: 'reader', ...reader }),
        ]),
        ...(controllerRoles && { controllerRoles }),
        ...over,
      }),
    ]),
  });

/** Worlds in which the verdict of `cluster-controller-account-unfit` is known. */
export const examples: Examples = {
  pass: { title: 'the account of a store has a role', facts: () => withStore(complete([aStore('reader')])) },
  fail: {
    title: 'the account of a store has no role',
    facts: () => withStore(complete([aStore('reader')]), { annotations: {} }),
  },
  unknown: {
    title: 'SecretStores could not be listed',
    facts: () => withStore({ status: 'unavailable', reason: denied }),
  },
};
