import { describe, expect, test } from '@jest/globals';
import { certificatesOfBundle } from '../../lib/collect/certificates.ts';
import { makeBundle } from '../support/ca-bundle.ts';

const encode = (text: string): string => Buffer.from(text).toString('base64');

describe('a CA bundle', () => {
  test('gives subject, fingerprint of the DER form and dates', async () => {
    const bundle = await makeBundle('CN=kubernetes');
    expect(certificatesOfBundle(bundle.base64)).toEqual([
      {
        subject: 'CN=kubernetes',
        sha256: bundle.sha256,
        notBefore: '2026-01-01T00:00:00.000Z',
        notAfter: '2026-12-31T00:00:00.000Z',
      },
    ]);
  });

  test.each([
    ['CN=ca, O=Acme', 'CN=ca,O=Acme'],
    ['CN=ca, OU=Platform, O=Acme', 'CN=ca,OU=Platform,O=Acme'],
    ['CN=ca, OU=Platform, O=Acme, L=Köln, C=DE', 'CN=ca,OU=Platform,O=Acme,L=Köln,C=DE'],
  ])('of the subject %s gives all its parts on one line', async (subject, line) => {
    expect(certificatesOfBundle((await makeBundle(subject)).base64)).toMatchObject([{ subject: line }]);
  });

  test('of two certificates gives both in order', async () => {
    const [first, second] = [await makeBundle('CN=one'), await makeBundle('CN=two')];
    const both = certificatesOfBundle(encode(`${first.pem}${second.pem}`));
    expect(both?.map(({ subject }) => subject)).toEqual(['CN=one', 'CN=two']);
  });

  test('with one block that is no certificate is not read in half', async () => {
    const good = await makeBundle('CN=one');
    const bad = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
    expect(certificatesOfBundle(encode(`${good.pem}${bad}`))).toBeUndefined();
  });

  test.each([
    ['', 'nothing'],
    ['!!!', 'no base64'],
    [encode('no PEM'), 'no PEM'],
  ])('%p is none: %s', text => {
    expect(certificatesOfBundle(text)).toBeUndefined();
  });

  test('of more certificates than any real one has is refused', async () => {
    const { pem } = await makeBundle('CN=one');
    expect(certificatesOfBundle(encode(pem.repeat(65)))).toBeUndefined();
  });
});
