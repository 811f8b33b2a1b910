/** Each form of what was read of an account beside each form of everything else: what counts as unread, and where. */
import { test } from '@jest/globals';
import { placedLists, placedSections, unreadOf } from '../../lib/facts/unread.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../lib/model/collected.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aClusterSnapshot, aHost, anIssuer, aProvider, aRole, someFacts } from '../support/example-world.ts';
import { aGap, denied } from '../support/in-cluster-world.ts';
import { beside, line, tell } from '../support/paired-lines.ts';
import { countsOf, wordsIn } from '../support/whole/words-in.ts';

test('sections', () => {
  const cases = beside({
    clusters: {
      read: complete([aReadCluster()]),
      'pods refused': complete([aReadCluster({ pods: unavailable(denied), webhook: unavailable(denied) })]),
      'pods in part': complete([
        aReadCluster({ pods: withGaps([], [aGap('list pods'), { ...aGap('list pods'), what: 'page 3' }]) }),
      ]),
      closed: complete([aClusterSnapshot({ kubernetes: unavailable(denied), podIdentity: unavailable(denied) })]),
      'not asked': complete([aClusterSnapshot()]),
      'in part': withGaps([aReadCluster()], [aGap('eks:DescribeCluster')]),
      refused: unavailable(denied),
      'not enabled': unavailable({
        kind: 'not-asked-for',
        operation: 'eks:ListClusters',
        message: 'the region is not enabled',
      }),
    },
    providers: {
      read: complete([aProvider()]),
      undetailed: complete([aProvider({ detail: unavailable(denied) })]),
      'in part': withGaps([aProvider()], [aGap('iam:ListOpenIDConnectProviders')]),
      refused: unavailable(denied),
    },
    roles: {
      read: complete([aRole()]),
      undetailed: complete([aRole({ detail: unavailable(denied) })]),
      refused: unavailable(denied),
    },
    issuer: {
      read: [anIssuer()],
      'not asked': [],
      refused: [anIssuer({ host: unavailable(denied) })],
      'from a private network': [anIssuer({ fromPrivateNetwork: true })],
      'refused from a private network': [anIssuer({ host: unavailable(denied), fromPrivateNetwork: true })],
      'left out': [anIssuer({ host: notAskedFor('TLS handshake'), discovery: notAskedFor('GET') })],
      'in part from a private network': [
        anIssuer({ host: withGaps(aHost(), [aGap('TLS handshake')]), fromPrivateNetwork: true }),
      ],
    },
    runtime: {
      'not asked': notAskedFor('cloudtrail:LookupEvents'),
      refused: unavailable(denied),
      'in part': withGaps({ from: 'x', to: 'y', events: [] }, [aGap('cloudtrail:LookupEvents')]),
    },
    quotas: { read: complete({}), refused: unavailable(denied) },
  });
  tell(
    'sections',
    cases.map(([title, { clusters, providers, roles, issuer, runtime, quotas }]) => {
      const facts = someFacts({ clusters, providers, roles, issuers: issuer, runtime, quotas } as never);
      const all = placedSections(facts.snapshot);
      return line(title, [
        unreadOf(facts).map(({ section, part, reason, clusterName, region, issuer: of }) =>
          [section, part, reason.operation, clusterName ?? region, of?.slice(-4)].filter(Boolean).join(' '),
        ),
        [
          all.length,
          countsOf(wordsIn(all.map(({ section, read }) => [section, read.status]))),
          placedLists(facts.snapshot).map(({ section }) => section).length,
        ],
      ]);
    }),
  );
});
