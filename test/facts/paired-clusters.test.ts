/** Clusters, issuers, calls and instants of each form. */
import { test } from '@jest/globals';
import { isEksCluster } from '../../lib/facts/eks-cluster.ts';
import { wouldBeKnown } from '../../lib/facts/use-known.ts';
import { worthAsking } from '../../lib/facts/worth-asking.ts';
import { cleanIssuer } from '../../lib/model/clean-issuer.ts';
import { type Collected, complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { assumeEventsOf, workingAgentsOf } from '../../lib/model/runtime.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { aCluster, aRole, exampleIssuer } from '../support/example-world.ts';
import { aGap, denied } from '../support/in-cluster-world.ts';
import { around, beside, line, tell, texts } from '../support/paired-lines.ts';

test('clusters of EKS, issuers, calls', () => {
  const { issuer: _issuer, endpoint: _endpoint, ...bare } = aCluster();
  const parts = {
    region: { known: 'eu-west-1', unknown: 'unknown' },
    issuer: { its: { issuer: exampleIssuer }, own: { issuer: 'https://k8s.example' }, none: {} },
    announced: { its: exampleIssuer, own: 'https://k8s.example', none: undefined },
    endpoint: Object.fromEntries(
      [
        'https://A.gr7.eu-west-1.eks.amazonaws.com',
        'https://A.eks.amazonaws.com.cn:443',
        'https://A.eks.amazonaws.eu/',
        'https://a.eks-cluster.eu-west-1.api.aws',
        'https://a.eks-cluster.api.aws',
        'https://A.eks.amazonaws.com.example',
        'http://A.eks.amazonaws.com',
        'HTTPS://A.EKS.amazonaws.com',
        'https://k8s.example/x.eks.amazonaws.com',
        '',
      ].map(one => [one, one]),
    ),
  };
  const base = { region: 'unknown', issuer: 'none', announced: 'none', endpoint: '' } as const;
  tell(
    'clusters',
    [...beside(parts), ...around(parts, base)].map(([title, { region, issuer, announced, endpoint }]) =>
      line(title, isEksCluster({ ...bare, region, ...issuer, ...(endpoint !== '' && { endpoint }) }, announced)),
    ),
  );
  tell(
    'issuers',
    texts(
      ['', 'https://', ' HTTP://', 'arn:aws:iam::111122223333:oidc-provider/', 'x https://'],
      ['k8s.example', 'K8S.example:443', 'k8s.example:8443x', 'k8s', ''],
      ['', '/id/A', '/', '/id/A:443//', ':sub'],
      ['', '/', ' '],
    ).map(one => line(one, cleanIssuer(one))),
  );
  const called = beside({
    successes: { none: 0, some: 2 },
    failures: { none: [], one: [{ errorCode: 'AccessDenied', errorMessage: 'x', count: 1, lastAt: 'y' }] },
    working: { 'not told apart': {}, one: { workingAgents: ['b'] }, none: { workingAgents: [] } },
    runtime: {
      read: complete,
      'in part': (value: unknown) => withGaps(value, [aGap('x')]),
      refused: () => unavailable(denied),
    },
  });
  tell(
    'calls',
    called.map(([title, { successes, failures, working, runtime }]) => {
      const event = {
        roleArn: 'r',
        region: 'x',
        successes,
        failures,
        userAgents: ['a', 'b'],
        verificationMethods: [],
        lastAt: 'z',
        ...(working as object),
      };
      const read = runtime({ from: 'x', to: 'y', events: [event] }) as AccountSnapshot['runtime'];
      return line(title, [workingAgentsOf(event), assumeEventsOf(read).length]);
    }),
  );
});

test('instants', () => {
  const now = '2026-11-01T06:00:00.000Z';
  const days = 90;
  const at = (ms: number) => new Date(Date.parse(now) - ms).toISOString();
  const day = 86_400_000;
  const instants: readonly (string | undefined)[] = [
    0,
    1,
    day - 1,
    day,
    day + 1,
    days * day - 1,
    days * day,
    days * day + 1,
    365 * day,
  ].map(at);
  tell(
    'known',
    [...instants, undefined, 'x'].map(one => line(one, wouldBeKnown(one, now))),
  );
  const details: readonly (readonly [string, Collected<object>])[] = [
    ...[...instants, undefined].map(
      lastUsedAt => [lastUsedAt ?? 'never', complete({ ...(lastUsedAt !== undefined && { lastUsedAt }) })] as const,
    ),
    ['refused', unavailable(denied)],
    ['in part', withGaps({ lastUsedAt: now }, [aGap('x')])],
  ];
  tell(
    'worth asking',
    [...instants, undefined, 'x'].flatMap(createdAt =>
      details.map(([used, one]) => {
        const { createdAt: _made, ...made } = aRole({ detail: one as never });
        return line(
          [createdAt, used],
          worthAsking({ ...made, ...(createdAt !== undefined && { createdAt }) }, now, days),
        );
      }),
    ),
  );
});
