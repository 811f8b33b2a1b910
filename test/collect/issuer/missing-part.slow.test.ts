import { describe, expect, test } from '@jest/globals';
import { missingBucket, missingName, systemIsAbsent } from '../../../lib/collect/issuer/missing-part.ts';
import { createIssuerReader } from '../../../lib/collect/issuer/tls-issuer-reader.ts';
import { hastyClock, withIssuers } from './running-issuers.ts';

const notFound = (code = 'ENOTFOUND') => Object.assign(new Error(`getaddrinfo ${code} x`), { code });
const absent = (names: readonly string[]) => async (name: string) => names.includes(name);

describe('a name that does not exist', () => {
  test.each([
    ['oidc.gone.example', ['oidc.gone.example', 'gone.example'], { kind: 'domain', name: 'gone.example' }],
    ['gone.example', ['gone.example'], { kind: 'domain', name: 'gone.example' }],
    [
      'a.b.gone.example',
      ['a.b.gone.example', 'b.gone.example', 'gone.example'],
      { kind: 'domain', name: 'gone.example' },
    ],
    ['oidc.lives.example', ['oidc.lives.example'], { kind: 'name', name: 'oidc.lives.example' }],
    [
      'oidc.gone.lives.example',
      ['oidc.gone.lives.example', 'gone.lives.example'],
      { kind: 'name', name: 'gone.lives.example' },
    ],
    ['oidc.lives.example.', ['oidc.lives.example'], { kind: 'name', name: 'oidc.lives.example' }],
  ])('%s: the highest that is missing is named', async (host, names, missing) => {
    expect(await missingName(host, notFound(), absent(names))).toEqual(missing);
  });

  test.each([
    ['a name without addresses', 'oidc.lives.example', notFound(), []],
    [
      'a server that does not answer',
      'oidc.gone.example',
      notFound('EAI_AGAIN'),
      ['oidc.gone.example', 'gone.example'],
    ],
    ['no code', 'oidc.gone.example', new Error('x'), ['oidc.gone.example']],
    ['a name of EKS', 'oidc.eks.eu-west-1.amazonaws.com', notFound(), ['oidc.eks.eu-west-1.amazonaws.com']],
    ['a name of CloudFront', 'd111111abcdef8.cloudfront.net', notFound(), ['d111111abcdef8.cloudfront.net']],
    [
      'a domain that nobody can register',
      'oidc.corp.internal',
      notFound(),
      ['oidc.corp.internal', 'corp.internal', 'internal'],
    ],
    ['a name without domain', 'issuer', notFound(), ['issuer']],
    ['a host of too many names', `${'a.'.repeat(12)}example`, notFound(), [`${'a.'.repeat(12)}example`]],
  ])('%s proves nothing', async (_title, host, error, names) => {
    expect(await missingName(host, error, absent(names))).toBeUndefined();
  });

  test('is not what the machine’s own resolver says of an address', async () => {
    expect(await systemIsAbsent('')).toBe(false);
  });
});

