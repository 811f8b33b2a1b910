import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import {
  aCluster,
  aClusterSnapshot,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `role-shared-across-environments` is known. */
export const examples: Examples = {
  pass: { title: 'both clusters are of one environment', facts: () => sharedBy('prod', 'prod') },
  fail: { title: 'a cluster of production and one of tests', facts: () => sharedBy('prod', 'test') },
  unknown: { title: 'one of the clusters does not have the tag', facts: () => sharedBy('prod', undefined) },
};

const otherIssuer = exampleIssuer.replace(/.$/, '0');

/** One role for two clusters whose tag `env` has these values. */
const sharedBy = (one: string, other: string | undefined): Facts => {
  const statements = [exampleIssuer, otherIssuer].flatMap(issuer => JSON.parse(aTrustPolicy({ issuer })).Statement);
  const clusters = [
    aCluster({ tags: { env: one } }),
    aCluster({ name: 'trial', issuer: otherIssuer, tags: other === undefined ? {} : { env: other } }),
  ];
  return someFacts({
    settings: { environments: { tag: 'env', accounts: {} } },
    providers: complete([aProvider(), aProvider({ issuer: otherIssuer })]),
    roles: complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]),
    clusters: complete(clusters.map(cluster => aClusterSnapshot({ cluster }))),
  });
};
