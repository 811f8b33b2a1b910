import { describe, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, type ReadFailure, type ReadFailureKind, unavailable } from '../../../lib/model/collected.ts';
import type { ChainTrust, IssuerFacts, ServedCertificate, SigningKey } from '../../../lib/model/issuer.ts';
import {
  aCertificate,
  aCluster,
  aClusterSnapshot,
  aHost,
  anIssuer,
  aProvider,
  exampleIssuer,
  exampleRootThumbprint,
  someFacts,
} from '../../support/example-world.ts';
import { expectSaid } from '../../support/verdict-of.ts';

type Case = readonly [string, string, () => Facts, readonly RegExp[]];

const reason = (kind: ReadFailureKind, message = 'HTTP 404'): ReadFailure => ({ kind, operation: 'GET', message });
const sees = (over: Partial<IssuerFacts>) => () => someFacts({ issuers: [anIssuer(over)] });
const without = (kind: ReadFailureKind, over: Partial<IssuerFacts> = {}) =>
  sees({ discovery: unavailable(reason(kind)), keys: unavailable(reason('not-asked-for')), ...over });
const hostless = (kind: ReadFailureKind, fromPrivateNetwork = false) =>
  without('not-asked-for', { host: unavailable(reason(kind, 'no way')), fromPrivateNetwork });
const notProbed = () => someFacts({ issuers: [] });

const unreachable: readonly Case[] = [
  ['issuer-unreachable', 'both documents', () => someFacts(), []],
  ...(['not-found', 'unreachable', 'timed-out', 'denied'] as const).map(
    kind => ['issuer-unreachable', kind, without(kind), [/^medium: document .*"answer":"HTTP 404"/]] as const,
  ),
  [
    'issuer-unreachable',
    'keys only',
    sees({ keys: unavailable(reason('unreachable', 'HTTP 503')) }),
    [/^medium: document .*"answer":"HTTP 503"/],
  ],
  ['issuer-unreachable', 'no handshake', hostless('unreachable'), [/^medium: host .*"kind":"unreachable"/]],
  ['issuer-unreachable', 'no certificate', hostless('invalid'), [/^medium/]],
  ['issuer-unreachable', 'from a private network', hostless('unreachable', true), [/^unknown: what AWS sees/]],
  ['issuer-unreachable', 'we asked too often', without('throttled'), [/^unknown/]],
  ['issuer-unreachable', 'another port', hostless('not-asked-for'), [/^unknown/]],
  ['issuer-unreachable', 'more certificates than are read', hostless('too-large'), [/^unknown/]],
  ['issuer-unreachable', 'a wrong answer is the business of another rule', without('invalid'), []],
  ['issuer-unreachable', 'not probed', notProbed, [/^unknown/]],
  ...['CREATING', 'DELETING', 'FAILED'].map(
    status =>
      [
        'issuer-unreachable',
        `the issuer of a cluster that is ${status}`,
        () =>
          someFacts({
            clusters: complete([aClusterSnapshot({ cluster: aCluster({ status }) })]),
            issuers: Object.values(without('not-found')().issuers),
          }),
        [],
      ] as const,
  ),
];

const proxy = aCertificate({ subject: 'CN=Gateway', issuer: 'CN=Gateway', sha1: '9'.repeat(40), isSelfSigned: true });
const trust = (why: string): ChainTrust => ({ verdict: 'untrusted', why });
const judged = (verdict: ChainTrust, chain: readonly ServedCertificate[] = [proxy]) =>
  sees({ host: complete(aHost({ trust: verdict, chain })) });
