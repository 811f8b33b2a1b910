import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, test } from '@jest/globals';
import { parsePublicRoots, publicRoots } from '../../../lib/collect/issuer/public-roots.ts';
import { createIssuerReader } from '../../../lib/collect/issuer/tls-issuer-reader.ts';
import { aParty, certify } from '../../../sandbox/issuers/certificate-maker.ts';

const [one = '', two = ''] = rootCertificates;

describe('public roots', () => {
  test('takes every certificate of a text, whatever stands between', () => {
    expect(parsePublicRoots(`# mine\n${one}\r\nSubject: x\n${two}`, 'roots.pem')).toEqual([one, two]);
  });

  test.each([
    ['', 'roots.pem holds no certificate in PEM form'],
    ['-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----', 'roots.pem holds no certificate in PEM form'],
    [`${one}\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----`, 'certificate 2 of 2 cannot be read'],
    [`${one}\n`.repeat(513), 'roots.pem holds 513 certificates, at most 512 are read'],
  ])('refuses what is none', (text, message) => expect(() => parsePublicRoots(text, 'roots.pem')).toThrow(message));

  test('a reader is not made with roots that cannot be read', () => {
    expect(() => createIssuerReader({ publicRoots: ['nothing'] })).toThrow(
      expect.objectContaining({ name: 'PublicRootsInvalid', code: 'public-roots-invalid' }),
    );
  });

  test("holds Node's own, by subject", () => {
    const { bySubject } = publicRoots([]);
    expect([...bySubject.values()].flat()).toHaveLength(rootCertificates.length);
    expect([...bySubject.keys()].some(subject => subject.includes('Amazon Root CA 1'))).toBe(true);
  });

  test('has all roots of one subject, of which any may have signed', async () => {
    const made = await Promise.all(
      [1, 2].map(async () => {
        const party = await aParty('CN=Example Root');
        return (await certify(party, party)).pem;
      }),
    );
    const roots = publicRoots(made).bySubject.get('CN=Example Root') ?? [];
    expect(roots.map(root => root.fingerprint256)).toEqual(made.map(pem => new X509Certificate(pem).fingerprint256));
  });
});
