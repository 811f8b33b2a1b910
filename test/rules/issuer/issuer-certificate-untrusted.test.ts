import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, unavailable } from '../../../lib/model/collected.ts';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import {
  aCertificate,
  aCluster,
  aClusterSnapshot,
  aHost,
  anIssuer,
  aProvider,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { type SaidCase, says } from '../../support/says.ts';
import { hostless, judged, notProbed, proxy, reason, selfHosted, trust, without } from './worlds.ts';

const unanswered = unavailable<never>(reason('unreachable'));

/** A registered issuer with an authority of its own, beside clusters that nothing else is known of. */
const ownBeside =
  (clusters: Collected<readonly ClusterSnapshot[]>, ...ofEks: readonly IssuerFacts[]) =>
  () =>
    someFacts({
      providers: complete([aProvider({ issuer: selfHosted, thumbprints: [] })]),
      settings: { registeredIssuers: [selfHosted] },
      clusters,
      issuers: [
        ...ofEks,
        anIssuer({
          url: selfHosted,
          host: complete(aHost({ host: 'k8s.example', trust: trust('x'), chain: [proxy] })),
        }),
      ],
    });

/** Two clusters, the second behind a proxy with an authority of its own. */
const behindTwo = () => {
  const issuers = ['AAAA', 'BBBB'].map(end => exampleIssuer.replace(/.{4}$/, end));
  const clusters = issuers.map((issuer, at) => {
    const cluster = aCluster({ name: `shop-${at}`, arn: aCluster().arn.replace(/shop$/, `shop-${at}`), issuer });
    return aClusterSnapshot({ cluster });
  });
  const chains = [
    proxy,
    aCertificate({ subject: 'CN=Evil', issuer: 'CN=Evil', isSelfSigned: true, sha1: '7'.repeat(40) }),
  ];
  return someFacts({
    clusters: complete(clusters),
    issuers: issuers.map((url, at) =>
      anIssuer({ url, host: complete(aHost({ trust: trust('x'), chain: chains.slice(at, at + 1) })) }),
    ),
  });
};

says('issuer-certificate-untrusted', [
  [
    'two proxies before clusters of one account',
    behindTwo,
    [/^low: proxy .*"authority":"CN=Gateway"/, /^low: proxy .*"authority":"CN=Evil"/],
  ],
  ['public', () => someFacts(), []],
  ['a proxy', judged(trust('it ends there')), [/^low: proxy .*"authority":"CN=Gateway"/]],
  [
    'the authority was not sent',
    judged(trust('x'), [aCertificate({ subject: 'CN=leaf', issuer: 'CN=Corp', sha1: '8'.repeat(40) })]),
    [/^low: proxy .*"authority":"CN=Corp"/],
  ],
  [
    'a clock that is wrong: the chain is the real one',
    judged(trust('CN=leaf begins only on 2027-01-01'), aHost().chain),
    [/^low: clock/],
  ],
  ['from a private network', without('invalid', { fromPrivateNetwork: true }), [/^unknown/]],
  ['no handshake', hostless('unreachable'), [/^unknown: .*no way/]],
  ['not probed', notProbed, [/^unknown/]],
  [
    'a registered issuer with its own authority',
    ownBeside(complete([])),
    [/^high: otherAuthority .*"authority":"CN=Gateway"/],
  ],
  ...(
    [
      ['pins another thumbprint, which provider-thumbprint-mismatch tells', 'it ends at x', '1'.repeat(40), []],
      ['pins another, and the certificate has ended', 'CN=Gateway ended on 2026-01-01', '1'.repeat(40), [/^high/]],
      ['pins another, and the certificate is for another name', 'it is for a, not for b', '1'.repeat(40), [/^high/]],
      ['pins the one that is served', 'it ends at x', proxy.sha1.toUpperCase(), []],
    ] as const
  ).map(
    ([title, why, thumbprint, expected]): SaidCase => [
      `an own authority, where the provider ${title}`,
      () =>
        someFacts({
          providers: complete([aProvider({ issuer: selfHosted, thumbprints: [thumbprint] })]),
          settings: { registeredIssuers: [selfHosted] },
          clusters: complete([]),
          issuers: [
            anIssuer({
              url: selfHosted,
              host: complete(aHost({ host: 'k8s.example', trust: trust(why), chain: [proxy] })),
            }),
          ],
        }),
      expected,
    ],
  ),
  [
    'whether a proxy signs for the issuers of EKS was not read',
    ownBeside(unavailable(reason('timed-out'))),
    [/^unknown: .*the auditor may be behind a proxy, and the clusters of eu-west-1 were not read/],
  ],
  [
    'the issuer of a cluster was not asked',
    ownBeside(complete([aReadCluster()])),
    [/^unknown: .*the auditor may be behind a proxy, and https:.* was not asked/, /^unknown: GET/],
  ],
  [
    'the issuer of a cluster was asked from a private network',
    ownBeside(complete([aReadCluster()]), anIssuer({ host: unanswered, fromPrivateNetwork: true })),
    [/^unknown: .*the auditor may be behind a proxy, and https:.* was not asked/, /^unknown: /],
  ],
  [
    'the issuer of a cluster of another account was asked from a private network',
    () => {
      const facts = ownBeside(complete([]), anIssuer({ host: unanswered, fromPrivateNetwork: true }))();
      return { ...facts, fleet: { ...facts.fleet, clusters: someFacts().fleet.clusters } };
    },
    [/^unknown: .*the auditor may be behind a proxy, and https:.* was not asked/],
  ],
  [
    'the issuer of a cluster answers nobody',
    ownBeside(complete([aReadCluster()]), anIssuer({ host: unanswered })),
    [/^high: otherAuthority/, /^unknown: /],
  ],
]);
