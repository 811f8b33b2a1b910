import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-subject-literal-wildcard` is known. */
export const examples: Examples = {
  pass: { title: 'the pattern is under StringLike', facts: () => worldWith('StringLike') },
  fail: { title: 'the pattern is under StringEquals', facts: () => worldWith('StringEquals') },
};

const worldWith = (operator: string) =>
  someFacts({
    roles: complete([
      aRole({
        trustPolicy: aTrustPolicy({
          condition: {
            [operator]: {
              'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F:sub':
                'system:serviceaccount:checkout:cart-*',
            },
          },
        }),
      }),
    ]),
  });
