import { expect, test } from '@jest/globals';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { placedFacts } from '../../lib/history/place-facts.ts';
import type { FactChange } from '../../lib/history/transition.ts';
import { complete } from '../../lib/model/collected.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aCluster, aSnapshot, exampleIssuer } from '../support/example-world.ts';

const accountId = '111122223333';
const hostPath = exampleIssuer.slice('https://'.length);
const change = (subject: string): FactChange => ({
  ...{ kind: 'provider-audiences', subject, accountId, after: 'sts.amazonaws.com' },
  ...{ at: '2026-11-01T06:00:00.000Z', runId: 'run-1' },
});
const clusterNamed = (name: string) => aReadCluster({}, { cluster: aCluster({ name, issuer: exampleIssuer }) });
const fleetOf = (...names: readonly string[]) =>
  indexOf([aSnapshot({ accountId, clusters: complete(names.map(clusterNamed)) })]);

test.each([
  ['a provider', `arn:aws:iam::${accountId}:oidc-provider/${hostPath}`, ['depot'], 'depot'],
  ['a provider of another account', `arn:aws:iam::444455556666:oidc-provider/${hostPath}`, ['depot'], 'depot'],
  ['an issuer', exampleIssuer, ['depot'], 'depot'],
  ['an issuer that two clusters claim', exampleIssuer, ['depot', 'store'], undefined],
  ['an issuer of no cluster', 'https://issuer.example/x', ['depot'], undefined],
  ['a role', `arn:aws:iam::${accountId}:role/keeper`, ['depot'], undefined],
])('a change of %s names its one cluster, where there is one', (_what, subject, clusters, name) => {
  const [placed] = placedFacts([change(subject)], fleetOf(...clusters));
  expect(placed).toEqual({ ...change(subject), ...(name === undefined ? {} : { clusterName: name }) });
});
