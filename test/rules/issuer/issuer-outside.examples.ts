import { complete } from '../../../lib/model/collected.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

const imitated = 'https://oidc.eks.eu-west-1.amazonaws.example/id/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F';

/** Worlds in which the verdict of `issuer-outside` is known. */
export const examples: Examples = {
  pass: { title: 'an audited cluster has the issuer', facts: () => someFacts() },
  fail: {
    title: 'a role trusts a host that looks like one of EKS',
    facts: () =>
      someFacts({
        providers: complete([aProvider(), aProvider({ issuer: imitated })]),
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: imitated }) })]),
      }),
  },
};
