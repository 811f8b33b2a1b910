import { complete } from '../../../lib/model/collected.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `pod-service-account-gone` is known. */
export const examples: Examples = {
  pass: { title: 'the service account exists', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
  fail: {
    title: 'the service account was deleted',
    facts: () =>
      someFacts({ clusters: complete([aReadCluster({ serviceAccounts: complete([]), pods: complete([aPod()]) })]) }),
  },
};
