import { expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { withGraph } from '../../../lib/report/graph/with-graph.ts';
import { aCluster, aClusterSnapshot, anIssuer, aProvider, someFacts } from '../../support/example-world.ts';
import { aReport } from '../sample-report.ts';

test('an issuer of any account that was not reached leaves the thumbprints of its cluster unread', () => {
  const host = unavailable<never>({ kind: 'unreachable', operation: 'tls', message: 'timed out' });
  const factsOf = (accountId: string, isReached: boolean) => {
    const issuer = `https://oidc.eks.eu-west-1.amazonaws.com/id/${accountId.padStart(32, 'A')}`;
    return someFacts({
      accountId,
      providers: complete([aProvider({ accountId, issuer })]),
      clusters: complete([aClusterSnapshot({ cluster: aCluster({ accountId, issuer }) })]),
      issuers: [anIssuer({ url: issuer, ...(isReached ? {} : { host }) })],
    });
  };
  const thumbprintsOf = (...isReached: readonly boolean[]) =>
    withGraph(
      aReport(),
      isReached.map((one, at) => factsOf(`${at + 1}`.repeat(12), one)),
    ).coverage?.find(({ step }) => step === 'provider-thumbprint');
  expect(thumbprintsOf(true, true)).toMatchObject({ checked: 2, unread: 0 });
  expect(thumbprintsOf(false, true)).toMatchObject({ checked: 1, unread: 1 });
  expect(thumbprintsOf(true, false)).toMatchObject({ checked: 1, unread: 1 });
  expect(thumbprintsOf(false, false)).toMatchObject({ checked: 0, unread: 2 });
});
