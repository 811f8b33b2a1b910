import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `cluster-provider-missing` is known. */
export const examples: Examples = {
  pass: { title: 'the provider exists', facts: () => someFacts() },
  fail: {
    title: 'a role trusts a provider that was never created',
    facts: () => someFacts({ providers: complete([]) }),
  },
  unknown: {
    title: 'the providers could not be listed',
    facts: () =>
      someFacts({
        providers: {
          status: 'unavailable',
          reason: { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'denied' },
        },
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: exampleIssuer }) })]),
      }),
  },
};
