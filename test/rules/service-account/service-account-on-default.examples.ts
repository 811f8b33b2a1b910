import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-on-default` is known. */
export const examples: Examples = {
  pass: { title: 'a service account of its own', facts: () => named('cart') },
  fail: { title: 'the role is on default', facts: () => named('default') },
};

const named = (name: string) =>
  someFacts({
    clusters: complete([aReadCluster({ serviceAccounts: complete([aServiceAccount({ name })]), pods: complete([]) })]),
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: `system:serviceaccount:checkout:${name}` }) })]),
  });
