import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import {
  aCluster,
  aClusterSnapshot,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `role-trusts-dead-cluster` is known. */
export const examples: Examples = {
  pass: { title: 'the cluster exists', facts: () => someFacts() },
  fail: { title: 'the cluster was created again under the same name', facts: () => recreated([]) },
  unknown: {
    title: 'a region could not be read',
    facts: () =>
      recreated([
        {
          ...{ accountId: exampleAccountId, region: 'eu-west-1', section: 'clusters' },
          reason: { kind: 'denied', operation: 'eks:ListClusters', message: '' },
        },
      ]),
  },
};

const recreated = (gaps: Facts['fleet']['gaps']): Facts => {
  const old = exampleIssuer.replace('5C1D', '0A0B');
  const detail = complete({
    url: old.slice(8),
    audiences: ['sts.amazonaws.com'],
    thumbprints: [],
    tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
  });
  const facts = someFacts({
    providers: complete([aProvider(), aProvider({ issuer: old, detail })]),
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: old }) })]),
    clusters: complete([aClusterSnapshot({ cluster: aCluster() })]),
  });
  return { ...facts, fleet: { ...facts.fleet, gaps } };
};