const untrusted: readonly Case[] = [
  ['issuer-certificate-untrusted', 'public', () => someFacts(), []],
  [
    'issuer-certificate-untrusted',
    'a proxy',
    judged(trust('it ends there')),
    [/^low: proxy .*"authority":"CN=Gateway"/],
  ],
  [
    'issuer-certificate-untrusted',
    'the authority was not sent',
    judged(trust('x'), [aCertificate({ subject: 'CN=leaf', issuer: 'CN=Corp', sha1: '8'.repeat(40) })]),
    [/^low: proxy .*"authority":"CN=Corp"/],
  ],
  [
    'issuer-certificate-untrusted',
    'a clock that is wrong: the chain is the real one',
    judged(trust('CN=leaf begins only on 2027-01-01'), aHost().chain),
    [/^low: clock/],
  ],
  ...['provider-thumbprint-mismatch', 'provider-thumbprint-not-root', 'issuer-certificate-expiring'].map(
    rule =>
      [
        rule,
        'a proxy hides the chain that AWS sees',
        judged(trust('it ends there')),
        [/^unknown: the certificates that AWS sees at .*: the auditor is behind a proxy/],
      ] as const,
  ),
  [
    'issuer-certificate-untrusted',
    'from a private network',
    without('invalid', { fromPrivateNetwork: true }),
    [/^unknown/],
  ],
  ['issuer-certificate-untrusted', 'no handshake', hostless('unreachable'), [/^unknown: .*no way/]],
  ['issuer-certificate-untrusted', 'not probed', notProbed, [/^unknown/]],
  [
    'issuer-certificate-untrusted',
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
];

const selfHosted = 'https://k8s.example';
const notFetched: ReadFailure = { kind: 'not-asked-for', operation: 'GET keys', message: 'not fetched' };
/** A registered issuer, whose provider pins one thumbprint. */
const registered =
  (over: Partial<IssuerFacts>, thumbprint = 'ab'.repeat(20)) =>
  () =>
    someFacts({
      providers: complete([aProvider({ issuer: selfHosted, thumbprints: [thumbprint] })]),
      settings: { registeredIssuers: [selfHosted] },
      clusters: complete([]),
      roles: complete([]),
      issuers: [anIssuer({ url: selfHosted, host: complete(aHost({ host: 'k8s.example' })), ...over })],
    });
const keysAt = (jwksUri: string) =>
  registered({ discovery: complete({ issuer: selfHosted, jwksUri }), keys: unavailable(notFetched) });
const elsewhere: readonly Case[] = [
  [
    'issuer-discovery-invalid',
    'not of EKS, keys on another host',
    keysAt('https://keys.example/jwks'),
    [/^unknown: GET keys/],
  ],
  [
    'issuer-discovery-invalid',
    'not of EKS, keys without TLS',
    keysAt('http://k8s.example/jwks'),
    [/^high: invalid .*"what":"jwks_uri".*"got":"http:\/\/k8s\.example\/jwks"/],
  ],
  ...[
    'provider-thumbprint-mismatch',
    'provider-thumbprint-not-root',
    'issuer-certificate-untrusted',
    'issuer-certificate-expiring',
  ].map(
    rule =>
      [
        rule,
        'not of EKS: AWS looks at the host of the keys',
        keysAt('https://keys.example/jwks'),
        [/^unknown: the certificates of the keys of https:\/\/k8s\.example: keys\.example was not asked/],
      ] as const,
  ),
  ...['provider-thumbprint-mismatch', 'issuer-certificate-untrusted'].map(
    rule =>
      [
        rule,
        'not of EKS: which host has the keys was not read',
        registered({ discovery: unavailable({ kind: 'throttled', operation: 'GET discovery', message: 'HTTP 429' }) }),
        [/^unknown: the host of the keys of https:\/\/k8s\.example: GET discovery: HTTP 429/],
      ] as const,
  ),
  [
    'provider-thumbprint-mismatch',
    'not of EKS: it has no document that names a host of keys',
    registered({ discovery: unavailable({ kind: 'not-found', operation: 'GET discovery', message: 'HTTP 404' }) }),
    [/^low/],
  ],
  [
    'provider-thumbprint-mismatch',
    'not of EKS, keys on its own host',
    keysAt('https://K8S.example:443/jwks'),
    [/^low/],
  ],
];

const now = '2026-11-01T06:00:00.000Z';
const inDays = (days: number) => new Date(Date.parse(now) + days * 86_400_000).toISOString();
const ending = (days: number, over: Partial<ServedCertificate> = {}) => {
  const certificate = aCertificate({ subject: 'CN=M01', sha1: '2'.repeat(40), notAfter: inDays(days), ...over });
  return sees({
    host: complete(
      aHost({
        chain: [aCertificate({ sha1: '1'.repeat(40), isCa: false, notAfter: inDays(40) }), certificate, aCertificate()],
      }),
    ),
  });
};
const pinning = (thumbprint: string) => () =>
  someFacts({
    providers: complete([aProvider({ thumbprints: [thumbprint] })]),
    issuers: [
      anIssuer({
        host: complete(
          aHost({
            chain: [
              aCertificate({ subject: 'CN=leaf', sha1: '1'.repeat(40), isCa: false, notAfter: inDays(40) }),
              aCertificate(),
            ],
          }),
        ),
      }),
    ],
  });
const crossSigned = aCertificate({
  subject: 'CN=X1',
  issuer: 'CN=Older',
  sha1: '3'.repeat(40),
  notAfter: inDays(-400),
});
/** As Let's Encrypt served it: the root is public itself, and was sent cross-signed by an older one too. */
const twoRoots = (
  thumbprint: string,
  root?: { readonly subject: string; readonly sha1: string },
  path: readonly string[] | undefined = ['1'.repeat(40), '2'.repeat(40)],
) =>
  registered(
    {
      host: complete(
        aHost({
          host: 'k8s.example',
          chain: [
            aCertificate({
              subject: 'CN=leaf',
              issuer: 'CN=R3',
              sha1: '1'.repeat(40),
              isCa: false,
              notAfter: inDays(5),
            }),
            aCertificate({ subject: 'CN=R3', issuer: 'CN=X1', sha1: '2'.repeat(40), notAfter: inDays(900) }),
            crossSigned,
          ],
          trust: { verdict: 'public', ...(root ? { root, path } : {}) },
        }),
      ),
    },
    thumbprint,
  );
const x1 = { subject: 'CN=X1', sha1: '4'.repeat(40) };
const offThePath: readonly Case[] = [
  ['issuer-certificate-expiring', 'one that the path does not need', twoRoots(x1.sha1, x1), []],
  [
    'issuer-certificate-expiring',
    'pinned, not needed',
    twoRoots(crossSigned.sha1, x1),
    [/^low: pinnedEnded .*"certificate":"CN=X1".*"end":"2025-09-27"/],
  ],
  [
    'issuer-certificate-expiring',
    'the root is not known',
    twoRoots(x1.sha1),
    [/^high: ended .*"certificate":"CN=X1".*"end":"2025-09-27"/],
  ],
  [
    'issuer-certificate-expiring',
    'the way leads over it',
    twoRoots(
      x1.sha1,
      { ...x1, sha1: crossSigned.sha1 },
      ['1', '2', '3'].map(digit => digit.repeat(40)),
    ),
    [/^high/],
  ],
  [
    'issuer-certificate-expiring',
    'the leaf is pinned, and not consulted',
    twoRoots('1'.repeat(40), x1),
    [/^low: pinnedEnds .*"certificate":"CN=leaf".*"end":"2026-11-06".*"days":5/],
  ],
  [
    'issuer-certificate-expiring',
    'the leaf is pinned, and CloudTrail says that it is consulted',
    () => {
      const facts = twoRoots('1'.repeat(40), x1)();
      const event = {
        roleArn: 'arn:aws:iam::111122223333:role/x',
        providerArn: aProvider({ issuer: selfHosted }).arn,
        region: 'eu-west-1',
        successes: 1,
        failures: [],
        userAgents: [],
        verificationMethods: ['Thumbprint'],
        lastAt: now,
      };
      return { ...facts, snapshot: { ...facts.snapshot, runtime: complete({ from: now, to: now, events: [event] }) } };
    },
    [/^high: pinnedEnds .*"certificate":"CN=leaf".*"end":"2026-11-06".*"days":5/],
  ],
];

const expiring: readonly Case[] = [
  ['issuer-certificate-expiring', 'years', () => someFacts(), []],
  ['issuer-certificate-expiring', '181 days', ending(181), []],
  ['issuer-certificate-expiring', '180 days', ending(180), []],
  [
    'issuer-certificate-expiring',
    'less than 180',
    ending(179.9),
    [/^low: ends .*"certificate":"CN=M01".*"end":"2027-04-30".*"days":179/],
  ],
  ['issuer-certificate-expiring', '30 days', ending(30), [/^low/]],
  ['issuer-certificate-expiring', 'less than 30', ending(29.9), [/^medium/]],
  ['issuer-certificate-expiring', '7 days', ending(7), [/^medium/]],
  ['issuer-certificate-expiring', 'less than 7', ending(6.9), [/^high/]],
  ['issuer-certificate-expiring', 'over', ending(-1), [/^high: ended .*"certificate":"CN=M01".*"end":"2026-10-31"/]],
  ['issuer-certificate-expiring', "the server's own is renewed in time", ending(400), []],
  [
    'issuer-certificate-expiring',
    "the server's own, pinned",
    pinning('1'.repeat(40)),
    [/^low: pinnedEnds .*"certificate":"CN=leaf".*"end":"2026-12-11".*"days":40/],
  ],
  ['issuer-certificate-expiring', 'another one is pinned', pinning(exampleRootThumbprint), []],
  [
    'issuer-certificate-expiring',
    'what is pinned was not read',
    () => someFacts({ providers: complete([aProvider({ detail: unavailable(reason('denied')) })]) }),
    [/^unknown: the thumbprints pinned for https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/5C1D2E3F4A5B6C7D8E9F0A/],
  ],
  ['issuer-certificate-expiring', 'no provider', () => someFacts({ providers: complete([]) }), []],
  ['issuer-certificate-expiring', 'not probed', notProbed, [/^unknown/]],
];

const key = (over: Partial<SigningKey> = {}): SigningKey => ({
  kid: 'k',
  kty: 'RSA',
  alg: 'RS256',
  use: 'sig',
  ...over,
});
const keys = (...list: readonly SigningKey[]) => sees({ keys: complete(list) });
const document = (issuer: string | undefined, jwksUri: string | undefined) =>
  sees({
    discovery: complete({ ...(issuer === undefined ? {} : { issuer }), ...(jwksUri === undefined ? {} : { jwksUri }) }),
  });
const uri = `${exampleIssuer}/keys`;
const { alg: _alg, use: _use, ...plain } = key();
const discovery: readonly Case[] = [
  ['issuer-discovery-invalid', "EKS's", () => someFacts(), []],
  [
    'issuer-discovery-invalid',
    'a slash more',
    document(`${exampleIssuer}/`, uri),
    [
      /^high: invalid .*"what":"issuer".*"got":"https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F\/"/,
    ],
  ],
  [
    'issuer-discovery-invalid',
    'no issuer',
    document(undefined, uri),
    [/^high: invalid .*"what":"issuer".*"got":"none"/],
  ],
  [
    'issuer-discovery-invalid',
    'no jwks_uri',
    document(exampleIssuer, undefined),
    [/^high: invalid .*"what":"jwks_uri".*"got":"none"/],
  ],
  [
    'issuer-discovery-invalid',
    'keys on another host',
    document(exampleIssuer, 'https://x.example/keys'),
    [/^high: invalid .*"what":"jwks_uri".*"got":"https:\/\/x\.example\/keys"/],
  ],
  [
    'issuer-discovery-invalid',
    'keys without TLS',
    document(exampleIssuer, uri.replace('https', 'http')),
    [
      /^high: invalid .*"what":"jwks_uri".*"got":"http:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/5C1D2E3F4A5B6C7D8E9F0A1B2C3D4E5F\/keys"/,
    ],
  ],
  [
    'issuer-discovery-invalid',
    'the same host in other words',
    document(exampleIssuer, uri.replace('oidc.eks.eu-west-1.amazonaws.com', 'OIDC.eks.eu-west-1.amazonaws.com:443')),
    [],
  ],
  [
    'issuer-discovery-invalid',
    'two faults',
    document('x', undefined),
    [/^high: invalid .*"what":"issuer".*"got":"x"/, /^high: invalid .*"what":"jwks_uri".*"got":"none"/],
  ],
  [
    'issuer-discovery-invalid',
    'not JSON',
    without('invalid'),
    [/^high: invalid .*"what":"the discovery document".*"got":"HTTP 404"/],
  ],
  ['issuer-discovery-invalid', 'too large', without('too-large'), [/^high/]],
  [
    'issuer-discovery-invalid',
    'keys that are no JSON',
    sees({ keys: unavailable(reason('invalid')) }),
    [/^high: invalid .*"what":"the keys document".*"got":"HTTP 404"/],
  ],
  ['issuer-discovery-invalid', 'no key', keys(), [/^high: invalid .*"what":"keys".*"got":"no key"/]],
  [
    'issuer-discovery-invalid',
    'another algorithm',
    keys(key({ alg: 'PS256' }), key({ alg: 'HS256' })),
    [/^high: invalid .*"what":"keys".*"got":"2 of RSA PS256 sig, RSA HS256 sig"/],
  ],
  ['issuer-discovery-invalid', 'for encryption', keys(key({ use: 'enc' })), [/RSA RS256 enc/]],
  ['issuer-discovery-invalid', 'another kind', keys(key({ kty: 'OKP', alg: 'EdDSA' })), [/OKP EdDSA/]],
  ['issuer-discovery-invalid', 'an RSA key for EC', keys(key({ alg: 'ES256' })), [/RSA ES256/]],
  ['issuer-discovery-invalid', 'a plain key', keys(plain), []],
  [
    'issuer-discovery-invalid',
    'an EC key beside others',
    keys(key({ kty: 'EC', alg: 'ES512' }), key({ alg: 'PS256' })),
    [],
  ],
  [
    'issuer-discovery-invalid',
    'a hundred of each kind',
    keys(...Array.from({ length: 200 }, (_, at) => key(at % 2 ? { kty: 'EC', alg: 'ES256' } : {}))),
    [],
  ],
  [
    'issuer-discovery-invalid',
    'a hundred and one',
    keys(...Array.from({ length: 101 }, () => key())),
    [/^high: invalid .*"what":"keys".*"got":"101 of one kind"/],
  ],
  ['issuer-discovery-invalid', 'not fetched', without('unreachable'), [/^unknown: GET: HTTP 404/]],
  [
    'issuer-discovery-invalid',
    'from a private network',
    without('invalid', { fromPrivateNetwork: true }),
    [/^unknown: what AWS sees/],
  ],
  ['issuer-discovery-invalid', 'not probed', notProbed, [/^unknown/]],
];

describe('rules of issuers', () => {
  test.each([...unreachable, ...untrusted, ...elsewhere, ...expiring, ...offThePath, ...discovery])(
    '%s: %s',
    (id, _what, facts, expected) => expectSaid(id, facts(), expected),
  );
});
