import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-key-issuer-mismatch` is known. */
export const examples: Examples = {
  pass: { title: "keys of the provider's own issuer", facts: () => someFacts() },
  fail: {
    title: 'the key carries https://',
    facts: () =>
      someFacts({
        roles: complete([
          aRole({
            trustPolicy: aTrustPolicy({
              condition: { StringEquals: { [`${exampleIssuer}:sub`]: 'system:serviceaccount:checkout:cart' } },
            }),
          }),
        ]),
      }),
  },
};
