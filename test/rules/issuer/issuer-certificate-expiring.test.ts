import { expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { ServedCertificate } from '../../../lib/model/issuer.ts';
import { issuerCertificateExpiring } from '../../../lib/rules/issuer/issuer-certificate-expiring.ts';
import {
  aCertificate,
  aHost,
  anIssuer,
  aProvider,
  exampleRootThumbprint,
  someFacts,
} from '../../support/example-world.ts';
import { says } from '../../support/says.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { notProbed, reason, registered, sees, selfHosted } from './worlds.ts';

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

says('issuer-certificate-expiring', [
  ['one that the path does not need', twoRoots(x1.sha1, x1), []],
  [
    'pinned, not needed',
    twoRoots(crossSigned.sha1, x1),
    [/^low: pinnedEnded .*"certificate":"CN=X1".*"end":"2025-09-27"/],
  ],
  ['the root is not known', twoRoots(x1.sha1), [/^high: ended .*"certificate":"CN=X1".*"end":"2025-09-27"/]],
  [
    'the way leads over it',
    twoRoots(
      x1.sha1,
      { ...x1, sha1: crossSigned.sha1 },
      ['1', '2', '3'].map(digit => digit.repeat(40)),
    ),
    [/^high/],
  ],
  [
    'the leaf is pinned, and not consulted',
    twoRoots('1'.repeat(40), x1),
    [/^low: pinnedEnds .*"certificate":"CN=leaf".*"end":"2026-11-06".*"days":5/],
  ],
  [
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
  ['years', () => someFacts(), []],
  ['181 days', ending(181), []],
  ['180 days', ending(180), []],
  ['less than 180', ending(179.9), [/^low: ends .*"certificate":"CN=M01".*"end":"2027-04-30".*"days":179/]],
  ['30 days', ending(30), [/^low/]],
  ['less than 30', ending(29.9), [/^medium/]],
  ['7 days', ending(7), [/^medium/]],
  ['less than 7', ending(6.9), [/^high/]],
  ['over', ending(-1), [/^high: ended .*"certificate":"CN=M01".*"end":"2026-10-31"/]],
  ["the server's own is renewed in time", ending(400), []],
  [
    "the server's own, pinned",
    pinning('1'.repeat(40)),
    [/^low: pinnedEnds .*"certificate":"CN=leaf".*"end":"2026-12-11".*"days":40/],
  ],
  ['another one is pinned', pinning(exampleRootThumbprint), []],
  [
    'what is pinned was not read',
    () => someFacts({ providers: complete([aProvider({ detail: unavailable(reason('denied')) })]) }),
    [/^unknown: the thumbprints pinned for https:\/\/oidc\.eks\.eu-west-1\.amazonaws\.com\/id\/5C1D2E3F4A5B6C7D8E9F0A/],
  ],
  ['no provider', () => someFacts({ providers: complete([]) }), []],
  ['not probed', notProbed, [/^unknown/]],
]);

const chainEnding = (sha1: string, notAfter: string) =>
  aCertificate({ subject: 'CN=Amazon RSA 2048 M01', sha1: sha1.repeat(40), notAfter });

const idsOf = (...chain: readonly ReturnType<typeof aCertificate>[]): readonly string[] =>
  evaluate(someFacts({ issuers: [anIssuer({ host: complete(aHost({ chain: [...chain, aCertificate()] })) })] }), {
    rules: [issuerCertificateExpiring],
  }).findings.map(({ id }) => id);

test('a certificate that is renewed for too short a time is the same finding', () => {
  const before = idsOf(chainEnding('2', '2026-11-22T00:00:00.000Z'));
  expect(before).toHaveLength(1);
  expect(idsOf(chainEnding('3', '2026-11-29T00:00:00.000Z'))).toEqual(before);
});

test('an intermediate and its successor are two', () => {
  const both = idsOf(chainEnding('2', '2026-11-22T00:00:00.000Z'), chainEnding('3', '2026-11-29T00:00:00.000Z'));
  expect(new Set(both).size).toBe(2);
});