describe('a bucket that does not exist', () => {
  const body = '<Error><Code>NoSuchBucket</Code><BucketName>kops-oidc</BucketName></Error>';
  test.each([
    [
      'S3 by its header, through CloudFront',
      { server: 'AmazonS3', text: body, host: 'oidc.shop.example' },
      'kops-oidc',
    ],
    ['S3 by its host', { text: body, host: 'kops-oidc.s3.eu-west-1.amazonaws.com' }, 'kops-oidc'],
    ['S3 of old', { text: body, host: 's3-eu-west-1.amazonaws.com' }, 'kops-oidc'],
    ['S3 in China', { text: body, host: 'kops-oidc.s3.cn-north-1.amazonaws.com.cn' }, 'kops-oidc'],
    ['without its name', { text: '<Code>NoSuchBucket</Code>', host: 'b.s3.amazonaws.com' }, 'b.s3.amazonaws.com'],
  ])('%s', (_title, { host, ...answer }, name) => {
    expect(missingBucket({ status: 404, ...answer }, new URL(`https://${host}`))).toEqual({ kind: 'bucket', name });
  });

  test.each([
    [
      'an object that is missing',
      { status: 404, server: 'AmazonS3', text: '<Code>NoSuchKey</Code>' },
      'b.s3.amazonaws.com',
    ],
    ['a refusal', { status: 403, server: 'AmazonS3', text: body }, 'b.s3.amazonaws.com'],
    ['another server that speaks S3', { status: 404, server: 'MinIO', text: body }, 'minio.shop.example'],
    ['a host that only looks like it', { status: 404, text: body }, 's3.eu-west-1.amazonaws.com.shop.example'],
    [
      'a bucket of the namespace of one account',
      { status: 404, server: 'AmazonS3', text: body.replace('kops-oidc', 'kops-111122223333-eu-west-1-an') },
      'x.s3.eu-west-1.amazonaws.com',
    ],
  ])('%s proves nothing', (_title, answer, host) => {
    expect(missingBucket(answer, new URL(`https://${host}`))).toBeUndefined();
  });

  const google = '<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist.</Message></Error>';
  test.each([
    ['in its path', 'https://storage.googleapis.com/plant-oidc_7/.well-known/openid-configuration', 'plant-oidc_7'],
    ['in its host', 'https://plant-oidc.storage.googleapis.com/keys', 'plant-oidc'],
    ['by its older name', 'https://commondatastorage.googleapis.com/plant-oidc/keys', 'plant-oidc'],
  ])('Google Cloud Storage: %s', (_title, url, name) => {
    expect(missingBucket({ status: 404, server: 'UploadServer', text: google }, new URL(url))).toEqual({
      ...{ kind: 'bucket', name },
    });
  });

  test.each([
    ['an object that is missing', 404, google.replace('Bucket', 'Key'), 'https://storage.googleapis.com/plant-oidc/k'],
    ['a refusal', 403, google, 'https://storage.googleapis.com/plant-oidc/k'],
    ['a domain, which its owner verifies', 404, google, 'https://storage.googleapis.com/oidc.plant.example/k'],
    ['a host that only looks like it', 404, google, 'https://storage.googleapis.com.plant.example/plant-oidc/k'],
    ['another service', 404, google, 'https://firebasestorage.googleapis.com/plant-oidc/k'],
  ])('Google Cloud Storage: %s proves nothing', (_title, status, text, url) => {
    expect(missingBucket({ status, text }, new URL(url))).toBeUndefined();
  });
});

describe('what the probe of issuers says of it', () => {
  test('the bucket, where S3 names it', async () => {
    const url = 'https://kops-oidc.s3.eu-west-1.amazonaws.com';
    const table = await withIssuers([{ url, chain: 'public', discovery: 'no-such-bucket' }], (_, reader) =>
      reader.read([url]),
    );
    expect(table[url]).toMatchObject({
      missing: { kind: 'bucket', name: 'kops-oidc' },
      discovery: { reason: { kind: 'not-found', message: 'HTTP 404' } },
      fromPrivateNetwork: false,
    });
  });

  test('the domain, beside a host that was reached; alone it is no proof of more than a network without DNS', async () => {
    const living = 'https://oidc.lives.example';
    const gone = 'https://oidc.gone.example';
    const options = {
      resolve: () => Promise.reject(notFound()),
      isAbsent: absent(['oidc.gone.example', 'gone.example']),
    };
    const table = await withIssuers(
      [{ url: living, chain: 'public', discovery: 'valid' }],
      (_, reader) => reader.read([living, gone]),
      options,
    );
    expect(table[gone]).toMatchObject({ missing: { kind: 'domain', name: 'gone.example' }, fromPrivateNetwork: false });
    expect(table[living]?.missing).toBeUndefined();
    const alone = await createIssuerReader({ clock: hastyClock(), ...options }).read([gone]);
    expect(alone[gone]).toMatchObject({ fromPrivateNetwork: true });
  });
});
