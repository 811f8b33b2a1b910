import { complete } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import {
  aContainer,
  aPod,
  aReadCluster,
  aServiceAccount,
  withoutServiceAccounts,
} from '../../support/example-cluster.ts';
import { exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-annotation-ignored` is known. */
export const examples: Examples = {
  pass: { title: 'the service account is annotated', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'the role is annotated on the pod',
    facts: () =>
      someFacts({
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
            pods: complete([
              aPod({
                annotations: { [roleArnKey]: `arn:aws:iam::${exampleAccountId}:role/checkout-cart` },
                containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })],
                volumes: [],
              }),
            ]),
          }),
        ]),
      }),
  },
  unknown: { title: 'service accounts may not be listed', facts: withoutServiceAccounts },
};
