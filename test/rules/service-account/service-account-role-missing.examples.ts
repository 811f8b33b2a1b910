import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-role-missing` is known. */
export const examples: Examples = {
  pass: { title: 'the role exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'the annotation leaves out the role’s path',
    facts: () =>
      someFacts({
        clusters: complete([aReadCluster()]),
        roles: complete([aRole({ arn: `arn:aws:iam::${exampleAccountId}:role/team/checkout-cart`, path: '/team/' })]),
      }),
  },
  unknown: {
    title: 'a page of roles was not read',
    facts: () =>
      someFacts({
        clusters: complete([aReadCluster()]),
        roles: {
          status: 'partial',
          value: [],
          gaps: [
            { what: 'page 2', reason: { kind: 'throttled', operation: 'iam:ListRoles', message: 'Rate exceeded' } },
          ],
        },
      }),
  },
};
