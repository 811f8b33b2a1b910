import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-provider-foreign` is known. */
export const examples: Examples = {
  pass: { title: "the provider is in the role's account", facts: () => someFacts() },
  fail: {
    title: 'the provider is in the account of the cluster, the role is in another',
    facts: () => someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ accountId: '444455556666' }) })]) }),
  },
};
