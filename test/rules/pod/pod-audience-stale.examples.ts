import { complete } from '../../../lib/model/collected.ts';
import { aPod, aReadCluster, withoutServiceAccounts } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-audience-stale` is known. */
export const examples: Examples = {
  pass: { title: 'the audience of the annotation', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'the audience that was asked for before',
    facts: () => {
      const volumes = aPod().volumes.map(volume => ({ ...volume, audience: 'team-audience' }));
      return someFacts({ clusters: complete([aReadCluster({ pods: complete([aPod({ volumes })]) })]) });
    },
  },
  unknown: { title: 'service accounts may not be listed', facts: withoutServiceAccounts },
};
