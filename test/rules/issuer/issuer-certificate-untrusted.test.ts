import { complete } from '../../../lib/model/collected.ts';
import { aCertificate, aHost, anIssuer, aProvider, someFacts } from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { hostless, judged, notProbed, proxy, trust, without } from './worlds.ts';

says('issuer-certificate-untrusted', [
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
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: 'https://k8s.example' })]),
        settings: { registeredIssuers: ['https://k8s.example'] },
        clusters: complete([]),
        issuers: [
          anIssuer({
            url: 'https://k8s.example',
            host: complete(aHost({ host: 'k8s.example', trust: trust('x'), chain: [proxy] })),
          }),
        ],
      }),
    [/^high: otherAuthority .*"authority":"CN=Gateway"/],
  ],
]);
