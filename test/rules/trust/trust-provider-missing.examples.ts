import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-provider-missing` is known. */
export const examples: Examples = {
  pass: { title: 'the provider exists', facts: () => someFacts() },
  fail: {
    title: 'one digit of the cluster id is mistyped',
    facts: () =>
      someFacts({
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: exampleIssuer.replace(/F$/, 'E') }) })]),
      }),
  },
  unknown: {
    title: 'the list of providers was read in part',
    facts: () =>
      someFacts({
        providers: {
          status: 'partial',
          value: [],
          gaps: [
            {
              what: 'page 1',
              reason: { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'denied' },
            },
          ],
        },
      }),
  },
};
