import { complete, unavailable } from '../../../lib/model/collected.ts';
import { aProvider, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-url-mismatch` is known. */
export const examples: Examples = {
  pass: { title: 'the URL is the issuer', facts: () => someFacts() },
  fail: {
    title: 'the provider was made for the dual-stack host name',
    facts: () =>
      someFacts({
        providers: complete([
          aProvider({
            issuer: exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws'),
          }),
        ]),
      }),
  },
  unknown: {
    title: 'the clusters of a region could not be read',
    facts: () =>
      someFacts({ clusters: unavailable({ kind: 'denied', operation: 'eks:ListClusters', message: 'denied' }) }),
  },
};
