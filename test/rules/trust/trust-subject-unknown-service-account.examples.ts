import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-subject-unknown-service-account` is known. */
export const examples: Examples = {
  pass: { title: 'the service account exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'one letter too many',
    facts: () =>
      someFacts({
        clusters: complete([aReadCluster()]),
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:carts' }) })]),
      }),
  },
  unknown: { title: 'the cluster was not read', facts: () => someFacts() },
};
