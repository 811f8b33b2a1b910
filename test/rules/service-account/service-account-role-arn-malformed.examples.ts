import { complete } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-role-arn-malformed` is known. */
export const examples: Examples = {
  pass: {
    title: 'a role with a path',
    facts: () => annotatedWith(`arn:aws:iam::${exampleAccountId}:role/team/checkout/cart`),
  },
  fail: {
    title: 'one colon too many',
    facts: () => annotatedWith(`arn:aws:iam:::${exampleAccountId}:role/checkout-cart`),
  },
};

const annotatedWith = (roleArn: string) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([aServiceAccount({ annotations: { [roleArnKey]: roleArn } })]),
        pods: complete([]),
      }),
    ]),
  });
