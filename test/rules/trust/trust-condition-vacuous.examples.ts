import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-condition-vacuous` is known. */
export const examples: Examples = {
  pass: { title: "StringEquals on the issuer's own key", facts: () => someFacts() },
  fail: {
    title: 'ForAllValues on a key of another cluster',
    facts: () =>
      someFacts({
        roles: complete([
          aRole({
            trustPolicy: aTrustPolicy({
              condition: {
                'ForAllValues:StringEquals': {
                  'oidc.eks.eu-west-1.amazonaws.com/id/00000000000000000000000000000000:sub':
                    'system:serviceaccount:checkout:cart',
                },
              },
            }),
          }),
        ]),
      }),
  },
};
