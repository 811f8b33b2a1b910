import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-role-not-trusting` is known. */
export const examples: Examples = {
  pass: {
    title: 'the role trusts the service account',
    facts: () => someFacts({ clusters: complete([aReadCluster()]) }),
  },
  fail: {
    title: 'the role trusts another namespace',
    facts: () =>
      someFacts({
        clusters: complete([aReadCluster()]),
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:basket:cart' }) })]),
      }),
  },
  unknown: {
    title: 'a key whose value nobody can know',
    facts: () =>
      someFacts({
        clusters: complete([aReadCluster()]),
        roles: complete([
          aRole({ trustPolicy: aTrustPolicy({ condition: { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } } }) }),
        ]),
      }),
  },
};
