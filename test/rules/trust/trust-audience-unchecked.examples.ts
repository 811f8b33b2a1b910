import { complete } from '../../../lib/model/collected.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-audience-unchecked` is known. */
export const examples: Examples = {
  pass: { title: 'the audience is tested', facts: () => someFacts() },
  fail: {
    title: 'two audiences at the provider, none tested',
    facts: () =>
      someFacts({
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault'] })]),
        roles: complete([
          aRole({
            trustPolicy: aTrustPolicy({
              condition: {
                StringEquals: {
                  'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F:sub':
                    'system:serviceaccount:checkout:cart',
                },
              },
            }),
          }),
        ]),
      }),
  },
};
