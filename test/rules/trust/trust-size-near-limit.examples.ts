import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-size-near-limit` is known. */
export const examples: Examples = {
  pass: {
    title: 'a short policy, with the quota known',
    facts: () => someFacts({ quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }) }),
  },
  fail: {
    title: 'a policy for fifty service accounts',
    facts: () =>
      someFacts({
        quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }),
        roles: complete([aRole({ trustPolicy: longPolicy() })]),
      }),
  },
  unknown: {
    title: 'the quota was not read',
    facts: () => someFacts({ roles: complete([aRole({ trustPolicy: longPolicy() })]) }),
  },
};

const longPolicy = (): string =>
  aTrustPolicy({
    condition: {
      StringEquals: {
        'oidc.eks.eu-west-1.amazonaws.com/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F:sub': Array.from(
          { length: 50 },
          (_, at) => `system:serviceaccount:checkout:cart-${at}`,
        ),
      },
    },
  });
