import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { issuerCertificateExpiring } from '../../../lib/rules/issuer/issuer-certificate-expiring.ts';
import { aCertificate, aHost, anIssuer, someFacts } from '../../support/example-world.ts';

const ending = (sha1: string, notAfter: string) =>
  aCertificate({ subject: 'CN=Amazon RSA 2048 M01', sha1: sha1.repeat(40), notAfter });
const idsOf = (...chain: readonly ReturnType<typeof aCertificate>[]): readonly string[] =>
  evaluate(someFacts({ issuers: [anIssuer({ host: complete(aHost({ chain: [...chain, aCertificate()] })) })] }), {
    rules: [issuerCertificateExpiring],
  }).findings.map(({ id }) => id);

test('a certificate that is renewed for too short a time is the same finding', () => {
  const before = idsOf(ending('2', '2026-11-22T00:00:00.000Z'));
  expect(before).toHaveLength(1);
  expect(idsOf(ending('3', '2026-11-29T00:00:00.000Z'))).toEqual(before);
});

test('an intermediate and its successor are two', () => {
  const both = idsOf(ending('2', '2026-11-22T00:00:00.000Z'), ending('3', '2026-11-29T00:00:00.000Z'));
  expect(new Set(both).size).toBe(2);
});
