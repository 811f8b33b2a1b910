import { complete } from '../../../lib/model/collected.ts';
import { aContainer, aPod, aReadCluster } from '../../support/example-cluster.ts';
import { exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-role-stale` is known. */
export const examples: Examples = {
  pass: { title: 'the role of the annotation', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'the role that the annotation named before',
    facts: () => {
      const container = aContainer();
      const irsaEnvironment = {
        ...container.irsaEnvironment,
        AWS_ROLE_ARN: `arn:aws:iam::${exampleAccountId}:role/checkout-cart-old`,
      };
      const pod = aPod({ containers: [{ ...container, irsaEnvironment }] });
      return someFacts({ clusters: complete([aReadCluster({ pods: complete([pod]) })]) });
    },
  },
};
