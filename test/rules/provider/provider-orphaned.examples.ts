import type { Facts } from '../../../lib/facts/facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aProvider, aRole, aSnapshot, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-orphaned` is known. */
export const examples: Examples = {
  pass: { title: 'the cluster exists', facts: () => someFacts() },
  fail: { title: 'the cluster is gone, and a role still trusts its provider', facts: () => orphanFacts() },
  unknown: {
    title: 'the clusters of another account could not be read',
    facts: () => ({ ...orphanFacts(), fleet: indexOf([orphanFacts().snapshot], ['444455556666']) }),
  },
};

const orphanFacts = (): Facts => {
  const issuer = exampleIssuer.replace(/5C1D/, '0000');
  const { providers, ...rest } = aSnapshot({
    providers: complete([aProvider(), aProvider({ issuer })]),
    roles: complete([aRole(), aRole({ name: 'old-cart', trustPolicy: aTrustPolicy({ issuer }) })]),
  });
  return someFacts({ ...rest, providers });
};
