import { gzipSync } from 'node:zlib';
import { CreateBucketCommand, HeadObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { DocumentOfNewerVersion, documentVersions } from '../../lib/audit/document-version.ts';
import type { DocumentStore } from '../../lib/audit/ports.ts';
import { DocumentInvalid } from '../../lib/kit/errors.ts';
import { inParallel } from '../../lib/kit/in-parallel.ts';
import { s3Client } from '../../lib/store/clients.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { s3DocumentStore } from '../../lib/store/s3-document-store.ts';
import { readPage, s3PageStore } from '../../lib/store/s3-page-store.ts';

let server: FauxqsServer;
let client: S3Client;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, host: '127.0.0.1', logger: false });
  client = s3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${server.port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  await client.send(new CreateBucketCommand({ Bucket: 'documents' }));
});
/** A document of so many MiB of blanks and an empty object, as many small members of gzip. */
const putBlanks = async (key: string, mebibytes: number, more: string): Promise<void> => {
  const member = gzipSync(Buffer.alloc(1024 * 1024, ' '));
  const Body = Buffer.concat([...Array.from({ length: mebibytes }, () => member), gzipSync(more)]);
  await client.send(new PutObjectCommand({ Bucket: 'documents', Key: `${key}.gz`, Body }));
};

test('S3: a document of 128 MiB is read, and one of more than 256 MiB is refused', async () => {
  const store = s3DocumentStore({ client, bucket: 'documents' });
  await putBlanks('runs/1/large.json', 128, '{}');
  expect(await store.get('runs/1/large.json')).toEqual({});
  await putBlanks('runs/1/too-large.json', 256, '{}');
  await expect(store.get('runs/1/too-large.json')).rejects.toBeInstanceOf(DocumentInvalid);
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

const stores: readonly [string, () => DocumentStore][] = [
  ['memory', () => memoryDocumentStore()],
  ['S3', () => s3DocumentStore({ client, bucket: 'documents' })],
];

describe.each(stores)('documents in %s', (_name, make) => {
  test('come back as they went in, the last one counts', async () => {
    const store = make();
    await store.put('runs/1/a.json', { text: 'old' });
    const document = { text: 'Ümlaut \u0000 \u{1f600}', nested: [1, null, { a: true }] };
    await store.put('runs/1/a.json', document);
    expect(await store.get('runs/1/a.json')).toEqual(document);
  });

  test('are listed by prefix, sorted', async () => {
    const store = make();
    for (const key of ['list/b.json', 'list/a/c.json', 'list/a', 'list/a.b', 'other/d.json']) await store.put(key, {});
    expect(await store.list('list/')).toEqual(['list/a', 'list/a.b', 'list/a/c.json', 'list/b.json']);
    expect(await store.list('none/')).toEqual([]);
  });

  test('carry the version of their folder, and those of a newer one are told from broken ones', async () => {
    const store = make();
    await store.put('coverage/of-tomorrow.json', { documentVersion: documentVersions.coverage + 1 });
    await expect(store.get('coverage/of-tomorrow.json')).rejects.toBeInstanceOf(DocumentOfNewerVersion);
    await expect(store.get('coverage/of-tomorrow.json')).rejects.toThrow('a newer version of irsa-auditor wrote it');
    await store.put('coverage/of-now.json', { documentVersion: documentVersions.coverage, a: 1 });
    expect(await store.get('coverage/of-now.json')).toEqual({ a: 1 });
  });

  test('one that is not there is missing', async () => {
    await expect(make().get('nowhere.json')).rejects.toMatchObject({
      name: 'DocumentMissing',
      code: 'document-missing',
    });
  });
});

describe('documents in S3', () => {
  test('and pages say what they are: a browser opens them from the console', async () => {
    await s3DocumentStore({ client, bucket: 'documents' }).put('typed.json', {});
    await s3PageStore({ client, bucket: 'documents', toolVersion: '1.0.0' }).put('typed.html', '<p>Grüße</p>');
    const headers = async (Key: string) => client.send(new HeadObjectCommand({ Bucket: 'documents', Key }));
    expect(await headers('typed.json.gz')).toMatchObject({ ContentType: 'application/json', ContentEncoding: 'gzip' });
    const html = { ContentType: 'text/html; charset=utf-8', ContentEncoding: 'gzip' };
    expect(await headers('typed.html')).toMatchObject(html);
    expect(await readPage(client, 'documents', 'typed.html')).toBe('<p>Grüße</p>');
    expect(await readPage(client, 'documents', 'nowhere.html')).toBe(undefined);
  });

  test('that are not gzip JSON are invalid', async () => {
    await client.send(new PutObjectCommand({ Bucket: 'documents', Key: 'broken.json.gz', Body: 'text' }));
    await expect(s3DocumentStore({ client, bucket: 'documents' }).get('broken.json')).rejects.toMatchObject({
      name: 'DocumentInvalid',
    });
  });

  test('a page of a bucket that is not there is no page that is missing', async () => {
    await expect(readPage(client, 'nowhere', 'typed.html')).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  test('of a bucket that does not answer are a matter for a repeat', async () => {
    const dead = s3Client({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const store = s3DocumentStore({ client: dead, bucket: 'documents' });
    await expect(store.put('a.json', {})).rejects.toMatchObject({ name: 'TransientError' });
    await expect(store.list('')).rejects.toMatchObject({ name: 'TransientError' });
  });

  test('are listed beyond one page', async () => {
    const store = s3DocumentStore({ client, bucket: 'documents' });
    const keys = Array.from({ length: 1003 }, (_, n) => `many/${String(n).padStart(4, '0')}.json`);
    await inParallel(keys, 32, key => store.put(key, {}));
    expect(await store.list('many/')).toEqual(keys);
  });
});
