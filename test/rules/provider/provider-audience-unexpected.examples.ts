import { complete } from '../../../lib/model/collected.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aProvider, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-audience-unexpected` is known. */
export const examples: Examples = {
  pass: { title: 'only the default audience', facts: () => someFacts() },
  fail: {
    title: 'an audience is left over',
    facts: () =>
      someFacts({
        clusters: complete([aReadCluster()]),
        providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault.example'] })]),
      }),
  },
  unknown: {
    title: 'the inside of the cluster was not read',
    facts: () => someFacts({ providers: complete([aProvider({ audiences: ['sts.amazonaws.com', 'vault.example'] })]) }),
  },
};
