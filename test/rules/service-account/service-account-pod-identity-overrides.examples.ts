import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-pod-identity-overrides` is known. */
export const examples: Examples = {
  pass: { title: 'no association', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'both are set up',
    facts: () => someFacts({ clusters: complete([aReadCluster({}, { podIdentity: complete([association]) })]) }),
  },
  unknown: {
    title: 'associations were not asked for',
    facts: () =>
      someFacts({
        clusters: complete([aReadCluster({}, { podIdentity: notAskedFor('eks:ListPodIdentityAssociations') })]),
      }),
  },
};

const association = {
  id: 'a-0123456789abcdefg',
  namespace: 'checkout',
  serviceAccount: 'cart',
  roleArn: `arn:aws:iam::${exampleAccountId}:role/cart-by-pod-identity`,
};
