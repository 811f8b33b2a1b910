import { complete } from '../../../lib/model/collected.ts';
import { aCluster, aClusterSnapshot, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `cluster-issuer-absent` is known. */
export const examples: Examples = {
  pass: { title: 'the cluster has an issuer', facts: () => someFacts() },
  fail: {
    title: 'a local cluster on Outposts',
    facts: () => {
      const { issuer: _none, ...cluster } = aCluster({ name: 'outpost' });
      return someFacts({ clusters: complete([aClusterSnapshot({ cluster })]) });
    },
  },
  unknown: {
    title: 'a cluster that is known by its kubeconfig alone, which does not tell its issuer',
    facts: () => {
      const { issuer: _none, createdAt: _neither, version: _nor, ...cluster } = aCluster();
      return someFacts({ clusters: complete([aClusterSnapshot({ cluster })]) });
    },
  },
};
