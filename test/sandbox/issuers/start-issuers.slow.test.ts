import { createPublicKey, createVerify } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import { startIssuers } from '../../../sandbox/issuers/start-issuers.ts';

const url = 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC';
const issuer = { url, chain: 'public', discovery: 'valid' };

describe('startIssuers', () => {
  test('tokens verify by the keys that are served', async () => {
    const issuers = await startIssuers([issuer]);
    const subject = 'system:serviceaccount:checkout:cart';
    const [header = '', payload = '', signature = ''] = issuers.mintToken({ issuer: url, subject, ttl: 60 }).split('.');
    await issuers.stop();
    const decoded = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(decoded(payload)).toMatchObject({ iss: url, sub: subject, aud: ['sts.amazonaws.com'] });
    expect(decoded(payload).exp - decoded(payload).iat).toBe(60);
    const [key] = issuers.jwks(url).keys;
    expect(decoded(header)).toEqual({ alg: 'RS256', kid: key?.kid });
    const verifier = createVerify('RSA-SHA256').update(`${header}.${payload}`);
    expect(verifier.verify(createPublicKey({ key: key ?? {}, format: 'jwk' }), signature, 'base64url')).toBe(true);
  });

  test('one server a host, however many issuers', async () => {
    const issuers = await startIssuers([
      issuer,
      { ...issuer, url: `${url}2` },
      { ...issuer, url: 'https://oidc.eks.eu-west-2.amazonaws.com/id/X' },
    ]);
    expect(issuers.connectTo).toEqual([
      expect.stringMatching(/^oidc\.eks\.eu-west-1\.amazonaws\.com:443:127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^oidc\.eks\.eu-west-2\.amazonaws\.com:443:127\.0\.0\.1:\d+$/),
    ]);
    const { leaf, intermediate, root, sent } = issuers.thumbprints(url);
    expect(sent).toEqual([leaf, intermediate, root]);
    expect(new Set(sent).size).toBe(3);
    expect(issuers.caPem.match(/BEGIN CERTIFICATE/g)).toHaveLength(3);
    await issuers.stop();
    await expect(
      new Promise((resolve, reject) =>
        connect(Number(issuers.connectTo[0]?.split(':')[3]), '127.0.0.1')
          .on('connect', resolve)
          .on('error', reject),
      ),
    ).rejects.toThrow('ECONNREFUSED');
  });

  test.each([
    [[{ ...issuer, chain: 'nonesuch' }], 'has no chain "nonesuch"'],
    [[issuer, { ...issuer, url: `${url}2`, chain: 'private' }], 'cannot send the chains public and private at once'],
  ])('refuses what it cannot serve', async (world, message) => {
    await expect(startIssuers(world)).rejects.toThrow(message);
  });
});
