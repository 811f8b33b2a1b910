import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { PageStore } from '../audit/ports.ts';
import { asService } from '../kit/classify-error.ts';

const compress = promisify(gzip);
const expand = promisify(gunzip);
/** Far above the largest page that is written (`pageBounds`). */
const maxPage = 64 * 1024 * 1024;

/** Pages in the bucket of the documents, which is not public: the console opens them with the reader's own access. */
export const s3PageStore = (options: {
  readonly client: S3Client;
  readonly bucket: string;
  readonly toolVersion: string;
}): PageStore => ({
  toolVersion: options.toolVersion,
  put: async (key, html) => {
    const command = new PutObjectCommand({
      Bucket: options.bucket,
      Key: key,
      Body: await compress(html),
      ContentType: 'text/html; charset=utf-8',
      ContentEncoding: 'gzip',
    });
    await asService(`write ${key}`, () => options.client.send(command));
  },
});

/** A page as it was put; undefined where there is none. Throws `TransientError`, `ThrottledError` and what S3 refuses. */
export const readPage = async (client: S3Client, bucket: string, key: string): Promise<string | undefined> => {
  try {
    const bytes = await asService(`read ${key}`, async () => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToByteArray()) ?? new Uint8Array();
    });
    return (await expand(bytes, { maxOutputLength: maxPage })).toString('utf8');
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
};
