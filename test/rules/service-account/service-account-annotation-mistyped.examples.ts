import { complete } from '../../../lib/model/collected.ts';
import { roleArnKey } from '../../../lib/model/irsa-annotation.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { exampleAccountId, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `service-account-annotation-mistyped` is known. */
export const examples: Examples = {
  pass: { title: 'the exact key', facts: () => marked({ annotations: { [roleArnKey]: cartRole } }) },
  fail: { title: 'an underscore', facts: () => marked({ annotations: { 'eks.amazonaws.com/role_arn': cartRole } }) },
};

const cartRole = `arn:aws:iam::${exampleAccountId}:role/checkout-cart`;

const marked = (over: Parameters<typeof aServiceAccount>[0]) =>
  someFacts({
    clusters: complete([
      aReadCluster({ serviceAccounts: complete([aServiceAccount({ annotations: {}, ...over })]), pods: complete([]) }),
    ]),
  });
